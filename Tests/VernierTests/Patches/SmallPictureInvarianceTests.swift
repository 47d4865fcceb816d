import Testing

@testable import Vernier

/// What must not change a small picture's answer, and what must change it in a known way.
@Suite struct SmallPictureInvarianceTests {
  private func pair() throws -> (fixed: Image<2>, moving: Image<2>, truth: Affine<2>) {
    try SmallPairs.pair(side: 56, degrees: 127, shift: [5.3, -7.2], noise: 2, seed: 701)
  }

  private func apart(_ one: Affine<2>, _ other: Affine<2>, _ grid: Grid<2>) -> Double {
    cornerError(one, other, on: grid)
  }

  @Test(arguments: [17, 32, 65, 120]) func anIdentityPairGivesTheIdentity(side: Int) throws {
    let scene = SyntheticScene(side: side, seed: 702).image
    let found = try Registration().align(scene, to: scene)
    #expect(apart(found.linear, .identity, scene.grid) < 1e-3)
    #expect(found.evidence.similarityAfter > 0.9999 && found.verdict != .failed)
  }

  /// Both pictures at half the spacing and elsewhere: the samples see the same.
  @Test func theAnswerIsInPhysicalUnits() throws {
    let (fixed, moving, _) = try pair()
    let plain = try Registration().align(moving, to: fixed)
    let (here, there) = (
      try Grid<2>(size: [56, 56], spacing: [0.5, 0.5], origin: [-30, 12]),
      try Grid<2>(size: [56, 56], spacing: [0.5, 0.5], origin: [100, 7])
    )
    let found = try Registration().align(moving.placed(on: there), to: fixed.placed(on: here))
    let onto = Affine<2>(linear: .diagonal([0.5, 0.5]), translation: here.origin)
    let expected = Affine<2>(linear: .diagonal([0.5, 0.5]), translation: there.origin)
      .composed(after: plain.linear).composed(after: try requireInverse(of: onto))
    #expect(apart(found.linear, expected, here) < 1e-9)
    #expect(found.linear.center == here.center)
    let (one, other) = (try #require(plain.evidence.covariance), try #require(found.evidence.covariance))
    #expect(abs(other[0][0] / one[0][0] - 1) < 1e-9 && abs(other[1][1] / one[1][1] - 0.25) < 1e-9)
    #expect(abs(found.evidence.forwardBackward / plain.evidence.forwardBackward - 0.5) < 1e-6)
  }

  @Test func brightnessAndContrastDoNotMatter() throws {
    let (fixed, moving, _) = try pair()
    let plain = try Registration().align(moving, to: fixed).linear
    let other = try Registration().align(moving.mapSamples { 0.5 * $0 + 40 }, to: fixed).linear
    #expect(apart(other, plain, fixed.grid) < 1e-4)
  }

  /// Measured: 0.002 samples.
  @Test func swappingGivesTheInverse() throws {
    let (fixed, moving, _) = try pair()
    let forward = try Registration().align(moving, to: fixed).linear
    let backward = try Registration().align(fixed, to: moving).linear
    #expect(apart(backward.composed(after: forward), .identity, fixed.grid) < 0.01)
  }

  @Test func aTranslationNeverTurns() throws {
    let pair = try SmallPairs.pair(side: 48, degrees: 0, shift: [9.3, -6.4], noise: 2, seed: 703)
    let found = try Registration(model: .translation).align(pair.moving, to: pair.fixed)
    #expect(found.linear.linear == .identity)
    #expect(apart(found.linear, pair.truth, pair.fixed.grid) < 0.02)
    let turned = try SmallPairs.pair(side: 48, degrees: 3, shift: [4, -2], seed: 704)
    let best = try Registration(model: .translation).align(turned.moving, to: turned.fixed)
    #expect(best.linear.linear == .identity)
    #expect(apart(best.linear, turned.truth, turned.fixed.grid) < 3)
    #expect(try #require(found.evidence.covariance).count == 2)
  }

  /// A mask that holds a block is the picture cut down to the block.
  @Test(arguments: [true, false]) func aMaskedPictureIsACroppedOne(masksFixed: Bool) throws {
    let pair = try SmallPairs.pair(side: 96, degrees: -64, shift: [4, 3], noise: 2, seed: 705)
    let (corner, size) = ([12, 20], [70, 60])
    let subject = masksFixed ? pair.fixed : pair.moving
    let (masked, cropped) = (
      try subject.maskedBlock(corner: corner, size: size), try subject.cropped(corner: corner, size: size)
    )
    let results = try [masked, cropped].map {
      try Registration().align(masksFixed ? pair.moving : $0, to: masksFixed ? $0 : pair.fixed).linear
    }
    #expect(apart(results[0], results[1], pair.fixed.grid) < 0.02)
    #expect(apart(results[0], pair.truth, pair.fixed.grid) < 0.05)
  }

  @Test func whatTheMaskLeavesOutMayBeAnything() throws {
    let (fixed, moving, _) = try pair()
    let masked = try fixed.maskedBlock(corner: [6, 4], size: [44, 40])
    let plain = try Registration().align(moving, to: masked)
    for value in [0, 1e6, Float.nan, .infinity] {
      let samples = zip(masked.samples, masked.mask ?? []).map { $1 == 0 ? value : $0 }
      let spoilt = Image(unchecked: masked.grid, samples: samples, mask: masked.mask)
      let other = try Registration().align(moving, to: spoilt)
      #expect(other.linear.homogeneous == plain.linear.homogeneous && other.evidence == plain.evidence)
    }
  }
}
