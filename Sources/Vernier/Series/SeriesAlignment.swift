/// The frames of a series brought together as they come, one after another: where each lies, and whether to believe it.
///
/// A frame is aligned and judged once, at low resolution, with the latest frame that has a place; where that fails, with
/// others. From there it is refined at full resolution onto that frame, onto earlier ones at doubling distances and
/// onto the reference. ``PoseGraph`` makes one pose a frame of all these links, so that no error adds up and a frame
/// that does not belong is bridged.
///
/// Of the frames only the last few are kept, and the reference. A frame is added with ``add(_:)``, from one thread at a
/// time; ``poses(anchor:)`` says where all of them lie.
public final class SeriesAlignment<let rank: Int> {
  /// How two frames are aligned where nothing is known of them.
  public let registration: Registration
  /// The common grid; nil before there is a frame.
  public private(set) var grid: Grid<rank>?
  /// What has become of each frame so far.
  public private(set) var frames: [SeriesFrame<rank>] = []
  /// How far back frames are linked, in frames that have a place: 1, 2, 4 … up to this.
  private let reach: Int
  private var links: [FrameLink<rank>] = []
  /// The frames that later ones may be linked to, the oldest first.
  private var kept: [HeldFrame<rank>] = []
  private var reference: HeldFrame<rank>?
  /// Where frames lie, as far as the links known so far say; by islands of frames that are linked.
  private var places: [Int: Affine<rank>] = [:]
  private var islands: [Int: Int] = [:]
  /// How many frames each island has.
  private var sizes: [Int: Int] = [:]

  /// - Parameters:
  ///   - registration: how two frames are aligned where nothing is known of them.
  ///   - reference: a frame that every other one is linked to as well, with its number in the series.
  ///   - reach: how far back frames are linked.
  /// - Throws: ``AlignmentError/fixedUnusable(_:)`` for a reference that cannot be aligned.
  public init(
    _ registration: Registration, reference: (number: Int, image: Image<rank>)? = nil, reach: Int = 8
  ) throws(AlignmentError) {
    self.registration = registration
    self.reach = reach
    guard let reference else { return }
    let image = try reference.image.checked { .fixedUnusable($0) }
    grid = image.grid
    let held = HeldFrame(number: reference.number, image, threads: registration.threads)
    self.reference = held
    settle(held, at: Affine(center: image.grid.center), island: reference.number)
  }

  /// Adds the next frame.
  ///
  /// - Parameter image: the frame; nil for one that cannot be read, whose place in the series remains.
  /// - Returns: what is known of it now; later frames may still move it a little.
  /// - Throws: ``AlignmentError`` that is not about the frame itself: a method that cannot be used, a cancelled task.
  @discardableResult
  public func add(_ image: Image<rank>?) throws(AlignmentError) -> SeriesFrame<rank> {
    guard let image else {
      frames.append(SeriesFrame(number: frames.count, problem: "it cannot be read"))
      return frames[frames.count - 1]
    }
    do {
      return try Ranks.open(rank, (self, image), as: SeriesFrame<rank>.self) {
        (work: (SeriesAlignment<2>, Image<2>)) in
        try work.0.added(work.1)
      } space: { (work: (SeriesAlignment<3>, Image<3>)) in
        try work.0.added(work.1)
      }
    } catch { throw AlignmentError(error) }
  }

  /// Where all frames lie.
  ///
  /// - Parameter anchor: the frame whose pose is the identity.
  public func poses(anchor: Int) -> [FramePose<rank>] {
    // No frame can be aligned at all.
    guard let grid else { return frames.map { FramePose(frame: $0, links: 0, agreeing: 0) } }
    var graph = PoseGraph(model: registration.model, grid: grid)
    for link in links { graph.append(link) }
    return posed(graph.solution(count: frames.count, anchor: anchor), graph.links, anchor: anchor)
  }

  /// Where the frame that was added last lies, as far as the frames up to it say.
  ///
  /// - Parameter anchor: the frame whose pose is the identity.
  /// - Precondition: there is a frame.
  public func latestPose(anchor: Int) -> FramePose<rank> {
    let frame = frames[frames.count - 1]
    let own = links.reversed().prefix { $0.second == frame.number }.count
    var pose = FramePose(frame: frame, links: own, agreeing: own)
    if frame.number == anchor, frame.problem == nil {
      pose.transform = grid.map { Affine(center: $0.center) }
      (pose.verdict, pose.confidence) = (.aligned, 1)
    } else if let alignment = frame.alignment, own > 0, let island = islands[anchor], islands[frame.number] == island,
      let place = places[frame.number], let back = places[anchor]?.inverted()
    {
      pose.transform = place.composed(after: back).centered(at: grid?.center ?? place.center)
      (pose.verdict, pose.confidence) = (alignment.verdict, alignment.confidence)
    }
    return pose
  }

  /// The first frame of the group that most frames belong to so far; nil before there is one.
  public var leadingFrame: Int? { sizes.min { ($1.value, $0.key) < ($0.value, $1.key) }?.key }

  /// The largest group of frames that are linked with each other, in their order; empty where no two are.
  public var largestGroup: [Int] {
    let groups = Dictionary(grouping: islands.keys.filter { $0 < frames.count }, by: { islands[$0] ?? $0 })
    let largest = groups.values.max { ($0.count, $1.min() ?? 0) < ($1.count, $0.min() ?? 0) }
    return largest.map { $0.count > 1 ? $0.sorted() : [] } ?? []
  }

  /// The frame in the middle of the others: of ``largestGroup`` the one whose corners lie closest to the medians of all.
  /// Nil where no two frames are linked.
  public var middleFrame: Int? {
    guard let grid else { return nil }
    let group = largestGroup
    let corners = grid.corners
    let medians = corners.map { corner in
      Vector<rank> { axis in
        let all = group.compactMap { places[$0]?(corner)[axis] }.sorted()
        return all.isEmpty ? 0 : all[all.count / 2]
      }
    }
    func distance(_ frame: Int) -> Double {
      guard let place = places[frame] else { return .infinity }
      return zip(corners, medians).reduce(0) { $0 + (place($1.0) - $1.1).length }
    }
    return group.min { (distance($0), $0) < (distance($1), $1) }
  }

  private func added(_ image: Image<rank>) throws -> SeriesFrame<rank> {
    let number = frames.count
    if let reference, reference.number == number {
      frames.append(SeriesFrame(number: number))
      try link(reference)
      keep(reference)
      return frames[number]
    }
    let usable: Image<rank>
    do throws(AlignmentError) { usable = try image.checked { .movingUnusable($0) } } catch {
      guard case .movingUnusable(let reason) = error else { throw error }
      frames.append(SeriesFrame(number: number, problem: "\(reason)"))
      return frames[number]
    }
    if grid == nil { grid = usable.grid }
    frames.append(SeriesFrame(number: number))
    let frame = HeldFrame(number: number, usable, threads: registration.threads)
    try link(frame)
    keep(frame)
    return frames[number]
  }

  /// Links a frame to those that are kept.
  private func link(_ frame: HeldFrame<rank>) throws {
    guard let (partner, alignment) = try judged(frame) else {
      if islands[frame.number] == nil {
        settle(frame, at: Affine(center: grid?.center ?? .zero), island: frame.number)
      }
      return
    }
    frames[frame.number].alignment = alignment
    let refinement = FrameRefinement(registration: registration, metric: alignment.metric)
    guard alignment.verdict != .failed,
      let main = refinement.link(frame, to: partner, from: alignment.linear, usesLowResolution ? .low : .exact)
    else {
      if islands[frame.number] == nil {
        settle(frame, at: Affine(center: grid?.center ?? .zero), island: frame.number)
      }
      return
    }
    let island = islands[partner.number] ?? partner.number
    var found = [main.link]
    guard let there = places[partner.number] else { return }
    let place = main.link.transform.composed(after: there)
    for other in others(besides: partner, frame, island: island) {
      guard let start = places[other.number]?.inverted(),
        let extra = refinement.link(
          frame, to: other, from: place.composed(after: start), .fine, leastScore: 0.4 * main.score)
      else { continue }
      found.append(extra.link)
    }
    links += found
    if let known = islands[frame.number] {
      // The reference itself has a place; what it is linked to joins it.
      if known != island, let here = places[frame.number], let back = place.inverted() {
        merge(island, into: known, by: back.composed(after: here))
      }
      return
    }
    guard let grid else { return }
    let graph = PoseGraph(model: registration.model, grid: grid)
    settle(frame, at: graph.pose(of: frame.number, by: found, among: places) ?? place, island: island)
  }

  /// The first alignment with a frame that has a place which is believed, or the best.
  ///
  /// Small pictures have an engine that tells in some milliseconds whether they match. Where it believes no answer, the
  /// most likely partner is tried by all methods, at low resolution and at full: most often the frame belongs to none.
  private func judged(_ frame: HeldFrame<rank>) throws -> (HeldFrame<rank>, Alignment<rank>)? {
    var best: (HeldFrame<rank>, Alignment<rank>)?
    var isQuick = false
    for partner in partners(of: frame) {
      try Activity.check()
      let quick = quickAlignment(of: frame, to: partner)
      isQuick = isQuick || quick != nil
      guard let found = try quick ?? alignment(of: frame, to: partner, isLow: usesLowResolution) else { continue }
      if found.confidence > best?.1.confidence ?? -1 { best = (partner, found) }
      if found.verdict == .aligned { return best }
    }
    guard usesLowResolution, let partner = best?.0, frame.hasStructure else { return best }
    for isLow in isQuick ? [true, false] : [false] {
      if let again = try alignment(of: frame, to: partner, isLow: isLow), again.confidence > best?.1.confidence ?? -1 {
        best = (partner, again)
      }
      if best?.1.verdict == .aligned { break }
    }
    return best
  }

  /// Whether frames are first aligned at low resolution: where nobody has said how.
  private var usesLowResolution: Bool { registration.stages == nil && registration.prepare.isEmpty }

  /// An alignment by the engine for small pictures alone; nil where it cannot do what is asked for.
  private func quickAlignment(of frame: HeldFrame<rank>, to partner: HeldFrame<rank>) -> Alignment<rank>? {
    guard usesLowResolution, registration.metric == nil || registration.metric == .crossCorrelation else { return nil }
    let (still, other) = SensorDefects.removed(from: partner.low, frame.low)
    return PatchRegistration.alignment(
      of: other, to: still, model: registration.model, method: "\(Search().name)+\(Refinement().name)")
  }

  private func alignment(
    of frame: HeldFrame<rank>, to partner: HeldFrame<rank>, isLow: Bool
  ) throws -> Alignment<rank>? {
    do throws(AlignmentError) {
      return try registration.align(
        isLow ? frame.low : frame.pyramid.levels[0], to: isLow ? partner.low : partner.pyramid.levels[0])
    } catch {
      switch error {
      case .noOverlap, .noAnswer, .fixedUnusable, .movingUnusable: return nil
      case .unusableStart, .unsupported, .cancelled, .failed: throw error
      }
    }
  }

  /// The frames to align a frame with, in the order in which they are tried.
  private func partners(of frame: HeldFrame<rank>) -> [HeldFrame<rank>] {
    func size(_ held: HeldFrame<rank>) -> Int { sizes[islands[held.number] ?? -1] ?? 0 }
    let others = kept.reversed().filter { $0.number != frame.number }
    let most = others.map(size).max() ?? 0
    let main = others.filter { size($0) == most }
    var list = Array(main.prefix(2))
    if let reference, reference.number != frame.number { list.insert(reference, at: min(1, list.count)) }
    list += main.dropFirst(2).prefix(1)
    list += others.filter { size($0) < most }.prefix(1)
    var seen: Set<Int> = []
    return list.filter { seen.insert($0.number).inserted }
  }

  /// The further frames that a frame is linked to.
  private func others(
    besides partner: HeldFrame<rank>, _ frame: HeldFrame<rank>, island: Int
  ) -> [HeldFrame<rank>] {
    let placed = kept.reversed().filter { islands[$0.number] == island && $0.number != frame.number }
    var list: [HeldFrame<rank>] = []
    var distance = 1
    while distance <= reach {
      if distance <= placed.count { list.append(placed[distance - 1]) }
      distance *= 2
    }
    if let reference, islands[reference.number] == island { list.append(reference) }
    var seen: Set<Int> = [partner.number, frame.number]
    return list.filter { seen.insert($0.number).inserted }
  }

  private func settle(_ frame: HeldFrame<rank>, at place: Affine<rank>, island: Int) {
    places[frame.number] = place.centered(at: grid?.center ?? place.center)
    islands[frame.number] = island
    sizes[island, default: 0] += 1
  }

  /// Two groups of frames become one.
  ///
  /// - Parameter map: the grid that places in the other group are of, to that of the group that joins it.
  private func merge(_ island: Int, into other: Int, by map: Affine<rank>) {
    guard let center = grid?.center else { return }
    for number in islands.keys.sorted() where islands[number] == island {
      islands[number] = other
      sizes[other, default: 0] += 1
      sizes[island, default: 0] -= 1
      places[number] = places[number]?.composed(after: map).centered(at: center)
    }
  }

  /// Keeps a frame for later ones, and drops those that are too old: of frames without a place two are kept.
  private func keep(_ frame: HeldFrame<rank>) {
    kept.append(frame)
    let bytes = max(frame.pyramid.levels[0].grid.count * 6, 1)
    let most = max(2, min(reach, (256 << 20) / bytes))
    func isAlone(_ held: HeldFrame<rank>) -> Bool {
      frames.indices.contains(held.number) && frames[held.number].alignment?.verdict ?? .failed == .failed
    }
    while kept.count(where: { !isAlone($0) }) > most, let place = kept.firstIndex(where: { !isAlone($0) }) {
      kept.remove(at: place)
    }
    while kept.count(where: isAlone) > 2, let place = kept.firstIndex(where: isAlone) { kept.remove(at: place) }
  }

  private func posed(
    _ solution: PoseGraph<rank>.Solution, _ links: [FrameLink<rank>], anchor: Int
  ) -> [FramePose<rank>] {
    var counts = [(all: Int, agreeing: Int, confidence: Double)](repeating: (0, 0, 0), count: frames.count)
    for (index, link) in links.enumerated() {
      for number in [link.first, link.second] {
        counts[number].all += 1
        guard solution.agrees(index) else { continue }
        counts[number].agreeing += 1
        // A frame is known as well as an alignment by which it is linked.
        let told = frames[link.second].alignment?.confidence ?? 0
        counts[number].confidence = max(counts[number].confidence, told)
      }
    }
    return frames.map { frame in
      let (all, agreeing, confidence) = counts[frame.number]
      var pose = FramePose(frame: frame, links: all, agreeing: agreeing)
      if frame.number == anchor {
        pose.transform = solution.poses[anchor]
        (pose.verdict, pose.confidence) = (frame.problem == nil ? .aligned : .failed, frame.problem == nil ? 1 : 0)
      } else if let transform = solution.poses[frame.number], agreeing > 0 {
        pose.transform = transform
        // Links that contradict the others speak against all of them.
        pose.confidence = confidence * min(1, 2 * Double(agreeing) / Double(all))
        pose.verdict =
          pose.confidence >= VerdictRules.alignedFrom
          ? .aligned : pose.confidence >= VerdictRules.failedBelow ? .doubtful : .failed
      }
      return pose
    }
  }
}
