extension Aligner {
  /// Aligns `moving` to `fixed` by this method alone, and judges the result.
  ///
  /// ``Registration`` chains methods by name, takes a start and reports progress.
  ///
  /// - Parameters:
  ///   - moving: the image that is brought onto the other.
  ///   - fixed: the image that stays.
  /// - Throws: ``AlignmentError`` when the images cannot be aligned at all.
  public func align<let rank: Int>(_ moving: Image<rank>, to fixed: Image<rank>) throws -> Alignment<rank> {
    try Judge(links: [self], model: model, threads: threads).align(moving, to: fixed, from: [], progress: nil)
  }
}

/// Runs a chain of aligners and measures the evidence for what comes out.
struct Judge: Sendable {
  var links: [any Aligner]
  /// What both images go through once padding is masked.
  var prepare: [any PrepareStep] = []
  var model: TransformModel
  var threads: Int
  /// Whether small pictures are first given to ``PatchRegistration``.
  var searchesPatches = false

  func align<let rank: Int>(
    _ moving: Image<rank>, to fixed: Image<rank>, from starts: [Candidate<rank>],
    progress: (@Sendable (Double, String) -> Void)?
  ) throws -> Alignment<rank> {
    if let plane = moving as? Image<2>, let still = fixed as? Image<2>, let starts = starts as? [Candidate<2>],
      let result = try run(plane, to: still, from: starts, progress: progress) as? Alignment<rank>
    {
      return result
    }
    if let volume = moving as? Image<3>, let still = fixed as? Image<3>, let starts = starts as? [Candidate<3>],
      let result = try run(volume, to: still, from: starts, progress: progress) as? Alignment<rank>
    {
      return result
    }
    throw AlignmentError.unsupported(method: name, reason: "images of rank \(rank) are not supported")
  }

  private var name: String { links.map(\.name).joined(separator: "+") }

  private func run<let rank: Int>(
    _ moving: Image<rank>, to fixed: Image<rank>, from starts: [Candidate<rank>],
    progress: (@Sendable (Double, String) -> Void)?
  ) throws -> Alignment<rank> {
    let clock = ContinuousClock()
    let start = clock.now
    var still = try fixed.checked { .fixedUnusable($0) }
    var other = try moving.checked { .movingUnusable($0) }
    if links.allSatisfy(\.leavesOutPadding) { (still, other) = (still.withoutPadding(), other.withoutPadding()) }
    if !prepare.isEmpty {
      progress?(0, prepare.map(\.name).joined(separator: ", "))
      still = try prepared(still) { .fixedUnusable($0) }
      other = try prepared(other) { .movingUnusable($0) }
    }
    var alignment: Alignment<rank>
    if searchesPatches, let small = alignPatches(other, to: still) {
      alignment = small
      // Other methods cannot single out what the images leave open.
      if small.verdict != .aligned, !small.evidence.isAmbiguous(on: still.grid),
        let general = try? runLinks(other, to: still, from: starts, progress: progress)
      {
        alignment = general.combined(withPatches: small, on: still.grid)
      }
    } else {
      alignment = try runLinks(other, to: still, from: starts, progress: progress)
    }
    if let freeForm = links.last as? FreeForm, alignment.verdict != .failed {
      progress?(0.7, freeForm.name)
      try alignment.deform(by: freeForm, other, onto: still)
    }
    if !prepare.isEmpty {
      alignment.prepare = prepare.map(\.name)
      alignment.transform = alignment.transform.centered(at: fixed.grid.center)
    }
    let duration = (clock.now - start).components
    alignment.seconds = Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
    return alignment
  }

  private func prepared<let rank: Int>(
    _ image: Image<rank>, _ wrap: (ImageError) -> AlignmentError
  ) throws -> Image<rank> {
    do { return try image.prepared(by: prepare).checked(wrap) } catch let error as ImageError { throw wrap(error) }
  }

  /// What ``PatchRegistration`` makes of the pair, if it is one of small pictures.
  private func alignPatches<let rank: Int>(_ moving: Image<rank>, to fixed: Image<rank>) -> Alignment<rank>? {
    guard let plane = moving as? Image<2>, let still = fixed as? Image<2>,
      let (transform, evidence) = PatchRegistration(moving: plane, to: still, model: model)?.run()
    else { return nil }
    return alignment(transform, metric: .crossCorrelation, evidence, isBeaten: false, on: still.grid)
      as? Alignment<rank>
  }

  private func runLinks<let rank: Int>(
    _ moving: Image<rank>, to fixed: Image<rank>, from starts: [Candidate<rank>],
    progress: (@Sendable (Double, String) -> Void)?
  ) throws -> Alignment<rank> {
    // A free-form deformation goes on from what is judged here.
    let linear = links.last is FreeForm ? links.dropLast() : links[...]
    var candidates = starts
    if linear.isEmpty, starts.isEmpty {
      candidates = [Candidate(transform: Affine(center: fixed.grid.center), score: 0)]
    }
    let pyramids = PyramidPair(moving: moving, fixed: fixed, threads: threads)
    for (index, link) in linear.enumerated() {
      guard !(link is FreeForm) else {
        throw AlignmentError.unsupported(method: link.name, reason: "it is the last of a chain")
      }
      progress?(0.6 * Double(index) / Double(linear.count), link.name)
      candidates =
        if let link = link as? any MultiresolutionAligner {
          try link.candidates(aligning: pyramids, from: candidates)
        } else {
          try link.candidates(aligning: moving, to: fixed, from: candidates)
        }
    }
    guard let best = candidates.first else { throw AlignmentError.noOverlap }
    progress?(0.6, "evidence")
    var metric = best.metric ?? .crossCorrelation
    let refiner = Refiner(
      pyramids, model: model, comparable: metric == .meanSquares, finestInterpolation: .linear, threads: threads)
    // Of one place a method may propose several versions: they are no rivals of each other.
    let limit = ConfidenceModel.largestRightError(on: fixed.grid)
    let proposed = candidates.dropFirst()
    let rivals = proposed.filter { $0.transform.cornerDistance(to: best.transform, on: fixed.grid) > limit }
    var searched: RivalSearch<rank>.Finding?
    if !linear.allSatisfy(\.comparesPlaces) || (rivals.isEmpty && !proposed.isEmpty) {
      let search = RivalSearch(refiner: refiner)
      if best.metric == nil { metric = search.metric(of: best.transform) }
      let places = try self.places(pyramids)
      searched = search.finding(against: best.transform, among: places, metric: metric)
    }
    let evidence = EvidenceCollector(refiner: refiner, metric: metric).collect(
      best, rivals: Array(rivals), searched: searched)
    guard evidence.overlap > 0 else { throw AlignmentError.noOverlap }
    return alignment(
      best.transform, metric: metric, evidence, isBeaten: searched?.isBetter == true, on: fixed.grid)
  }

  /// Where the images may lie, for whoever looked nowhere else.
  private func places<let rank: Int>(_ pair: PyramidPair<rank>) throws -> [Candidate<rank>] {
    if let planes = pair as? PyramidPair<2>,
      let small = PatchRegistration(moving: planes.moving.levels[0], to: planes.fixed.levels[0], model: model),
      let found = small.places().map({ Candidate(transform: $0, score: 0) }) as? [Candidate<rank>]
    {
      return found
    }
    return try Search(model: model, threads: threads).candidates(aligning: pair, from: [])
  }

  private func alignment<let rank: Int>(
    _ transform: Affine<rank>, metric: Metric, _ evidence: Evidence, isBeaten: Bool, on grid: Grid<rank>
  ) -> Alignment<rank> {
    let confidence = ConfidenceModel.calibrated(rank: rank).confidence(in: evidence, on: grid)
    let isWrong = isBeaten && confidence < Verdict.failedBelow
    return Alignment(
      transform: transform, model: model, method: name, metric: metric, evidence: evidence,
      verdict: isWrong ? .failed : Verdict(confidence: confidence, isAmbiguous: evidence.isAmbiguous(on: grid)),
      confidence: confidence, seconds: 0)
  }
}

extension Alignment {
  /// Adds the deformation that a free-form alignment finds from here on.
  ///
  /// The confidence remains the linear alignment's, for which alone it is fitted; a deformation that folds, or that makes the images no
  /// more alike, is not to be used unseen.
  fileprivate mutating func deform(
    by freeForm: FreeForm, _ moving: Image<rank>, onto fixed: Image<rank>
  ) throws {
    let found = try freeForm.deformation(
      of: moving, to: fixed, from: transform, by: metric)
    deformation = found
    if verdict == .aligned, !found.isSound { verdict = .doubtful }
  }

  /// What to make of this alignment, by the general methods, and of one by those for small pictures.
  ///
  /// Of two answers that are both more likely wrong than right the confidence does not tell the better: the one for small pictures stays. Where
  /// both agree, its transform is the more precise.
  fileprivate func combined(withPatches other: Self, on grid: Grid<rank>) -> Self {
    guard verdict == .aligned || (other.verdict == .failed && confidence >= 0.5) else { return other }
    guard transform.cornerDistance(to: other.transform, on: grid) < 0.05 * grid.diagonal else { return self }
    var both = self
    both.transform = other.transform
    return both
  }
}
