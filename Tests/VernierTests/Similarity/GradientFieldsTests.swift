import Testing

@testable import Vernier

@Suite struct GradientFieldsTests {
  @Test(arguments: [TransformModel.rigid, .affine], [true, false])
  func theGradientIsTheNumericOneInThePlane(model: TransformModel, masked: Bool) throws {
    let grid = try Grid<2>(size: [120, 100], spacing: [1, 1.3], origin: [5, -9])
    try check(SmoothField<2>.filling(side: 120, seed: 121), on: grid, model: model, masked: masked)
  }

  @Test(arguments: [TransformModel.rigid, .affine], [true, false])
  func theGradientIsTheNumericOneInSpace(model: TransformModel, masked: Bool) throws {
    let grid = try Grid<3>(size: [36, 40, 32], spacing: [1, 0.9, 1.2], direction: .diagonal([-1, 1, 1]))
    try check(SmoothField<3>.filling(side: 36, seed: 122), on: grid, model: model, masked: masked)
  }

  private func check<let rank: Int>(
    _ field: SmoothField<rank>, on grid: Grid<rank>, model: TransformModel, masked: Bool
  ) throws {
    let truth: Affine<rank> = motion(model, on: grid)
    var (fixed, moving) = try field.pair(truth: truth, on: grid)
    fixed = try fixed.maskedBlock(
      corner: grid.size.map { $0 / 4 }, size: grid.size.map { $0 - 2 * ($0 / 4) })
    if masked { moving = try moving.maskedBlock(corner: grid.size.map { _ in 1 }, size: grid.size.map { $0 - 2 }) }
    let generators: [Generator<rank>] = model.generators(center: grid.center)
    let pair = LevelPair(fixed: fixed, moving: moving, comparable: false, interpolation: .linear, threads: 1)
    let fields = SampledGradientFields(
      pair, generators: generators, about: grid.center, count: .max / 4, seed: 1, threads: 1)
    let start = perturbed(truth, model, on: grid, strength: 0.3)
    let evaluation = try #require(fields.evaluate(start))
    #expect(evaluation.share == 1)
    let numeric = numericGradient(generators, at: start, on: grid) { fields.evaluate($0)?.agreement }
    let error = relativeDifference(evaluation.gradient, numeric, generators, on: grid)
    #expect(error < 0.003)
  }

  @Test func contrastDoesNotMatter() throws {
    let image = SyntheticScene(side: 96, seed: 123).image
    func agreement(_ moving: Image<2>, _ transform: Affine<2> = .identity) throws -> Double {
      let pair = LevelPair(fixed: image, moving: moving, comparable: false, interpolation: .linear, threads: 1)
      let fields = SampledGradientFields(pair, generators: [], about: .zero, count: .max / 4, seed: 1, threads: 1)
      return try #require(fields.evaluate(transform)).agreement
    }
    let plain = try agreement(image)
    #expect(plain > 0.7 && plain <= 1)
    #expect(abs(try agreement(image.mapSamples { -3 * $0 + 20 }) - plain) < 1e-4)
    #expect(try agreement(image, Affine(translation: [5, 4])) < 0.75 * plain)
  }

  /// A shift is as well seen between samples as on them: the best shift along a line through the truth is the truth.
  @Test(arguments: [0.0, 0.25, 0.5]) func subSampleShiftsAreNotPulledToWholeOnes(fraction: Double) throws {
    let grid = try Grid<2>(size: [96, 96])
    let truth = Affine<2>(translation: [3 + fraction, -2])
    let (fixed, moving) = try SmoothField<2>.filling(side: 96, seed: 124).pair(truth: truth, on: grid)
    let generators: [Generator<2>] = TransformModel.translation.generators(center: grid.center)
    let pair = LevelPair(
      fixed: try fixed.maskedBlock(corner: [12, 12], size: [72, 72]), moving: moving, comparable: false,
      interpolation: .linear, threads: 1
    )
    let fields = SampledGradientFields(
      pair, generators: generators, about: grid.center, count: .max / 4, seed: 1, threads: 1)
    let values = try (-10...10).map { step in
      try #require(fields.evaluate(Affine(translation: [3 + fraction + 0.05 * Double(step), -2]))).agreement
    }
    let best = try #require(values.indices.max { values[$0] < values[$1] })
    #expect(abs(Double(best - 10) * 0.05) < 0.11)
  }

  @Test func tooLittleOverlapIsNoValue() throws {
    let image = SyntheticScene(side: 64, seed: 125).image
    let pair = LevelPair(fixed: image, moving: image, comparable: false, interpolation: .linear, threads: 1)
    let fields = SampledGradientFields(pair, generators: [], about: .zero, count: 5000, seed: 1, threads: 1)
    #expect(fields.evaluate(Affine(translation: [62, 0])) == nil)
    #expect(fields.evaluate(Affine(translation: [-300, 0])) == nil)
  }
}
