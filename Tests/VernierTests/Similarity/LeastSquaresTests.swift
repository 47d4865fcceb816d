import Testing

@testable import Vernier

/// The normal equations against the sum of squared residuals E(x) = Σ (m(T ∘ exp(Σ xᵢ Gᵢ)) − αf − β)².
///
/// With the mean gradient g = ½(α∇f + ∇(m∘T)) in place of ∇(m∘T) the right-hand side is not quite −½ ∂E/∂xᵢ: with
/// ∇r = ∇(m∘T) − α∇f,
///
///     −rightᵢ = Σ r g·Gᵢ = ½ ∂E/∂xᵢ − ½ Σ r ∇r·Gᵢ = ½ ∂E/∂xᵢ + ¼ div Gᵢ Σ r²,
///
/// where the last step is Gauss's theorem for residuals that vanish at the border of the overlap. Rotations and shifts
/// have no divergence: for them the two agree. For NCC E is taken at its best α and β, and its derivative is the
/// partial one.
@Suite struct LeastSquaresTests {
  static let cases: [(Metric, TransformModel)] = [Metric.meanSquares, .crossCorrelation].flatMap { metric in
    [TransformModel.translation, .rigid, .similarity, .affine].map { (metric, $0) }
  }

  @Test(arguments: cases) func theRightHandSideIsTheGradientInThePlane(metric: Metric, model: TransformModel) throws {
    let grid = try Grid<2>(size: [120, 110], spacing: [1, 1.2])
    try check(grid, SmoothField<2>(low: 40, high: 78, blobs: 25, sizes: 6...8, seed: 131), metric, model)
  }

  @Test(arguments: cases) func theRightHandSideIsTheGradientInSpace(metric: Metric, model: TransformModel) throws {
    let grid = try Grid<3>(size: [56, 52, 54], origin: [2, 4, 3])
    try check(grid, SmoothField<3>(low: 22, high: 36, blobs: 25, sizes: 4...5, seed: 132), metric, model)
  }

  private func check<let rank: Int>(
    _ grid: Grid<rank>, _ field: SmoothField<rank>, _ metric: Metric, _ model: TransformModel
  ) throws {
    // Blobs in the middle of a flat ground, so that residuals vanish at the border.
    let truth: Affine<rank> = motion(model, on: grid, strength: 0.5)
    let (fixed, plain) = try field.pair(truth: truth, on: grid)
    let moving = metric == .crossCorrelation ? plain.mapSamples { 300 - 0.5 * $0 } : plain
    let generators: [Generator<rank>] = model.generators(center: grid.center)
    // Cubic, so that the value has the derivative of a smooth function.
    let pair = LevelPair(fixed: fixed, moving: moving, comparable: false, interpolation: .cubic, threads: 1)
    let problem = LeastSquares(
      pair, generators: generators, about: grid.center, fitsGainAndOffset: metric == .crossCorrelation, threads: 1)
    let start = perturbed(truth, model, on: grid, strength: 0.1)
    func squares(_ transform: Affine<rank>) -> Double {
      let evaluation = problem.evaluate(transform)
      let spread = metric == .crossCorrelation ? evaluation.sums.movingVariance : 1
      return evaluation.cost * spread * evaluation.sums.count
    }
    let numeric = numericGradient(generators, at: start, on: grid) { squares($0) }
    let total = squares(start)
    let evaluation = problem.evaluate(start)
    let system = problem.normalEquations(evaluation)
    let expected = zip(generators, numeric).map { generator, slope in
      let divergence = (0..<rank).reduce(0) { $0 + generator.linear[$1, $1] }
      return -0.5 * slope - 0.25 * divergence * total
    }
    let error = relativeDifference(Array(system.right.prefix(generators.count)), expected, generators, on: grid)
    // Central differences over ±1 sample flatten the steepest parts of blobs of σ = 4…8 samples by about σ⁻²/6.
    #expect(error < 0.025)
    #expect(system.right.dropFirst(generators.count).allSatisfy { $0 == 0 }, "gain and offset are at their best")
  }

  @Test(arguments: [Metric.meanSquares, .crossCorrelation])
  func oneStepFromNearbyLandsOnTheTruth(metric: Metric) throws {
    let grid = try Grid<2>(size: [120, 110])
    let field = SmoothField<2>(low: 20, high: 98, blobs: 60, sizes: 6...9, seed: 133)
    let truth: Affine<2> = motion(.affine, on: grid, strength: 0.5)
    let (fixed, plain) = try field.pair(truth: truth, on: grid)
    let moving = metric == .crossCorrelation ? plain.mapSamples { 40 + 3 * $0 } : plain
    let generators: [Generator<2>] = TransformModel.affine.generators(center: grid.center)
    let pair = LevelPair(fixed: fixed, moving: moving, comparable: false, interpolation: .cubic, threads: 1)
    let problem = LeastSquares(
      pair, generators: generators, about: grid.center, fitsGainAndOffset: metric == .crossCorrelation, threads: 1)
    let start = perturbed(truth, .affine, on: grid, strength: 0.2)
    let system = problem.normalEquations(problem.evaluate(start))
    let step = try #require(system.solved())
    let next = start.stepped(by: Array(step.prefix(6)), along: generators)
    let (before, after) = (cornerError(start, truth, on: grid), cornerError(next, truth, on: grid))
    #expect(after < 0.05 * before)
  }

  @Test func theMatrixIsSymmetricAndPositive() throws {
    let grid = try Grid<3>(size: [20, 22, 18])
    let image = SmoothField<3>.filling(side: 20, seed: 134).image(on: grid)
    let generators: [Generator<3>] = TransformModel.affine.generators(center: grid.center)
    let pair = LevelPair(fixed: image, moving: image, comparable: false, interpolation: .linear, threads: 1)
    let problem = LeastSquares(
      pair, generators: generators, about: grid.center, fitsGainAndOffset: true, threads: 1)
    let system = problem.normalEquations(problem.evaluate(Affine(translation: [0.3, 0.2, -0.4])))
    #expect(system.count == 14)
    for row in 0..<14 {
      for column in 0..<14 { #expect(system.matrix[row * 14 + column] == system.matrix[column * 14 + row]) }
    }
    #expect(system.inverted() != nil)
  }

  /// Against the plain formulas in double precision, masks of both images included.
  @Test func sumsAreThoseOfTheOverlap() throws {
    let grid = try Grid<2>(size: [37, 29])
    let field = SmoothField<2>.filling(side: 37, seed: 135)
    let fixed = try field.image(on: grid).maskedBlock(corner: [3, 4], size: [30, 20])
    let moving = try field.image(on: grid, through: Affine(translation: [1, 2])).mapSamples { $0 * 2 - 9 }
      .maskedBlock(corner: [5, 2], size: [25, 24])
    let pair = LevelPair(fixed: fixed, moving: moving, comparable: false, interpolation: .linear, threads: 1)
    let shift = Affine<2>(translation: [2, -1])
    let sums = LeastSquares(pair, generators: [], about: .zero, fitsGainAndOffset: true, threads: 1).evaluate(shift)
      .sums
    let (still, other) = (try #require(fixed.mask), try #require(moving.mask))
    var (n, f, m, ff, mm, fm) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    for y in 1..<28 {
      for x in 1..<36 {
        // A fixed sample counts where its neighbours do, too.
        let index = y * 37 + x
        guard [0, 1, -1, 37, -37].allSatisfy({ still[index + $0] != 0 }) else { continue }
        let (mx, my) = (x + 2, y - 1)
        guard mx < 37, my >= 0, other[my * 37 + mx] != 0 else { continue }
        let (a, b) = (Double(fixed.samples[index]), Double(moving.samples[my * 37 + mx]))
        n += 1
        f += a
        m += b
        ff += a * a
        mm += b * b
        fm += a * b
      }
    }
    let correlation = (fm / n - f / n * m / n) / ((ff / n - f / n * f / n) * (mm / n - m / n * m / n)).squareRoot()
    #expect(sums.count == n && n > 300)
    #expect(abs(sums.correlation - correlation) < 1e-5)
  }
}
