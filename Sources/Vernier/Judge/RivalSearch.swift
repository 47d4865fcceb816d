/// Looks for other places that explain the images as well as an answer whose method compared none: a network's,
/// keypoints'.
///
/// Without it nothing would speak against such an answer: no rival is known because none was looked for.
struct RivalSearch<let rank: Int> {
  let refiner: Refiner<rank>

  /// The rival with the highest score, and the answer itself with its own, taken at one level by one metric.
  struct Finding {
    var rival: Candidate<rank>
    /// The rival's score over the answer's, 0…1.
    var ratio: Double
    /// Whether the rival explains the images clearly better: the answer is then beaten rather than ambiguous.
    var isBetter: Bool
  }

  /// The metric in which an answer that none has refined explains the images: mutual information where it is clearly
  /// higher than NCC.
  func metric(of transform: Affine<rank>) -> Metric {
    let level = refiner.coarseLevel()
    let linear = score(transform, metric: .crossCorrelation, level: level)
    return refiner.information(level).score(transform) > informationMargin * linear
      ? .mutualInformation : .crossCorrelation
  }

  /// - Parameters:
  ///   - answer: fixed point to moving point.
  ///   - metric: in which both are scored; squared differences are scored as NCC.
  ///   - places: what a search found, to be refined here.
  /// - Returns: nil where the search found no place but the answer's.
  func finding(against answer: Affine<rank>, among places: [Candidate<rank>], metric: Metric) -> Finding? {
    let metric = metric.relation == .same ? .crossCorrelation : metric
    let level = refiner.coarseLevel()
    let grid = refiner.fixed.levels[0].grid
    let refined = refiner.refined(places, metric: metric, level: level, limit: 30, keeping: 4)
    guard
      let rival = refined.first(where: {
        $0.linear.cornerDistance(to: answer, on: grid) > VerdictRules.largestRightError(on: grid)
      })
    else { return nil }
    // Of n unrelated samples the best of some thousand correlations is near 4 / √n: the ratio of two that are smaller
    // says nothing.
    let chance = 4 / refiner.pair(level).fixedCount.squareRoot()
    let own = score(answer, metric: metric, level: level)
    let ratio = (rival.score + chance) / (own + chance)
    return Finding(rival: rival, ratio: min(ratio, 1), isBetter: ratio > 1.05)
  }

  /// Where the images may lie, for whoever looked nowhere else.
  static func places(_ pair: PyramidPair<rank>, model: TransformModel, threads: Int) throws -> [Candidate<rank>] {
    let small = Ranks.inPlane(rank, pair, as: [Candidate<rank>].self) { (pair: PyramidPair<2>) -> [Candidate<2>]? in
      PatchRegistration(moving: pair.moving.levels[0], to: pair.fixed.levels[0], model: model)?.places()
        .map { Candidate(transform: $0, score: 0) }
    }
    let task = AlignmentTask(model: model, threads: threads)
    return try small ?? Search().candidates(aligning: pair, from: [], as: task)
  }

  private func score(_ transform: Affine<rank>, metric: Metric, level: Int) -> Double {
    refiner.comparison(metric, level).score(transform, threads: refiner.threads)
  }
}
