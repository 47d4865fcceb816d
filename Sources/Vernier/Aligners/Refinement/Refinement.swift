/// Multi-resolution refinement of given starts: Levenberg–Marquardt for MSE and NCC, BFGS for mutual information and
/// gradient fields.
public struct Refinement: Aligner {
  public var name: String { "refine" }
  public var model: TransformModel
  /// The similarity to maximise; nil lets the images decide between NCC and mutual information.
  public var metric: Metric?
  /// At the finest level; coarser ones are linear. Cubic avoids the smoothing by linear interpolation, at about three times its time.
  public var interpolation: Interpolation
  public var threads: Int

  public init(
    model: TransformModel = .rigid, metric: Metric? = nil, interpolation: Interpolation = .linear,
    threads: Int = 2
  ) {
    self.model = model
    self.metric = metric
    self.interpolation = interpolation
    self.threads = threads
  }

  public func candidates<let rank: Int>(
    aligning moving: Image<rank>, to fixed: Image<rank>, from candidates: [Candidate<rank>]
  ) throws -> [Candidate<rank>] {
    try self.candidates(aligning: PyramidPair(moving: moving, fixed: fixed, threads: threads), from: candidates)
  }
}

extension Refinement: MultiresolutionAligner {
  func candidates<let rank: Int>(
    aligning pair: PyramidPair<rank>, from candidates: [Candidate<rank>]
  ) throws -> [Candidate<rank>] {
    if let planes = pair as? PyramidPair<2>, let starts = candidates as? [Candidate<2>],
      let result = refine(planes, from: starts) as? [Candidate<rank>]
    {
      return result
    }
    if let volumes = pair as? PyramidPair<3>, let starts = candidates as? [Candidate<3>],
      let result = refine(volumes, from: starts) as? [Candidate<rank>]
    {
      return result
    }
    throw AlignmentError.unsupported(method: name, reason: "images of rank \(rank) are not supported")
  }

  private func refine<let rank: Int>(
    _ pair: PyramidPair<rank>, from candidates: [Candidate<rank>]
  ) -> [Candidate<rank>] {
    let refiner = Refiner(
      pair, model: model, comparable: metric == .meanSquares, finestInterpolation: interpolation, threads: threads)
    let identity = Candidate(transform: Affine<rank>(center: refiner.center), score: 0)
    let starts = (candidates.isEmpty ? [identity] : candidates).map { candidate in
      Candidate(
        transform: candidate.transform.centered(at: refiner.center), score: candidate.score,
        iterations: candidate.iterations, cornerDeviation: candidate.cornerDeviation)
    }
    let refined = metric.map { refiner.refine(starts, metric: $0) } ?? refiner.refineByEither(starts)
    return isWithinReach(refined, of: starts, on: pair.fixed.levels[0].grid) ? refined : starts
  }

  /// Whether the best answer lies where the starts that say how far off they may be allow it: within four of their standard deviations.
  ///
  /// A similarity may lead far away where it does not fit the images; what a network has learned of them then stands.
  private func isWithinReach<let rank: Int>(
    _ refined: [Candidate<rank>], of starts: [Candidate<rank>], on grid: Grid<rank>
  ) -> Bool {
    guard let best = refined.first else { return false }
    return starts.contains { start in
      guard let deviation = start.cornerDeviation else { return true }
      return best.transform.cornerDistance(to: start.transform, on: grid) <= 4 * deviation
    }
  }
}
