/// Which model explains two images: the simplest that leaves nothing.
///
/// Too free a model costs accuracy: what noise and unlike contrasts leave open, its further parameters follow.
struct ModelChoice {
  /// From the simplest to the freest.
  let models: [TransformModel]

  /// - Parameters:
  ///   - rank: the images'.
  ///   - metric: the similarity to maximise; homographies are fitted by NCC alone.
  init(rank: Int, metric: Metric?) {
    let asksForOther = metric.map { $0 != .crossCorrelation } ?? false
    models = [.rigid, .similarity, .affine] + (rank == 2 && !asksForOther ? [.homography] : [])
  }

  /// The alignment by the first model whose answer is `aligned` while the parts of the images do not say clearly that
  /// they lie beside their places; where there is none, the most trusted one, of equals the simplest.
  ///
  /// - Parameter align: aligns by a model.
  func choose<let rank: Int>(_ align: (TransformModel) throws -> Alignment<rank>) throws -> Alignment<rank> {
    var best: Alignment<rank>?
    for model in models {
      try Activity.check()
      let found = try align(model)
      if found.verdict == .aligned, !found.evidence.blocks.showsTrend(rank: rank) { return found }
      if let known = best, Self.trust(in: found) <= Self.trust(in: known) { continue }
      best = found
    }
    guard let best else { throw AlignmentError.noOverlap }
    return best
  }

  /// The verdict first, then the confidence.
  private static func trust<let rank: Int>(in alignment: Alignment<rank>) -> Double {
    let verdict: Double =
      switch alignment.verdict {
      case .aligned: 2
      case .doubtful: 1
      case .failed: 0
      }
    return verdict + alignment.confidence
  }
}
