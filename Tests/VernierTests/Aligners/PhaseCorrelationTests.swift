import Testing

@testable import Vernier

@Suite struct PhaseCorrelationTests {
  private func best(_ moving: Image<2>, _ fixed: Image<2>) throws -> Affine<2> {
    let found = try PhaseCorrelation().candidates(
      aligning: moving, to: fixed, from: [], as: AlignmentTask(model: .translation))
    return try #require(found.first).linear
  }

  /// n = 40, seeds 300…339: noise of σ = 5 of 255 on both, shifts of up to 12 % of the side.
  @Test func fractionsOfASampleUnderNoise() throws {
    let errors = try (300..<340).map { seed in
      var random = SplitMix64(seed: UInt64(seed))
      let truth = Affine<2>(translation: random.vector(in: -16...16))
      let pair = cutPair(side: 128, truth: truth, seed: UInt64(seed))
      let noise = Degradation.noise(deviation: 5)
      let fixed = noise.applied(to: pair.fixed, using: &random)
      let moving = noise.applied(to: pair.moving, using: &random)
      return (try best(moving, fixed).translation - truth.translation).length
    }.sorted()
    #expect(errors.reduce(0, +) / 40 < 0.05)
    #expect(errors[39] < 0.15)
  }

  @Test(arguments: [[0.37, -0.82], [-5.5, 3.25], [14.21, 9.6]] as [Vector<2>])
  func hundredthsOfASampleWithoutNoise(shift: Vector<2>) throws {
    let (fixed, moving) = cutPair(side: 128, truth: Affine(translation: shift), seed: 341)
    let found = try best(moving, fixed)
    #expect(difference(found.translation, shift) < 0.05)
    #expect(found.linear == .identity)
  }

  /// Beyond half the side the cyclic shift is another one.
  @Test(arguments: [[70, 8], [-12, -75], [-60, 55]] as [Vector<2>]) func largeShifts(shift: Vector<2>) throws {
    let (fixed, moving) = cutPair(side: 128, truth: Affine(translation: shift), seed: 342)
    #expect(difference(try best(moving, fixed).translation, shift) < 0.1)
  }

  @Test func picturesOfUnlikeSizes() throws {
    let scene = SyntheticScene(side: 256, seed: 343).image
    let fixed = try plain(scene.cropped(corner: [60, 50], size: [90, 120]))
    let moving = try plain(scene.cropped(corner: [40, 70], size: [141, 77]))
    // The sample at (0, 0) of the fixed picture lies at (60 − 40, 50 − 70) of the moving one.
    let found = try best(moving, fixed)
    #expect(difference(found(.zero), [20, -20]) < 0.02)
    let back = try best(fixed, moving)
    #expect(difference(back(.zero), [-20, 20]) < 0.02)
  }

  private func plain(_ image: Image<2>) throws -> Image<2> { image.placed(on: try Grid<2>(size: image.size)) }

  /// Unlike spacings along the axes, turned axes, origins elsewhere, and a moving picture with a spacing of its own.
  @Test func physicalSpace() throws {
    let turned = Affine<2>.rotation(radians: 0.6, from: 0, to: 1)
    let grid = try Grid<2>(size: [120, 90], spacing: [1, 1.5], origin: [40, -30], direction: turned)
    let truth = Affine<2>(translation: [507.3, -211.6], center: grid.center)
    let field = SmoothField<2>(low: -160, high: 240, blobs: 2500, sizes: 3...9, seed: 344)
    let other = try Grid<2>(
      size: [100, 130], spacing: [1.3, 1.1], origin: truth(grid.origin) + Vector([3, -2]), direction: turned)
    let (fixed, moving) = try field.pair(truth: truth, on: grid, moving: other)
    let found = try best(moving, fixed)
    #expect(found.center == grid.center)
    #expect(cornerError(found, truth, on: grid) < 0.05)
  }

  @Test func maskedSamplesDoNotCount() throws {
    let truth = Affine<2>(translation: [6.4, -3.7])
    var (fixed, moving) = cutPair(side: 128, truth: truth, seed: 345)
    // Both pictures show one bright frame at one place, which speaks for no shift at all.
    let frame = (0..<128 * 128).map { index in
      let (x, y) = (index % 128, index / 128)
      return UInt8(min(x, y, 127 - x, 127 - y) >= 10 ? 1 : 0)
    }
    func framed(_ image: Image<2>) throws -> Image<2> {
      let samples = zip(image.samples, frame).map { $1 == 0 ? 3000 : $0 }
      return try Image<2>(grid: image.grid, samples: samples).masked(by: frame)
    }
    (fixed, moving) = (try framed(fixed), try framed(moving))
    #expect(difference(try best(moving, fixed).translation, truth.translation) < 0.1)
  }

  @Test func aStartKeepsItsLinearPart() throws {
    let truth = Affine<2>(
      .init(rotation: [25], scale: [1.1, 1.1], shear: [0], translation: [9.3, -7.4], center: [63.5, 63.5]))
    let (fixed, moving) = cutPair(side: 128, truth: truth, seed: 346)
    let start = Affine<2>(linear: truth.linear, center: [63.5, 63.5])
    let found = try Registration(model: .translation, stages: [PhaseCorrelation()])
      .align(moving, to: fixed, initial: start)
    #expect(found.linear.linear == truth.linear)
    #expect(difference(found.linear.translation, truth.translation) < 0.1)
    #expect(found.verdict == .aligned)
  }

  @Test func inChainsWithARefinement() throws {
    let truth = Affine<2>(translation: [21.35, -17.8])
    let (fixed, moving) = cutPair(side: 128, truth: truth, seed: 347)
    let found = try Registration(model: .translation, stages: [PhaseCorrelation(), Refinement()])
      .align(moving, to: fixed)
    // A refinement may find nothing to improve so close to the answer.
    #expect(cornerError(found.linear, truth, on: fixed.grid) < 0.06)
    #expect(found.verdict == .aligned)
  }
}
