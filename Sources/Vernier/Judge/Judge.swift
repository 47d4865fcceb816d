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
      let seen = other.resampled(onto: still.grid, through: transform, threads: threads)
      let whole = try seen.checked { _ in .noOverlap }
      alignment = try self.alignment(of: Affine(center: still.grid.center), moving: whole, to: still, model: .affine)
    } else {
      let affine = (transform.affine ?? Affine(closestTo: transform, on: still.grid)).centered(at: still.grid.center)
      guard affine.isFinite, affine.inverted() != nil else { throw AlignmentError.unusableStart }
      alignment = try self.alignment(
        of: affine, moving: other, to: still, model: model ?? TransformModel(simplestOf: affine))
      if transform.affine == nil {
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
    of transform: Affine<rank>, moving: Image<rank>, to fixed: Image<rank>, model: TransformModel
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
    let grid = pair.fixed.levels[0].grid
    let model = model ?? .rigid
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
    return Alignment(
      best.transform, model: model, method: method, metric: metric, evidence, isBeaten: searched?.isBetter == true,
      on: grid)
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
      transform: transform, model: model, method: method, metric: metric, evidence: evidence,
      verdict: VerdictRules.verdict(confidence: confidence, evidence, isBeaten: isBeaten, on: grid),
      confidence: confidence, seconds: 0)
  }
}
