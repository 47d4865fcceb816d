import Glibc
import Testing

@testable import Vernier

/// One pose a frame out of links between pairs of frames.
@Suite struct PoseGraphTests {
  private let grid = try! Grid<2>(size: [200, 160])
  private let deviation = 0.05

  /// Frames that turn and drift, the first in place.
  private func poses(_ count: Int, seed: UInt64 = 3) -> [Affine<2>] {
    var random = SplitMix64(seed: seed)
    var (angle, shift) = (0.0, Vector<2>.zero)
    return (0..<count).map { number in
      if number > 0 {
        angle += Double.random(in: -0.2...0.2, using: &random)
        shift += Vector([Double.random(in: -6...6, using: &random), Double.random(in: -6...6, using: &random)])
      }
      return Affine(linear: Affine<2>.rotation(radians: angle, from: 0, to: 1), translation: shift, center: grid.center)
    }
  }

  /// A link as an alignment would find it, a little off.
  private func link(
    _ first: Int, _ second: Int, _ truth: [Affine<2>], using random: inout SplitMix64, off: Double? = nil
  ) throws -> FrameLink<2> {
    let back = try #require(truth[first].inverted())
    var exact = truth[second].composed(after: back)
    let spread = off ?? deviation
    exact.translation += Vector([
      Double.random(in: -spread...spread, using: &random), Double.random(in: -spread...spread, using: &random),
    ])
    return FrameLink(first: first, second: second, transform: exact, deviation: deviation)
  }

  private func graph(
    _ truth: [Affine<2>], reach: [Int], without bad: Set<Int> = [], seed: UInt64 = 5
  ) throws -> PoseGraph<2> {
    var random = SplitMix64(seed: seed)
    var graph = PoseGraph(model: .rigid, grid: grid)
    for second in truth.indices where !bad.contains(second) {
      for step in reach where second >= step && !bad.contains(second - step) {
        graph.append(try link(second - step, second, truth, using: &random))
      }
    }
    return graph
  }

  private func error(_ solution: PoseGraph<2>.Solution, _ truth: [Affine<2>], _ frame: Int) -> Double {
    solution.poses[frame]?.cornerDistance(to: truth[frame], on: grid) ?? .infinity
  }

  @Test func `Exact links give exact poses`() throws {
    let truth = poses(12)
    var graph = PoseGraph(model: .rigid, grid: grid)
    for frame in 1..<12 {
      let back = try #require(truth[frame - 1].inverted())
      graph.append(
        FrameLink(
          first: frame - 1, second: frame, transform: truth[frame].composed(after: back), deviation: deviation))
    }
    let solution = graph.solution(count: 12, anchor: 0)
    for frame in 0..<12 { #expect(error(solution, truth, frame) < 1e-9) }
  }

  @Test func `Farther links keep errors from adding up`() throws {
    let truth = poses(200)
    let chain = try graph(truth, reach: [1]).solution(count: 200, anchor: 0)
    let linked = try graph(truth, reach: [1, 2, 4, 8]).solution(count: 200, anchor: 0)
    let mean = { (solution: PoseGraph<2>.Solution) in (0..<200).reduce(0) { $0 + error(solution, truth, $1) } / 200 }
    #expect(mean(linked) < 0.6 * mean(chain))
    #expect((0..<200).allSatisfy { error(linked, truth, $0) < 1 })
  }

  @Test func `A frame that lies elsewhere may be the anchor`() throws {
    let truth = poses(30)
    let solution = try graph(truth, reach: [1, 2]).solution(count: 30, anchor: 17)
    let back = try #require(truth[17].inverted())
    #expect(solution.poses[17]?.cornerDistance(to: .identity, on: grid) == 0)
    for frame in 0..<30 {
      let pose = try #require(solution.poses[frame])
      #expect(pose.cornerDistance(to: truth[frame].composed(after: back), on: grid) < 0.6)
    }
  }

  @Test func `Links that are wrong do not count`() throws {
    let truth = poses(60)
    var graph = try graph(truth, reach: [1, 2, 4])
    var random = SplitMix64(seed: 9)
    let right = graph.links.count
    for _ in 0..<24 {
      let second = Int.random(in: 4..<60, using: &random)
      let first = second - Int.random(in: 1...4, using: &random)
      graph.append(try link(first, second, truth, using: &random, off: 40))
    }
    let solution = graph.solution(count: 60, anchor: 0)
    for frame in 0..<60 { #expect(error(solution, truth, frame) < 0.6) }
    #expect((0..<right).count { !solution.agrees($0) } <= 2)
    #expect((right..<graph.links.count).count { solution.agrees($0) } <= 1)
  }

  @Test func `A frame without links is bridged, and has no pose`() throws {
    let truth = poses(20)
    let solution = try graph(truth, reach: [1, 2], without: [7]).solution(count: 20, anchor: 0)
    #expect(solution.poses[7] == nil)
    for frame in 0..<20 where frame != 7 { #expect(error(solution, truth, frame) < 0.6) }
  }

  @Test func `A frame whose links contradict all others has no pose`() throws {
    let truth = poses(20)
    var graph = try graph(truth, reach: [1, 2], without: [19])
    var random = SplitMix64(seed: 2)
    graph.append(try link(18, 19, truth, using: &random, off: 60))
    graph.append(try link(17, 19, truth, using: &random, off: 60))
    let solution = graph.solution(count: 20, anchor: 0)
    for frame in 0..<19 { #expect(error(solution, truth, frame) < 0.6) }
  }

  @Test func `Volumes go the same way`() throws {
    let grid = try Grid<3>(size: [20, 24, 18], spacing: [2, 2, 3])
    let turn = Affine<3>(
      linear: Affine<3>.rotation(radians: 0.1, from: 0, to: 2), translation: [1, -2, 3], center: grid.center)
    var graph = PoseGraph(model: .rigid, grid: grid)
    graph.append(FrameLink(first: 0, second: 1, transform: turn, deviation: 0.1))
    graph.append(FrameLink(first: 1, second: 2, transform: turn, deviation: 0.1))
    graph.append(FrameLink(first: 0, second: 2, transform: turn.composed(after: turn), deviation: 0.1))
    let pose = try #require(graph.solution(count: 3, anchor: 0).poses[2])
    #expect(pose.cornerDistance(to: turn.composed(after: turn), on: grid) < 1e-9)
  }

  @Test func `Ten thousand frames are no more than a chain of blocks`() throws {
    let truth = poses(10_000)
    let graph = try graph(truth, reach: [1, 2, 4, 8])
    let solution = graph.solution(count: 10_000, anchor: 0)
    #expect(solution.poses.allSatisfy { $0 != nil })
  }

  @Test func `Equations along a chain are solved as dense ones are`() throws {
    var (sparse, dense) = (EnvelopeSystem(firsts: [0, 0, 1, 0]), SymmetricSystem(count: 4))
    let rows: [[Double]] = [[4], [1, 5], [0, 2, 6], [0.5, 0, 1, 3]]
    for (row, values) in rows.enumerated() {
      for (column, value) in values.enumerated() {
        if column >= sparse.firsts[row] { sparse[row, column] = value }
        dense.matrix[row * 4 + column] = value
        dense.matrix[column * 4 + row] = value
      }
      sparse.right[row] = Double(row) - 1
      dense.right[row] = Double(row) - 1
    }
    let (found, expected) = (try #require(sparse.solved()), try #require(dense.solved()))
    for (left, right) in zip(found, expected) { #expect(abs(left - right) < 1e-12) }
  }
}
