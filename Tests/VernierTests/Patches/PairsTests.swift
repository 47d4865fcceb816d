import Testing

@testable import Vernier

/// Many pairs by one call: the same answers as one at a time, whatever went before.
@Suite struct PairsTests {
  private func pairs() throws -> [ImagePair<2>] {
    try (0..<18).map { index in
      let side = [32, 48, 32, 96, 12, 32][index % 6]
      let pair = try SmallPairs.pair(
        side: side, degrees: 47 * Double(index), shift: [2, -1.5], noise: index % 3 == 1 ? 40 : 1,
        seed: UInt64(500 + index))
      return ImagePair(fixed: pair.fixed, moving: pair.moving)
    }
  }

  private func agree<let rank: Int>(_ one: Alignment<rank>, _ other: Alignment<rank>) -> Bool {
    one.linear.homogeneous == other.linear.homogeneous && one.evidence == other.evidence
      && one.confidence == other.confidence && one.verdict == other.verdict
  }

  @Test(arguments: [1, 2, 4]) func theSameBitsAsOneAtATime(threads: Int) throws {
    let pairs = try pairs()
    let together = Registration(threads: threads).align(pairs)
    #expect(together.count == pairs.count)
    for (pair, result) in zip(pairs, together) {
      let alone = try Registration(threads: 1).align(pair.moving, to: pair.fixed)
      #expect(agree(alone, try result.get()))
    }
  }

  @Test func aFailingPairDoesNotEndTheOthers() throws {
    var pairs = try pairs()
    let whole = Registration().align(pairs)
    let constant = pairs[2].fixed.mapSamples { _ in 3 }
    pairs[2].fixed = constant
    pairs[7].moving = pairs[7].moving.mapSamples { _ in .nan }
    let results = Registration().align(pairs)
    for index in pairs.indices {
      switch results[index] {
      case .success(let found):
        #expect(index != 2 && index != 7)
        #expect(agree(found, try whole[index].get()))
      case .failure(let error):
        let expected: AlignmentError =
          index == 2 ? .fixedUnusable(.constant) : .movingUnusable(.notFinite(count: pairs[7].moving.samples.count))
        #expect(error == expected && [2, 7].contains(index))
      }
    }
  }

  /// A workspace that has seen other pairs of its size, noisy, masked and unrelated ones, answers as a new one.
  @Test(arguments: [true, false]) func nothingStaysInAWorkspace(turning: Bool) throws {
    let registration = Registration(model: turning ? .rigid : .translation, threads: 1)
    let degrees = turning ? 130.0 : 0
    let sides = [29, 61, 100]
    let subjects = try sides.flatMap { side in
      try [0.0, 35].map {
        try SmallPairs.pair(side: side, degrees: degrees, shift: [2.4, 1.7], noise: $0, seed: 520)
      }
    }
    let first = try subjects.map { try registration.align($0.moving, to: $0.fixed) }
    for side in sides {
      let noisy = try SmallPairs.pair(side: side, degrees: -20, shift: [4, -6], noise: 60, seed: 521)
      _ = try registration.align(noisy.moving, to: noisy.fixed)
      let block = (corner: [side / 5, side / 4], size: [side / 2, side / 2])
      _ = try registration.align(
        noisy.moving.maskedBlock(corner: block.corner, size: block.size),
        to: noisy.fixed.maskedBlock(corner: block.size, size: block.corner))
      _ = try registration.align(SyntheticScene(side: side, seed: 522).image, to: noisy.fixed)
    }
    for (subject, before) in zip(subjects, first) {
      let again = try registration.align(subject.moving, to: subject.fixed)
      #expect(agree(again, before), "side \(subject.fixed.width)")
    }
  }

  /// The memory of a pair is large enough for the larger of its two pictures, whichever it is.
  @Test(arguments: [[20, 90], [90, 20]]) func noisyPicturesOfUnlikeSizes(sides: [Int]) throws {
    let fixedGrid = try Grid<2>(size: [sides[0], sides[0]])
    let movingGrid = try Grid<2>(size: [sides[1], sides[1]])
    let truth = SmallPairs.truth(degrees: 20, shift: [3, 2], from: fixedGrid, to: movingGrid)
    let small = sides[0] < sides[1] ? fixedGrid : movingGrid
    let pair = try SmallPairs.field(on: small, seed: 530).pair(truth: truth, on: fixedGrid, moving: movingGrid)
    var random = SplitMix64(seed: 531)
    let noise = Degradation.noise(deviation: 30)
    let (fixed, moving) = (
      noise.applied(to: pair.fixed, using: &random), noise.applied(to: pair.moving, using: &random)
    )
    let first = try Registration().align(moving, to: fixed)
    for _ in 0..<3 { #expect(agree(try Registration().align(moving, to: fixed), first)) }
  }

  @Test func volumesGoThroughToo() throws {
    let grid = try Grid<3>(size: [20, 22, 18])
    let field = SmoothField<3>.filling(side: 22, seed: 540)
    let pairs = try (0..<3).map { index in
      let pair = try field.pair(truth: motion(.rigid, on: grid, strength: Double(index)), on: grid)
      return ImagePair(fixed: pair.fixed, moving: pair.moving)
    }
    let results = Registration().align(pairs)
    for (pair, result) in zip(pairs, results) {
      let alone = try Registration().align(pair.moving, to: pair.fixed)
      #expect(agree(alone, try result.get()))
    }
    #expect(Registration().align([ImagePair<3>]()).isEmpty)
  }
}
