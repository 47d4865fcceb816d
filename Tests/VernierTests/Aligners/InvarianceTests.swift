import Testing

@testable import Vernier

/// What must not change the answer, and what must change it in a known way.
@Suite struct InvarianceTests {
  static let truth = Affine<2>(
    .init(rotation: [9], scale: [1, 1], shear: [0], translation: [5.3, -3.8], center: [63.5, 63.5]))

  @Test(arguments: Metric.all) func anIdentityPairGivesTheIdentity(metric: Metric) throws {
    let scene = SyntheticScene(side: 128, seed: 41).image
    let found = try Registration(model: .affine, stages: [Refinement()], metric: metric).align(scene, to: scene)
    let error = cornerError(found.linear, .identity, on: scene.grid)
    // Interpolation lowers what the sampled metrics see off the samples; they stop within their tolerance of the
    // identity.
    #expect(error < (metric == .mutualInformation || metric == .gradientFields ? 0.01 : 0.002))
    #expect(found.evidence.similarityAfter > 0.9999)
    #expect(found.verdict == .aligned)
  }

  @Test func anIdentityPairSurvivesTheSearch() throws {
    let scene = SyntheticScene(side: 128, seed: 42).image
    let found = try Registration(model: .rigid).align(scene, to: scene)
    let error = cornerError(found.linear, .identity, on: scene.grid)
    #expect(error < 1e-3)
  }

  @Test func anIdentityVolumeGivesTheIdentity() throws {
    let volume = SmoothField<3>.filling(side: 32, seed: 43).image(on: try Grid<3>(size: [32, 30, 28]))
    let found = try Registration(model: .rigid).align(volume, to: volume)
    let error = cornerError(found.linear, .identity, on: volume.grid)
    #expect(error < 1e-3)
  }

  @Test(arguments: [Metric.meanSquares, .crossCorrelation, .mutualInformation, .gradientFields])
  func swappingTheImagesGivesTheInverse(metric: Metric) throws {
    let (fixed, moving) = cutPair(side: 128, truth: Self.truth, seed: 44)
    let registration = Registration(model: .rigid, metric: metric)
    let forward = try registration.align(moving, to: fixed).linear
    let backward = try registration.align(fixed, to: moving).linear
    let error = cornerError(backward.composed(after: forward), .identity, on: fixed.grid)
    // Gradient fields weigh by the fixed image's edges alone, so that the two directions differ a little.
    #expect(error < (metric == .gradientFields ? 0.07 : 0.03))
  }

  @Test func swappingVolumesGivesTheInverse() throws {
    let grid = try Grid<3>(size: [40, 44, 36])
    let (fixed, moving) = try SmoothField<3>.filling(side: 44, seed: 45).pair(
      truth: motion(.rigid, on: grid, strength: 2), on: grid)
    let registration = Registration(model: .rigid)
    let forward = try registration.align(moving, to: fixed).linear
    let backward = try registration.align(fixed, to: moving).linear
    let error = cornerError(backward.composed(after: forward), .identity, on: fixed.grid)
    #expect(error < 0.06)
  }

  @Test func alignmentsCompose() throws {
    // a → b → c must be a → c.
    let scene = SyntheticScene(side: 320, seed: 46)
    let cutter = PairCutter(scene: scene.image)
    let second = Affine<2>(
      .init(rotation: [-14], scale: [1, 1], shear: [0], translation: [-6, 4], center: [63.5, 63.5]))
    let (a, b) = cutter.pair(side: 128, corner: (96, 96), truth: Self.truth)
    let (_, c) = cutter.pair(side: 128, corner: (96, 96), truth: second.composed(after: Self.truth))
    let registration = Registration(model: .rigid)
    let ab = try registration.align(b, to: a).linear
    let bc = try registration.align(c, to: b).linear
    let ac = try registration.align(c, to: a).linear
    let error = cornerError(bc.composed(after: ab), ac, on: a.grid)
    #expect(error < 0.01)
  }

  @Test(arguments: [(7, 0), (-5, 11)]) func movingTheCropMovesTheTranslation(shift: (x: Int, y: Int)) throws {
    let scene = SyntheticScene(side: 320, seed: 47).image
    let fixed = try plain(scene.cropped(corner: [96, 96], size: [128, 128]))
    let registration = Registration(model: .rigid, stages: [Refinement()], metric: .crossCorrelation)
    let first = try registration.align(plain(scene.cropped(corner: [92, 99], size: [128, 128])), to: fixed)
    let second = try registration.align(
      plain(scene.cropped(corner: [92 + shift.x, 99 + shift.y], size: [128, 128])), to: fixed)
    // The sample at x in the first crop is at x − k in the one that begins k samples later.
    let change = second.linear.translation - first.linear.translation
    #expect(difference(change, [-Double(shift.x), -Double(shift.y)]) < 1e-4)
    #expect(difference(first.linear.translation, [4, -3]) < 1e-4)
  }

  /// A block as a picture of its own, its first sample at the origin.
  private func plain(_ image: Image<2>) throws -> Image<2> { image.placed(on: try Grid<2>(size: image.size)) }
}

/// Neither NCC nor mutual information may care for gain and offset.
@Suite struct IntensityInvarianceTests {
  static let cases: [(Metric, Float, Float)] = [Metric.crossCorrelation, .mutualInformation].flatMap { metric in
    [(0.01, 0), (300, -5000), (1, 1000)].map { (metric, Float($0.0), Float($0.1)) }
  }

  @Test(arguments: cases) func gainAndOffsetOfEitherImage(metric: Metric, gain: Float, offset: Float) throws {
    let (fixed, moving) = cutPair(side: 128, truth: InvarianceTests.truth, seed: 51)
    let registration = Registration(model: .rigid, metric: metric)
    let plain = try registration.align(moving, to: fixed).linear
    let changed = { (image: Image<2>) in image.mapSamples { gain * $0 + offset } }
    let one = cornerError(try registration.align(changed(moving), to: fixed).linear, plain, on: fixed.grid)
    let other = cornerError(try registration.align(moving, to: changed(fixed)).linear, plain, on: fixed.grid)
    // Rounding moves samples between the bins of mutual information, and its optimiser stops elsewhere within its
    // tolerance.
    let bound = metric == .mutualInformation ? 0.03 : 0.005
    #expect(one < bound)
    #expect(other < bound)
  }

  @Test(arguments: [Metric.crossCorrelation, .mutualInformation, .gradientFields])
  func invertedContrastGivesTheSameAnswer(metric: Metric) throws {
    let (fixed, moving) = cutPair(side: 128, truth: InvarianceTests.truth, seed: 52)
    let start = perturbed(InvarianceTests.truth, .rigid, on: fixed.grid)
    let registration = Registration(model: .rigid, metric: metric)
    let plain = try registration.align(moving, to: fixed, initial: start)
    let inverted = try registration.align(moving.mapSamples { 255 - $0 }, to: fixed, initial: start)
    let error = cornerError(inverted.linear, plain.linear, on: fixed.grid)
    // Gradient fields are the same to rounding; the optimiser then stops elsewhere within its tolerance.
    #expect(error < (metric == .gradientFields ? 0.01 : 1e-5))
    #expect(abs(inverted.evidence.similarityAfter + plain.evidence.similarityAfter) < 1e-3)
  }

  @Test func aSearchFindsInvertedContrast() throws {
    let truth = Affine<2>(
      .init(rotation: [130], scale: [1, 1], shear: [0], translation: [5, 6], center: [63.5, 63.5]))
    let (fixed, moving) = cutPair(side: 128, truth: truth, seed: 53)
    let found = try Registration(model: .rigid).align(moving.mapSamples { 255 - $0 }, to: fixed)
    let error = cornerError(found.linear, truth, on: fixed.grid)
    #expect(error < 0.03)
    #expect(found.verdict == .aligned)
  }

  @Test func anyCurveIsBridgedByMutualInformationInSpace() throws {
    let grid = try Grid<3>(size: [40, 44, 36])
    let truth: Affine<3> = motion(.rigid, on: grid, strength: 2)
    let (fixed, moving) = try SmoothField<3>.filling(side: 44, seed: 54).pair(truth: truth, on: grid)
    let folded = moving.mapSamples { abs($0 - 150) }
    let found = try Registration(model: .rigid, metric: .mutualInformation).align(folded, to: fixed)
    let error = cornerError(found.linear, truth, on: grid)
    #expect(error < 0.03)
  }
}
