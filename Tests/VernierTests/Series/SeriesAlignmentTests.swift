import Testing

@testable import Vernier

/// Series that drift, with frames that do not belong.
@Suite struct SeriesAlignmentTests {
  private let scene = SyntheticScene(side: 256, seed: 31).image

  /// What a camera sees of the scene from a place: moving(p) = scene(p + place).
  private func frame(_ place: Vector<2>, seed: UInt64) throws -> Image<2> {
    let grid = try Grid<2>(size: [140, 120])
    var random = SplitMix64(seed: seed)
    let seen = scene.resampled(
      onto: grid, through: Affine<2>(translation: place), interpolation: .cubic)
    let samples = seen.samples.map { $0 + Float.random(in: -4...4, using: &random) }
    return try Image(grid: grid, samples: samples)
  }

  private func places(_ count: Int) -> [Vector<2>] {
    (0..<count).map { Vector([30 + 2.3 * Double($0), 60 - 1.7 * Double($0)]) }
  }

  @Test(arguments: [true, false]) func `Every frame finds its place, and a blank one is left out`(
    _ hasReference: Bool
  ) throws {
    let places = places(12)
    var random = SplitMix64(seed: 1)
    var frames = try places.enumerated().map { try frame($0.element, seed: UInt64($0.offset)) }
    frames[5] = try Image(
      width: 140, height: 120, samples: (0..<(140 * 120)).map { _ in Float.random(in: 0...9, using: &random) })
    frames[8] = try Image(width: 140, height: 120, samples: [Float](repeating: 255, count: 140 * 120))
    let registration = Registration(model: .translation, threads: 1)
    let alignment = try SeriesAlignment(
      registration, reference: hasReference ? (number: 0, image: frames[0]) : nil, reach: hasReference ? 2 : 8)
    for frame in frames { try alignment.add(frame) }
    let poses = alignment.poses(anchor: 0)
    #expect(poses.count == 12)
    for (number, pose) in poses.enumerated() {
      guard number != 5, number != 8 else {
        #expect(pose.isSkipped && pose.verdict == .failed, "frame \(number)")
        continue
      }
      #expect(pose.verdict == .aligned, "frame \(number)")
      let off = try #require(pose.transform).translation - (places[0] - places[number])
      #expect(off.length < 0.1, "frame \(number): \(off)")
    }
    #expect(alignment.largestGroup == [0, 1, 2, 3, 4, 6, 7, 9, 10, 11])
  }

  @Test func `The middle of a drift is its middle frame`() throws {
    let alignment = try SeriesAlignment<2>(Registration(model: .translation, threads: 1))
    for (number, place) in places(9).enumerated() { try alignment.add(try frame(place, seed: UInt64(number))) }
    #expect(alignment.middleFrame == 4)
  }

  @Test(arguments: [true, false]) func `Each frame is told as it comes`(_ hasReference: Bool) throws {
    let places = places(6)
    let frames = try places.enumerated().map { try frame($0.element, seed: UInt64($0.offset)) }
    let alignment = try SeriesAlignment(
      Registration(model: .translation, threads: 1), reference: hasReference ? (number: 0, image: frames[0]) : nil,
      reach: hasReference ? 1 : 8)
    for (number, frame) in frames.enumerated() {
      try alignment.add(frame)
      #expect(alignment.leadingFrame == 0)
      let pose = alignment.latestPose(anchor: 0)
      #expect(pose.frame.number == number && pose.verdict == .aligned)
      let off = try #require(pose.transform).translation - (places[0] - places[number])
      #expect(off.length < 0.1, "frame \(number): \(off)")
    }
    try alignment.add(nil)
    #expect(alignment.latestPose(anchor: 0).isSkipped)
  }

  @Test func `A series of unrelated frames has no group`() throws {
    let alignment = try SeriesAlignment<2>(Registration(model: .translation, threads: 1))
    for seed in 0..<4 {
      try alignment.add(SyntheticScene(side: 100, seed: UInt64(seed)).image)
    }
    #expect(alignment.largestGroup.isEmpty)
    for pose in alignment.poses(anchor: 0).dropFirst() { #expect(pose.isSkipped) }
  }

  @Test func `A series of blank frames has a pose for each, which is skipped`() throws {
    let alignment = try SeriesAlignment<2>(Registration(model: .translation, threads: 1))
    for value in 0..<3 {
      try alignment.add(Image(width: 40, height: 40, samples: [Float](repeating: Float(value), count: 1600)))
    }
    let poses = alignment.poses(anchor: 0)
    #expect(poses.count == 3 && poses.allSatisfy { $0.isSkipped } && alignment.leadingFrame == nil)
  }

  @Test func `A reference without structure is refused`() throws {
    let blank = try Image<2>(width: 40, height: 40, samples: [Float](repeating: 1, count: 1600))
    #expect(throws: AlignmentError.fixedUnusable(.constant)) {
      try SeriesAlignment(Registration(), reference: (number: 0, image: blank))
    }
  }
}
