import Glibc

/// The working state of a multi-resolution refinement: both pyramids, and what each level needs, made on first use.
final class Refiner<let rank: Int> {
  let model: TransformModel
  let threads: Int
  let fixed: Pyramid<rank>
  let moving: Pyramid<rank>
  /// The finest level that ``finish(_:metric:from:)`` goes to.
  var lastLevel = 0
  /// The fixed image's centre, about which everything turns.
  let center: Vector<rank>
  let generators: [Generator<rank>]
  private let finestInterpolation: Interpolation
  /// Whether intensities mean the same in both images, see ``LevelPair``.
  private let comparable: Bool
  private var pairs: [Int: LevelPair<rank>] = [:]
  private var comparisons: [Metric: [Int: Comparison<rank>]] = [:]

  init(
    _ pyramids: PyramidPair<rank>, model: TransformModel, comparable: Bool, finestInterpolation: Interpolation,
    threads: Int
  ) {
    self.model = model
    self.comparable = comparable
    self.threads = threads
    self.finestInterpolation = finestInterpolation
    fixed = pyramids.fixed
    moving = pyramids.moving
    center = fixed.levels[0].grid.center
    generators = model.generators(center: center)
  }

  /// The refiner of the opposite direction, sharing the pyramids.
  init(swapping other: Refiner<rank>) {
    model = other.model
    threads = other.threads
    finestInterpolation = other.finestInterpolation
    comparable = other.comparable
    fixed = other.moving
    moving = other.fixed
    center = other.moving.levels[0].grid.center
    generators = model.generators(center: center)
  }

  /// The number of levels; level 0 is the finest.
  var levelCount: Int { fixed.levels.count }

  /// The finest level with at most `samples` samples in the fixed image, or the coarsest.
  func level(withAtMost samples: Int) -> Int {
    fixed.levels.firstIndex { $0.grid.count <= samples } ?? levelCount - 1
  }

  func pair(_ level: Int) -> LevelPair<rank> {
    if let known = pairs[level] { return known }
    let still = fixed.levels[level]
    let other = moving.level(matching: still.grid.spacing.elements.min() ?? 1)
    let made = LevelPair(
      fixed: still, moving: other, comparable: comparable,
      interpolation: level == 0 ? finestInterpolation : .linear, threads: threads)
    pairs[level] = made
    return made
  }

  /// The comparison by a similarity at a level, made on first use.
  func comparison(_ metric: Metric, _ level: Int) -> Comparison<rank> {
    if let known = comparisons[metric]?[level] { return known }
    let made = metric.comparison(
      ComparisonLevel(
        pair: pair(level), generators: generators, center: center, isFinest: level == 0,
        sampleCount: sampleCount(level), threads: threads))
    comparisons[metric, default: [:]][level] = made
    return made
  }

  /// The information of both images at a level.
  func information(_ level: Int) -> SampledInformation<rank> {
    guard let comparison = comparison(.mutualInformation, level) as? InformationComparison<rank> else {
      preconditionFailure("information is compared by its own kernel")
    }
    return comparison.information
  }

  /// Samples that the sampled similarities use at most.
  func sampleCount(_ level: Int) -> Int { level == 0 ? 60_000 : level == coarseLevel() ? 10_000 : 20_000 }

  /// The level at which all candidates are refined: small enough to try many, fine enough to tell them apart.
  func coarseLevel(downTo finest: Int = 0) -> Int {
    min(levelCount - 1, max(finest, level(withAtMost: rank == 2 ? 6000 : 40_000)))
  }

  /// Refines all candidates at the coarse level, the best of them further, and the very best to the finest level.
  ///
  /// - Returns: the best first; the scores of all were taken at one level.
  func refine(_ candidates: [Candidate<rank>], metric: Metric) -> [Candidate<rank>] {
    let coarse = coarseLevel()
    let best = refined(candidates, metric: metric, level: coarse, limit: 30, keeping: 4)
    guard coarse > 0, best.count > 1 else { return finish(best, metric: metric, from: coarse) }
    return finish(
      refined(best, metric: metric, level: coarse - 1, limit: 15, keeping: 2), metric: metric, from: coarse - 1)
  }

  /// Brings the best of candidates that were refined at a level to the last one.
  func finish(_ candidates: [Candidate<rank>], metric: Metric, from level: Int) -> [Candidate<rank>] {
    guard var best = candidates.first else { return [] }
    for level in stride(from: level - 1, through: lastLevel, by: -1) {
      Activity.advance(to: 1 - Double(level + 1) / Double(levelCount + 1))
      let next = comparison(metric, level).refine(best.linear, limit: 30, threads: threads)
      best.transform = Transform(next.transform)
      best.iterations += next.iterations
      best.stopReason = next.stopReason
    }
    return [best] + candidates.dropFirst()
  }

  /// The candidates improved at one level, best first, those that ran into the same place merged.
  func refined(
    _ candidates: [Candidate<rank>], metric: Metric, level: Int, limit: Int, keeping count: Int
  ) -> [Candidate<rank>] {
    // Made before several threads ask for it.
    let comparison = comparison(metric, level)
    var results = candidates
    let together = candidates.count > 1
    results.withUnsafeMutableBufferPointer { results in
      let places = results.baseAddress!
      forEachChunk(candidates.count, threads: threads) { index in
        let scored = comparison.refine(candidates[index].linear, limit: limit, threads: together ? 1 : threads)
        places[index] = Candidate(
          transform: scored.transform, score: scored.score,
          iterations: candidates[index].iterations + scored.iterations, stopReason: scored.stopReason,
          metric: metric)
      }
    }
    var kept: [Candidate<rank>] = []
    // A stable order: equal scores stay in the order in which they were proposed.
    for candidate in results.enumerated().sorted(by: { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) })
    {
      let same = kept.contains { isNear($0.linear, candidate.element.linear) }
      if !same { kept.append(candidate.element) }
      if kept.count == count { break }
    }
    return kept
  }

  /// Whether two transforms are one answer: their mean distance at the corners is below 5 % of the diagonal.
  func isNear(_ left: Affine<rank>, _ right: Affine<rank>) -> Bool {
    let grid = fixed.levels[0].grid
    return left.cornerDistance(to: right, on: grid) < 0.05 * grid.diagonal
  }
}

extension SampledInformation {
  /// The correlation that the information at `transform` amounts to, √(1 − e^(−2·MI)), after the bias of an empty
  /// histogram is taken off, as a ``significance(_:share:)``; 0 without overlap.
  func score(_ transform: Affine<rank>) -> Double {
    guard let evaluation = evaluate(transform, gradient: false) else { return 0 }
    return significance(correlation(evaluation), share: share(evaluation, under: transform))
  }

  /// √(1 − e^(−2·MI)) with MI less its bias.
  func correlation(_ evaluation: Evaluation) -> Double {
    let information = max(evaluation.information - bias(evaluation), 0)
    return (1 - exp(-2 * information)).squareRoot()
  }
}
