import Testing

@testable import Vernier

@Suite struct LevenbergMarquardtTests {
  /// A moving image of a fifth of the contrast, compared by squared differences: the mean gradient is 0.6 of the fixed
  /// one's, so that a step goes 0.2 · 0.6 / 0.6² = a third of the way and those that follow shrink by two thirds each.
  @Test func stretchedStepsReachTheSameOptimumSooner() throws {
    // The moving image reaches farther on all sides, so that all of the fixed one always counts.
    let grid = try Grid<2>(size: [64, 64], origin: [16, 16])
    let field = SmoothField<2>(low: 32, high: 64, blobs: 60, sizes: 3...4, seed: 141)
    let truth = Affine<2>(translation: [1.3, -0.8])
    let (fixed, moving) = try field.pair(truth: truth, on: grid, moving: Grid<2>(size: [96, 96]))
    let pair = LevelPair(
      fixed: fixed, moving: moving.mapSamples { 128 + 0.2 * ($0 - 128) }, comparable: true, interpolation: .cubic,
      threads: 1)
    let generators: [Generator<2>] = TransformModel.translation.generators(center: grid.center)
    let problem = LeastSquares(pair, generators: generators, about: grid.center, fitsGainAndOffset: false, threads: 1)
    var (plain, stretching) = (LevenbergMarquardt(), LevenbergMarquardt())
    (plain.negligible, stretching.negligible) = (0, 0)
    plain.longestStretch = 1
    let slow = plain.minimize(problem, from: .identity, generators: generators, grid: grid)
    let quick = stretching.minimize(problem, from: .identity, generators: generators, grid: grid)
    #expect(slow.iterations >= 8)
    #expect(quick.iterations <= slow.iterations / 2)
    #expect(
      quick.transform.cornerDistance(to: truth, on: grid) <= slow.transform.cornerDistance(to: truth, on: grid))
  }

  @Test func imagesThatAreAlikeNeedNoStretch() throws {
    let grid = try Grid<2>(size: [96, 96])
    let truth: Affine<2> = motion(.affine, on: grid, strength: 0.3)
    let (fixed, moving) = try SmoothField<2>.filling(side: 96, seed: 144).pair(truth: truth, on: grid)
    let generators: [Generator<2>] = TransformModel.affine.generators(center: grid.center)
    let pair = LevelPair(fixed: fixed, moving: moving, comparable: false, interpolation: .cubic, threads: 1)
    let problem = LeastSquares(
      pair, generators: generators, about: grid.center, fitsGainAndOffset: true, threads: 1)
    let start = perturbed(truth, .affine, on: grid, strength: 0.2)
    var plain = LevenbergMarquardt()
    plain.longestStretch = 1
    let expected = plain.minimize(problem, from: start, generators: generators, grid: grid)
    let found = LevenbergMarquardt().minimize(problem, from: start, generators: generators, grid: grid)
    #expect(found.transform == expected.transform)
    #expect(found.iterations == expected.iterations)
    #expect(cornerError(found.transform, truth, on: grid) < 0.01)
  }
}
