/// Squared differences and correlation: both have normal equations, and are refined by Levenberg and Marquardt's steps.
final class LeastSquaresComparison<let rank: Int>: Comparison<rank> {
  private let fitsGainAndOffset: Bool

  init(_ level: ComparisonLevel<rank>, fitsGainAndOffset: Bool) {
    self.fitsGainAndOffset = fitsGainAndOffset
    super.init(level)
  }

  override func refine(_ start: Affine<rank>, limit: Int, threads: Int) -> Refined<rank> {
    Ranks.open(rank, (self, start)) { (work: (LeastSquaresComparison<2>, Affine<2>)) in
      work.0.refined(work.1, limit: limit, threads: threads)
    } space: { (work: (LeastSquaresComparison<3>, Affine<3>)) in
      work.0.refined(work.1, limit: limit, threads: threads)
    }
  }

  private func refined(_ start: Affine<rank>, limit: Int, threads: Int) -> Refined<rank> {
    let pair = level.pair
    let problem = LeastSquares(
      pair, generators: level.generators, about: level.center, fitsGainAndOffset: fitsGainAndOffset, threads: threads)
    var optimizer = LevenbergMarquardt()
    optimizer.iterationLimit = limit
    optimizer.tolerance = level.isFinest ? 0.001 : 0.01
    let outcome = optimizer.minimize(problem, from: start, generators: level.generators, grid: pair.fixed.grid)
    let sums = outcome.evaluation.sums
    let share = pair.share(sums.count, under: outcome.transform)
    let score =
      fitsGainAndOffset
      ? significance(abs(sums.correlation), share: share)
      : share.squareRoot() / (0.05 + sums.meanSquaredDifference)
    return Refined(
      transform: outcome.transform, score: outcome.stopReason == .lostOverlap ? 0 : score,
      iterations: outcome.iterations, stopReason: outcome.stopReason)
  }
}

extension CrossCorrelation: ComparableSimilarity {
  func comparison<let rank: Int>(_ level: ComparisonLevel<rank>) -> Comparison<rank> {
    Ranks.open(rank, level) { (level: ComparisonLevel<2>) in
      LeastSquaresComparison(level, fitsGainAndOffset: true)
    } space: { (level: ComparisonLevel<3>) in
      LeastSquaresComparison(level, fitsGainAndOffset: true)
    }
  }
}

extension MeanSquares: ComparableSimilarity {
  func comparison<let rank: Int>(_ level: ComparisonLevel<rank>) -> Comparison<rank> {
    Ranks.open(rank, level) { (level: ComparisonLevel<2>) in
      LeastSquaresComparison(level, fitsGainAndOffset: false)
    } space: { (level: ComparisonLevel<3>) in
      LeastSquaresComparison(level, fitsGainAndOffset: false)
    }
  }
}
