import Glibc

/// Where all frames of a series lie, out of links between pairs of them: one transform a frame, which no chain of
/// alignments adds up.
///
/// With X from a point of the common grid to the point of a frame, and T a link from frame a to frame b,
///
///     r = X_b − T ∘ X_a
///
/// vanishes where all agree. The poses minimise the sum over the links of a robust function of |r| / σ, with σ the link's
/// deviation and |r| the root mean square over points midway between the grid's centre and its corners. Steps are
/// Gauss's and Newton's in the group of the model; the weights are first those of the sum of absolute values, which many
/// wrong links do not lead astray from any start, then those of Geman and McClure, under which a wrong link does not
/// count at all (Barron 2019 compares them). Their scale is that of the links that agree, measured on the series itself.
public struct PoseGraph<let rank: Int>: Sendable {
  /// The model that all poses are of.
  public let model: TransformModel
  /// The common grid.
  public let grid: Grid<rank>
  public private(set) var links: [FrameLink<rank>] = []

  public init(model: TransformModel, grid: Grid<rank>) {
    (self.model, self.grid) = (model, grid)
  }

  public mutating func append(_ link: FrameLink<rank>) { links.append(link) }

  /// What the links say together.
  public struct Solution: Sendable {
    /// The common grid to each frame; nil for a frame to which no link that counts leads.
    public var poses: [Affine<rank>?]
    /// By how much each link is off, in units of its deviation; infinite where one of its frames has no pose.
    public var residuals: [Double]
    /// Residuals up to this one agree.
    public var scale: Double

    /// Whether a link agrees with the poses.
    public func agrees(_ link: Int) -> Bool { residuals[link] <= scale }
  }

  /// The poses of all frames.
  ///
  /// - Parameters:
  ///   - count: how many frames there are; all numbers in ``links`` are lower.
  ///   - anchor: the frame whose pose is the identity.
  /// - Complexity: the number of frames times the square of the farthest link between two of them, links to the anchor
  ///   aside.
  public func solution(count: Int, anchor: Int) -> Solution {
    Ranks.open(rank, self, as: Solution.self) { (graph: PoseGraph<2>) in
      graph.solved(count: count, anchor: anchor)
    } space: { (graph: PoseGraph<3>) in
      graph.solved(count: count, anchor: anchor)
    }
  }

  /// The pose of one frame where those of the frames that it is linked to are known.
  ///
  /// - Returns: nil where no link leads to it.
  func pose(of frame: Int, by links: [FrameLink<rank>], among poses: [Int: Affine<rank>]) -> Affine<rank>? {
    // Numbers of their own: the frame comes last.
    let others = Array(Set(links.map { $0.first == frame ? $0.second : $0.first })).sorted()
    var graph = Self(model: model, grid: grid)
    func number(_ other: Int) -> Int { other == frame ? others.count : others.firstIndex(of: other) ?? 0 }
    for link in links {
      graph.append(
        FrameLink(
          first: number(link.first), second: number(link.second), transform: link.transform, deviation: link.deviation))
    }
    let known = others.map { poses[$0]?.centered(at: grid.center) }
    return Ranks.open(rank, (graph, known), as: Affine<rank>?.self) { (work: (PoseGraph<2>, [Affine<2>?])) in
      work.0.lastPose(known: work.1)
    } space: { (work: (PoseGraph<3>, [Affine<3>?])) in
      work.0.lastPose(known: work.1)
    }
  }

  private func lastPose(known: [Affine<rank>?]) -> Affine<rank>? {
    var adjustment = PoseAdjustment(self, poses: known + [nil])
    adjustment.reach()
    adjustment.adjust([known.count])
    return adjustment.poses[known.count]
  }

  private func solved(count: Int, anchor: Int) -> Solution {
    var poses = [Affine<rank>?](repeating: nil, count: count)
    poses[anchor] = Affine(center: grid.center)
    var adjustment = PoseAdjustment(self, poses: poses)
    adjustment.reach()
    adjustment.adjust((0..<count).filter { $0 != anchor && adjustment.poses[$0] != nil })
    adjustment.dropUnconnected(from: anchor)
    return Solution(poses: adjustment.poses, residuals: adjustment.residuals, scale: adjustment.scale)
  }
}

/// The work of finding poses.
private struct PoseAdjustment<let rank: Int> {
  let links: [FrameLink<rank>]
  let generators: [Generator<rank>]
  /// About which all poses are written.
  let center: Vector<rank>
  let spacing: Double
  /// Where residuals are taken.
  let points: [Vector<rank>]
  var poses: [Affine<rank>?]
  var residuals: [Double]
  /// Residuals up to this one agree.
  var scale = 4.0

  init(_ graph: PoseGraph<rank>, poses: [Affine<rank>?]) {
    links = graph.links
    center = graph.grid.center
    generators = graph.model.generators(center: center)
    let middle = center
    points = graph.grid.corners.map { middle + ($0 - middle) * 0.5 }
    spacing = graph.grid.spacing.elements.min() ?? 1
    self.poses = poses
    residuals = [Double](repeating: .infinity, count: graph.links.count)
  }

  /// Gives a pose to each frame without one along the links that are least uncertain together.
  mutating func reach() {
    var neighbours = [[Int]](repeating: [], count: poses.count)
    for (index, link) in links.enumerated() {
      neighbours[link.first].append(index)
      neighbours[link.second].append(index)
    }
    var distances = poses.map { $0 == nil ? Double.infinity : 0 }
    var queue = Heap()
    for frame in poses.indices where poses[frame] != nil { queue.push((0, frame)) }
    while let (distance, frame) = queue.pop() {
      guard distance <= distances[frame], let pose = poses[frame] else { continue }
      for index in neighbours[frame] {
        let link = links[index]
        let other = link.first == frame ? link.second : link.first
        let next = distance + link.deviation * link.deviation
        guard next < distances[other] else { continue }
        if link.first == frame {
          poses[other] = link.transform.composed(after: pose)
        } else if let inverse = link.transform.inverted() {
          poses[other] = inverse.composed(after: pose)
        } else {
          continue
        }
        distances[other] = next
        queue.push((next, other))
      }
    }
  }

  /// Moves the poses of some frames to where the links want them.
  mutating func adjust(_ frames: [Int]) {
    measure()
    let (absolute, robust) = (8, 20)
    for round in 0..<(absolute + robust) {
      let isRobust = round >= absolute
      if isRobust { scale = measuredScale() }
      let limit = scale
      let weights = residuals.map { residual -> Double in
        guard residual.isFinite else { return 0 }
        guard isRobust else { return 1 / max(residual, 1) }
        let ratio = limit * limit / (limit * limit + residual * residual)
        return ratio * ratio
      }
      let moved = step(frames, weights: weights)
      measure()
      if isRobust, moved < 1e-5 * spacing { break }
    }
    scale = measuredScale()
  }

  /// Leaves no pose to frames to which no links that agree lead.
  mutating func dropUnconnected(from anchor: Int) {
    var connected = poses.map { _ in false }
    var neighbours = [[Int]](repeating: [], count: poses.count)
    for (index, link) in links.enumerated() where residuals[index] <= scale {
      neighbours[link.first].append(link.second)
      neighbours[link.second].append(link.first)
    }
    connected[anchor] = true
    var open = [anchor]
    while let frame = open.popLast() {
      for other in neighbours[frame] where !connected[other] {
        connected[other] = true
        open.append(other)
      }
    }
    for frame in poses.indices where !connected[frame] { poses[frame] = nil }
    measure()
  }

  /// Three standard deviations of the residuals, by their median; at least 4, which is what deviations that are known to
  /// some 30 % alone allow.
  private func measuredScale() -> Double {
    let known = residuals.filter(\.isFinite).sorted()
    guard !known.isEmpty else { return 4 }
    return max(4, 3 * 1.4826 * known[known.count / 2])
  }

  private mutating func measure() {
    for (index, link) in links.enumerated() {
      guard let first = poses[link.first], let second = poses[link.second] else {
        residuals[index] = .infinity
        continue
      }
      let squares = points.reduce(0.0) { sum, point in
        let off = second(point) - link.transform(first(point))
        return sum + off.dot(off)
      }
      residuals[index] = (squares / Double(points.count)).squareRoot() / link.deviation
    }
  }

  /// One step of Gauss and Newton; the farthest that a point moves.
  private mutating func step(_ frames: [Int], weights: [Double]) -> Double {
    let size = generators.count
    var places = [Int](repeating: -1, count: poses.count)
    for (place, frame) in frames.enumerated() { places[frame] = place }
    var first = Array(frames.indices)
    for link in links {
      let (a, b) = (places[link.first], places[link.second])
      guard a >= 0, b >= 0 else { continue }
      first[max(a, b)] = min(first[max(a, b)], min(a, b))
    }
    var system = EnvelopeSystem(firsts: first.flatMap { place in (0..<size).map { _ in place * size } })
    let velocities = points.map { point in
      generators.map { $0.linear * (point - center) + $0.translation }
    }
    for (link, weight) in zip(links, weights) where weight > 0 {
      guard let from = poses[link.first], let to = poses[link.second] else { continue }
      let (a, b) = (places[link.first], places[link.second])
      guard a >= 0 || b >= 0 else { continue }
      let strength = weight / (link.deviation * link.deviation * Double(points.count))
      let through = link.transform.linear * from.linear
      for (point, velocity) in zip(points, velocities) {
        let off = to(point) - link.transform(from(point))
        let along = (velocity.map { -(through * $0) }, velocity.map { to.linear * $0 })
        add(along.0, along.0, at: a, a, strength, to: &system)
        add(along.1, along.1, at: b, b, strength, to: &system)
        if a > b { add(along.0, along.1, at: a, b, strength, to: &system) }
        if b > a { add(along.1, along.0, at: b, a, strength, to: &system) }
        for unknown in 0..<size {
          if a >= 0 { system.right[a * size + unknown] -= strength * along.0[unknown].dot(off) }
          if b >= 0 { system.right[b * size + unknown] -= strength * along.1[unknown].dot(off) }
        }
      }
    }
    // A frame whose links all count for nothing stays where it is.
    for row in 0..<(frames.count * size) { system[row, row] += max(1e-9 * system[row, row], 1e-30) }
    guard let solution = system.solved() else { return 0 }
    var farthest = 0.0
    for (place, frame) in frames.enumerated() {
      guard let pose = poses[frame] else { continue }
      let next = pose.stepped(by: Array(solution[(place * size)..<((place + 1) * size)]), along: generators)
      guard next.isFinite else { continue }
      for point in points { farthest = max(farthest, (next(point) - pose(point)).length) }
      poses[frame] = next
    }
    return farthest
  }

  /// Adds the products of derivatives to the block of two frames, of which the first is not before the second.
  private func add(
    _ rows: [Vector<rank>], _ columns: [Vector<rank>], at row: Int, _ column: Int, _ strength: Double,
    to system: inout EnvelopeSystem
  ) {
    guard row >= 0, column >= 0 else { return }
    let size = rows.count
    for i in 0..<size {
      for j in 0..<size where row > column || j <= i {
        system[row * size + i, column * size + j] += strength * rows[i].dot(columns[j])
      }
    }
  }

  /// Frames by their distance, the nearest first.
  private struct Heap {
    private var items: [(Double, Int)] = []

    mutating func push(_ item: (Double, Int)) {
      items.append(item)
      var place = items.count - 1
      while place > 0, items[(place - 1) / 2].0 > items[place].0 {
        items.swapAt(place, (place - 1) / 2)
        place = (place - 1) / 2
      }
    }

    mutating func pop() -> (Double, Int)? {
      guard let top = items.first else { return nil }
      let last = items.removeLast()
      guard !items.isEmpty else { return top }
      items[0] = last
      var place = 0
      while true {
        var least = place
        for child in [2 * place + 1, 2 * place + 2] where child < items.count && items[child].0 < items[least].0 {
          least = child
        }
        guard least != place else { return top }
        items.swapAt(place, least)
        place = least
      }
    }
  }
}
