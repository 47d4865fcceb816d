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
  var model: TransformModel
  var threads: Int

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
    let still = try fixed.checked { .fixedUnusable($0) }
    let other = try moving.checked { .movingUnusable($0) }
    var candidates = starts
    for (index, link) in links.enumerated() {
      progress?(0.6 * Double(index) / Double(links.count), link.name)
      candidates = try link.candidates(aligning: other, to: still, from: candidates)
    }
    guard let best = candidates.first else { throw AlignmentError.noOverlap }
    progress?(0.6, "evidence")
    let metric = best.metric ?? .crossCorrelation
    let refiner = Refiner(
      moving: other, to: still, model: model, comparable: metric == .meanSquares, finestInterpolation: .linear,
      threads: threads)
    let evidence = EvidenceCollector(refiner: refiner, metric: metric).collect(
      best, rivals: Array(candidates.dropFirst()))
    guard evidence.overlap > 0 else { throw AlignmentError.noOverlap }
    let confidence = ConfidenceModel.calibrated(rank: rank).probability(
      ConfidenceModel.features(evidence, on: still.grid))
    let duration = (clock.now - start).components
    return Alignment(
      transform: best.transform, model: model, method: name, metric: metric, evidence: evidence,
      verdict: Verdict(confidence: confidence), confidence: confidence,
      seconds: Double(duration.seconds) + Double(duration.attoseconds) * 1e-18)
  }
}
