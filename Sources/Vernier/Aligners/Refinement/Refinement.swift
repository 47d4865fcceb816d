/// Multi-resolution refinement of given starts: Levenberg–Marquardt for MSE and NCC, BFGS for mutual information and
/// gradient fields.
public struct Refinement: Aligner {
  public var name: String { "refine" }
  /// The model to estimate; nil for the registration's.
  public var model: TransformModel?
  /// The similarity to maximise; nil for the registration's, or lets the images decide between NCC and mutual
  /// information.
  public var metric: Metric?
  /// At the finest level; coarser ones are linear. Cubic avoids the smoothing by linear interpolation, at about three
  /// times its time.
  public var interpolation: Interpolation

  public init(model: TransformModel? = nil, metric: Metric? = nil, interpolation: Interpolation = .linear) {
    self.model = model
    self.metric = metric
    self.interpolation = interpolation
  }

  /// False: it goes where its starts lead.
  public var comparesPlaces: Bool { false }

  public var models: [TransformModel] { TransformModel.allCases }

  public var options: [String] { interpolation == .linear ? [] : ["interpolation=\(interpolation.rawValue)"] }

  /// Whether nothing of it was chosen.
  var isUsual: Bool { model == nil && metric == nil && interpolation == .linear }
}

extension Refinement: MultiresolutionAligner {
  func candidates<let rank: Int>(
    aligning pair: PyramidPair<rank>, from candidates: [Candidate<rank>], as task: AlignmentTask
  ) throws -> [Candidate<rank>] {
    Ranks.open(rank, (pair, candidates)) { (work: (PyramidPair<2>, [Candidate<2>])) in
      refine(work.0, from: work.1, as: task)
    } space: { (work: (PyramidPair<3>, [Candidate<3>])) in
      refine(work.0, from: work.1, as: task)
    }
  }

  private func refine<let rank: Int>(
    _ pair: PyramidPair<rank>, from candidates: [Candidate<rank>], as task: AlignmentTask
  ) -> [Candidate<rank>] {
    let metric = metric ?? task.metric
    let refiner = Refiner(
      pair, model: model ?? task.model, comparable: metric?.relation == .same, finestInterpolation: interpolation,
      threads: task.threads)
    let identity = Candidate(transform: Affine<rank>(center: refiner.center), score: 0)
    let starts = (candidates.isEmpty ? [identity] : candidates).map { candidate in
      Candidate(
        transform: candidate.linear.centered(at: refiner.center), score: candidate.score,
        iterations: candidate.iterations, cornerDeviation: candidate.cornerDeviation)
    }
    guard refiner.model != .homography else { return refinedToHomographies(starts, by: refiner, metric) }
    let refined = metric.map { refiner.refine(starts, metric: $0) } ?? refiner.refineByEither(starts)
    return isWithinReach(refined, of: starts, on: pair.fixed.levels[0].grid) ? refined : starts
  }

  /// Homographies are fitted by NCC: information is asked for other places to start from only where it finds none that is
  /// clear.
  private func refinedToHomographies<let rank: Int>(
    _ starts: [Candidate<rank>], by refiner: Refiner<rank>, _ metric: Metric?
  ) -> [Candidate<rank>] {
    // What an affine map leaves of a homography it leaves at any resolution.
    refiner.lastLevel = max(refiner.coarseLevel() - 1, 0)
    func fitted(_ candidates: [Candidate<rank>]) -> [Candidate<rank>] {
      Ranks.inPlane(rank, (refiner, candidates)) { (work: (Refiner<2>, [Candidate<2>])) -> [Candidate<2>]? in
        PerspectiveRefinement(refiner: work.0).refined(work.1)
      } ?? candidates
    }
    if let metric { return fitted(refiner.refine(starts, metric: metric)) }
    let linear = fitted(refiner.refine(starts, metric: .crossCorrelation))
    guard (linear.first?.score ?? 0) < Self.clearScore else { return linear }
    let either = fitted(refiner.refineByEither(starts))
    return (either.first?.score ?? 0) > (linear.first?.score ?? 0) ? either : linear
  }

  /// The significance of an NCC of 0.76 over the whole picture.
  private static var clearScore: Double { 1 }

  /// Whether the best answer lies where the starts that say how far off they may be allow it: within four of their
  /// standard deviations.
  ///
  /// A similarity may lead far away where it does not fit the images; what a network has learned of them then stands.
  private func isWithinReach<let rank: Int>(
    _ refined: [Candidate<rank>], of starts: [Candidate<rank>], on grid: Grid<rank>
  ) -> Bool {
    guard let best = refined.first else { return false }
    return starts.contains { start in
      guard let deviation = start.cornerDeviation else { return true }
      return best.linear.cornerDistance(to: start.linear, on: grid) <= 4 * deviation
    }
  }
}
