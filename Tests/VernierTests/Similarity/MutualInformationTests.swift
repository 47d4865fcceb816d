import Glibc
import Testing

@testable import Vernier

@Suite struct MutualInformationTests {
  /// The gradient is that of the value itself, but for what linear interpolation breaks at whole samples: within 0.3 %
  /// of its length.
  @Test(arguments: [TransformModel.rigid, .affine], [true, false])
  func theGradientIsTheNumericOneInThePlane(model: TransformModel, masked: Bool) throws {
    let grid = try Grid<2>(size: [120, 100], spacing: [1, 1.3], origin: [5, -9])
    try check(SmoothField<2>.filling(side: 120, seed: 111), on: grid, model: model, masked: masked)
  }

  @Test(arguments: [TransformModel.rigid, .affine], [true, false])
  func theGradientIsTheNumericOneInSpace(model: TransformModel, masked: Bool) throws {
    let grid = try Grid<3>(size: [36, 40, 32], spacing: [1, 0.9, 1.2], direction: .diagonal([-1, 1, 1]))
    try check(SmoothField<3>.filling(side: 36, seed: 112), on: grid, model: model, masked: masked)
  }

  private func check<let rank: Int>(
    _ field: SmoothField<rank>, on grid: Grid<rank>, model: TransformModel, masked: Bool
  ) throws {
    let truth: Affine<rank> = motion(model, on: grid)
    var (fixed, moving) = try field.pair(truth: truth, on: grid)
    // Points that stay inside under every step, so that the overlap does not change.
    fixed = try fixed.maskedBlock(
      corner: grid.size.map { $0 / 4 }, size: grid.size.map { $0 - 2 * ($0 / 4) })
    if masked { moving = try moving.maskedBlock(corner: grid.size.map { _ in 1 }, size: grid.size.map { $0 - 2 }) }
    let generators: [Generator<rank>] = model.generators(center: grid.center)
    let pair = LevelPair(fixed: fixed, moving: moving, comparable: false, interpolation: .linear, threads: 1)
    let information = SampledInformation(
      pair, generators: generators, about: grid.center, bins: 32, count: .max / 4, seed: 1, threads: 1)
    let start = perturbed(truth, model, on: grid, strength: 0.3)
    let evaluation = try #require(information.evaluate(start))
    let numeric = numericGradient(generators, at: start, on: grid) {
      information.evaluate($0, gradient: false)?.information
    }
    let error = relativeDifference(evaluation.gradient, numeric, generators, on: grid)
    #expect(error < 0.003)
    #expect(information.evaluate(start, gradient: false)?.information == evaluation.information)
  }

  @Test func independentImagesShareAlmostNothingAndAnImageWithItselfItsEntropy() throws {
    let grid = try Grid<2>(size: [128, 128])
    var random = SplitMix64(seed: 113)
    func noise() -> Image<2> {
      Image(unchecked: grid, samples: (0..<grid.count).map { _ in Float(random.uniform(0...255)) })
    }
    let (first, second) = (noise(), noise())
    func evaluate(_ fixed: Image<2>, _ moving: Image<2>) throws -> (
      SampledInformation<2>, SampledInformation<2>.Evaluation
    ) {
      let pair = LevelPair(fixed: fixed, moving: moving, comparable: false, interpolation: .linear, threads: 1)
      let information = SampledInformation(
        pair, generators: [], about: grid.center, bins: 32, count: .max / 4, seed: 1, threads: 1)
      return (information, try #require(information.evaluate(.identity)))
    }
    let (information, apart) = try evaluate(first, second)
    // (28 − 1)² / 2N nats would be the mean of a whole-bin histogram; the window's smoothing lowers it.
    #expect(apart.information < 27.0 * 27 / 2 / 16384)
    #expect(apart.information > 0)
    // The correction takes off what chance gives, to a factor of two.
    #expect(information.bias(apart) > 0.5 * apart.information && information.bias(apart) < 2 * apart.information)
    #expect(information.correlation(apart) < 0.1)
    let (_, same) = try evaluate(first, first)
    // 28 bins evenly filled: ln 28. The window of the moving intensities takes part of it away.
    #expect(abs(same.fixedEntropy - log(28)) < 0.01)
    #expect(same.information > log(28) - 1 && same.information < log(28))
  }

  @Test func relationsThatAreNotLinearCountInFull() throws {
    let grid = try Grid<2>(size: [128, 128])
    let field = SmoothField<2>.filling(side: 128, seed: 114)
    let image = field.image(on: grid)
    func information(_ moving: Image<2>) throws -> Double {
      let pair = LevelPair(fixed: image, moving: moving, comparable: false, interpolation: .linear, threads: 1)
      let information = SampledInformation(
        pair, generators: [], about: grid.center, bins: 32, count: .max / 4, seed: 1, threads: 1)
      return try #require(information.evaluate(.identity)).information
    }
    let plain = try information(image)
    #expect(abs(try information(image.mapSamples { 255 - $0 }) - plain) < 0.05)
    let folded = try information(image.mapSamples { abs($0 - 128) })
    #expect(folded > 0.5 * plain && folded < plain)
  }

  @Test func tooLittleOverlapIsNoValue() throws {
    let image = SyntheticScene(side: 64, seed: 115).image
    let pair = LevelPair(fixed: image, moving: image, comparable: false, interpolation: .linear, threads: 1)
    let information = SampledInformation(
      pair, generators: [], about: .zero, bins: 32, count: 4096, seed: 1, threads: 1)
    #expect(information.evaluate(Affine(translation: [62, 0])) == nil)
    #expect(information.evaluate(Affine(translation: [200, 0])) == nil)
    #expect(information.evaluate(Affine(translation: [32, 0])) != nil)
    #expect(information.score(Affine(translation: [200, 0])) == 0)
  }
}
