/// Frames brought onto each other to a fraction of a sample, from where they are known to lie by and large.
struct FrameRefinement {
  let registration: Registration
  let metric: Metric

  /// How well it is known where a frame lies.
  enum Accuracy {
    /// As an alignment at low resolution tells it.
    case low
    /// To a fraction of a sample, by its links to other frames.
    case fine
    /// As an alignment at full resolution tells it.
    case exact
  }

  /// How one frame lies on another, and the significance of the similarity there.
  struct Found<let rank: Int> {
    var link: FrameLink<rank>
    var score: Double
  }

  /// - Parameters:
  ///   - frame: the moving image.
  ///   - partner: the fixed image.
  ///   - start: from where.
  ///   - accuracy: how well the start is known.
  ///   - leastScore: a link of less significance does not count.
  /// - Returns: nil where the images do not determine the transform, or overlap too little.
  func link<let rank: Int>(
    _ frame: HeldFrame<rank>, to partner: HeldFrame<rank>, from start: Affine<rank>, _ accuracy: Accuracy,
    leastScore: Double = 0
  ) -> Found<rank>? {
    Ranks.open(rank, (frame, partner, start), as: Found<rank>?.self) {
      (work: (HeldFrame<2>, HeldFrame<2>, Affine<2>)) in
      refined(work.0, to: work.1, from: work.2, accuracy, leastScore)
    } space: { (work: (HeldFrame<3>, HeldFrame<3>, Affine<3>)) in
      refined(work.0, to: work.1, from: work.2, accuracy, leastScore)
    }
  }

  private func refined<let rank: Int>(
    _ frame: HeldFrame<rank>, to partner: HeldFrame<rank>, from start: Affine<rank>, _ accuracy: Accuracy,
    _ leastScore: Double
  ) -> Found<rank>? {
    let pair = PyramidPair(moving: frame.pyramid, fixed: partner.pyramid)
    let refiner = Refiner(
      pair, model: registration.model, comparable: metric.relation == .same, finestInterpolation: .linear,
      threads: registration.threads)
    // Frames of many samples are known to less than a thousandth of their side before the last level.
    let finest = refiner.level(withAtMost: rank == 2 ? 1_200_000 : 4_000_000)
    var current = start.centered(at: refiner.center)
    var score = 0.0
    let first = accuracy == .low ? refiner.level(withAtMost: partner.low.grid.count * (rank == 2 ? 4 : 8)) : finest
    for level in stride(from: max(first, finest), through: finest, by: -1) {
      let found = refiner.comparison(metric, level)
        .refine(current, limit: accuracy == .exact ? 0 : 20, threads: registration.threads)
      (current, score) = (found.transform, found.score)
    }
    guard score >= max(leastScore, 0.02), current.isFinite,
      let covariance = ParameterCovariance(refiner, level: finest, transform: current, matches: metric)
    else { return nil }
    // What interpolation and motion within a frame leave, which the covariance does not know of.
    let floor = 0.02 * (partner.pyramid.levels[finest].grid.spacing.elements.min() ?? 1)
    let deviation = (covariance.cornerDeviation * covariance.cornerDeviation + floor * floor).squareRoot()
    guard deviation.isFinite else { return nil }
    return Found(
      link: FrameLink(first: partner.number, second: frame.number, transform: current, deviation: deviation),
      score: score)
  }
}
