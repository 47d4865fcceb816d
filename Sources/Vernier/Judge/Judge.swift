/// Says whether to believe a transform, whoever made it: gathers the evidence that the images hold and gives a verdict.
///
///     let alignment = try Judge().assess(transform, moving: moving, to: fixed)
///     if alignment.verdict == .aligned { … }
///
/// Every ``Registration`` has its answer judged by the same rules, which stand in ``VerdictRules``.
public struct Judge: Sendable {
  /// The model that the transform is of; nil for the simplest that describes it.
  public var model: TransformModel?
  /// The similarity in which the images are compared; nil lets them decide between NCC and mutual information.
  public var metric: Metric?
  /// Threads to use at most. Results do not depend on it.
  public var threads: Int

  public init(model: TransformModel? = nil, metric: Metric? = nil, threads: Int = 2) {
    self.model = model
    self.metric = metric
    self.threads = threads
  }

  /// Judges a transform that somebody else made.
  ///
  /// It looks for rivals itself: other places at which the images agree as well. A homography is judged on the moving
  /// image as it shows it. Any other map that is not linear is judged by its closest linear one, since a deformation
  /// makes almost any two images more alike: what speaks for the deformation itself is in ``Alignment/deformation``.
  ///
  /// - Parameters:
  ///   - transform: fixed point to moving point.
  ///   - moving: the image that the transform reads.
  ///   - fixed: the image on whose grid it is seen.
  /// - Returns: the transform as it was given, with the evidence and the verdict; its method is `given`.
  /// - Throws: ``AlignmentError``: an image that cannot be compared, a transform that is not finite or not invertible,
  ///   no overlap, or a task that was cancelled.
  public func assess<let rank: Int>(
    _ transform: some SpatialTransform<Vector<rank>>, moving: Image<rank>, to fixed: Image<rank>
  ) throws(AlignmentError) -> Alignment<rank> {
    let work = (Transform(transform), moving, fixed)
    do {
      return try Activity.$current.withValue(Activity(report: nil)) {
        try Ranks.open(rank, work) { (work: (Transform<2>, Image<2>, Image<2>)) in
          try judged(work.0, moving: work.1, to: work.2)
        } space: { (work: (Transform<3>, Image<3>, Image<3>)) in
          try judged(work.0, moving: work.1, to: work.2)
        }
      }
    } catch { throw AlignmentError(error) }
  }

  private func judged<let rank: Int>(
    _ transform: Transform<rank>, moving: Image<rank>, to fixed: Image<rank>
  ) throws -> Alignment<rank> {
    let clock = ContinuousClock()
    let begin = clock.now
    let (still, other) = SensorDefects.removed(
      from: try fixed.checked { .fixedUnusable($0) }.withoutPadding(),
      try moving.checked { .movingUnusable($0) }.withoutPadding())
    var alignment: Alignment<rank>
    if transform.base is Homography {
      alignment = try self.alignment(
        of: transform, metric: metric, moving: other, to: still, model: .homography)
    } else {
      let affine = (transform.affine ?? Affine(closestTo: transform, on: still.grid)).centered(at: still.grid.center)
      guard affine.isFinite, affine.inverted() != nil else { throw AlignmentError.unusableStart }
      alignment = try self.alignment(
        of: Transform(affine), metric: metric, moving: other, to: still,
        model: model ?? TransformModel(simplestOf: affine))
      if transform.affine == nil {
        alignment.isDeformable = true
        alignment.deformation = DeformationEvidence(
          of: transform, beside: affine, moving: other, to: still, metric: alignment.metric, threads: threads)
        alignment.verdict = VerdictRules.verdict(alignment.verdict, after: alignment.deformation)
      }
    }
    alignment.transform = transform
    alignment.seconds = (clock.now - begin).seconds
    return alignment
  }

  private func alignment<let rank: Int>(
    of transform: Transform<rank>, metric: Metric?, moving: Image<rank>, to fixed: Image<rank>, model: TransformModel
  ) throws -> Alignment<rank> {
    var judge = self
    judge.model = model
    return try judge.alignment(
      Candidate(transform: transform, score: 0, stopReason: .given, metric: metric), others: [],
      of: PyramidPair(moving: moving, fixed: fixed, threads: threads), method: "given", comparedPlaces: false)
  }

  /// Judges what a chain proposes.
  ///
  /// - Parameters:
  ///   - best: the proposal.
  ///   - others: what the chain proposes besides.
  ///   - pair: the images.
  ///   - method: the chain's name.
  ///   - comparedPlaces: whether all methods looked at many places; else rivals are looked for here.
  ///   - start: where somebody else let it start.
  func alignment<let rank: Int>(
    _ best: Candidate<rank>, others: [Candidate<rank>], of pair: PyramidPair<rank>, method: String,
    comparedPlaces: Bool, start: Affine<rank>? = nil
  ) throws -> Alignment<rank> {
    if best.transform.base is Homography {
      return try alignmentAsSeen(best, others: others, of: pair, method: method, comparedPlaces: comparedPlaces)
    }
    let model = model ?? .rigid
    let found = try findings(
      of: best, others: others, model: model, pair, comparedPlaces: comparedPlaces, start: start)
    return Alignment(
      best.transform, model: model, method: method, metric: found.metric, found.evidence, isBeaten: found.isBeaten,
      on: pair.fixed.levels[0].grid)
  }

  /// A homography is judged on the moving picture as it shows it, where an affine map has nothing left to do.
  private func alignmentAsSeen<let rank: Int>(
    _ best: Candidate<rank>, others: [Candidate<rank>], of pair: PyramidPair<rank>, method: String,
    comparedPlaces: Bool
  ) throws -> Alignment<rank> {
    let (fixed, moving) = (pair.fixed.levels[0], pair.moving.levels[0])
    guard let back = best.transform.inverted() else { throw AlignmentError.unusableStart }
    let seen = moving.resampled(onto: fixed.grid, through: best.transform, threads: threads)
    let stays = Candidate(
      transform: Affine(center: fixed.grid.center), score: best.score, iterations: best.iterations,
      stopReason: best.stopReason, metric: best.metric, cornerDeviation: best.cornerDeviation)
    var found = try findings(
      of: stays,
      others: others.map { other in
        Candidate(
          transform: Affine(closestTo: back.composed(after: other.transform), on: fixed.grid), score: other.score,
          metric: other.metric)
      }.filter { $0.linear.isFinite }, model: .affine,
      PyramidPair(moving: try seen.checked { _ in .noOverlap }, fixed: fixed, threads: threads),
      comparedPlaces: comparedPlaces)
    // What is seen covers no more than the fixed picture; of the whole moving one it may be a small part.
    let coarse = (
      fixed: pair.fixed.levels[pair.fixed.levels.count - 1], moving: pair.moving.levels[pair.moving.levels.count - 1]
    )
    found.evidence.coverage = LevelPair(
      fixed: coarse.fixed, moving: coarse.moving, comparable: false, interpolation: .linear, threads: threads
    ).ofSmaller(found.evidence.overlap, under: best.linear)
    // That of an affine map of what is seen is none of the homography's.
    found.evidence.covariance = nil
    // Where the rival lies in the moving picture itself.
    found.evidence.rival = found.evidence.rival.flatMap { rival in
      let seen = Transform(Affine<rank>(homogeneous: rival, center: fixed.grid.center))
      return Affine(closestTo: best.transform.composed(after: seen), on: fixed.grid).homogeneous
    }
    return Alignment(
      best.transform, model: .homography, method: method, metric: found.metric, found.evidence,
      isBeaten: found.isBeaten, on: fixed.grid)
  }

  /// What the images say of a proposal, and the similarity by which they were compared.
  private struct Findings {
    var evidence: Evidence
    var metric: Metric
    /// Whether another place explains the images clearly better.
    var isBeaten: Bool
  }

  private func findings<let rank: Int>(
    of best: Candidate<rank>, others: [Candidate<rank>], model: TransformModel, _ pair: PyramidPair<rank>,
    comparedPlaces: Bool, start: Affine<rank>? = nil
  ) throws -> Findings {
    let grid = pair.fixed.levels[0].grid
    var metric = best.metric ?? .crossCorrelation
    let refiner = Refiner(
      pair, model: model, comparable: metric.relation == .same, finestInterpolation: .linear, threads: threads)
    let rivals = VerdictRules.rivals(of: best, among: others, on: grid)
    var searched: RivalSearch<rank>.Finding?
    if !comparedPlaces || (rivals.isEmpty && !others.isEmpty) {
      let search = RivalSearch(refiner: refiner)
      if best.metric == nil { metric = search.metric(of: best.linear) }
      let places = try RivalSearch.places(pair, model: model, threads: threads)
      try Activity.check()
      searched = search.finding(against: best.linear, among: places, metric: metric)
    }
    try Activity.check()
    let collector = EvidenceCollector(refiner: refiner, metric: metric)
    var evidence = collector.collect(best, rivals: rivals, searched: searched)
    evidence.edgeAgreementAtStart = start.map(collector.edgeAgreement)
    try Activity.check()
    guard evidence.overlap > 0 else { throw AlignmentError.noOverlap }
    return Findings(evidence: evidence, metric: metric, isBeaten: searched?.isBetter == true)
  }
}

extension Alignment {
  /// An alignment with the verdict that its evidence calls for.
  ///
  /// - Parameter isBeaten: whether another place explains the images clearly better.
  init(
    _ transform: Transform<rank>, model: TransformModel, method: String, metric: Metric, _ evidence: Evidence,
    isBeaten: Bool, on grid: Grid<rank>
  ) {
    let confidence = VerdictRules.confidence(in: evidence, on: grid)
    self.init(
      transform: transform, model: model, method: method, isDeformable: false, metric: metric, evidence: evidence,
      verdict: VerdictRules.verdict(confidence: confidence, evidence, isBeaten: isBeaten, on: grid),
      confidence: confidence, seconds: 0)
  }
}
