/// The main job: align two images by a model and say whether to believe the answer.
public struct Registration: Sendable {
  public var model: TransformModel
  /// The similarity to maximise; nil lets the images decide between NCC and mutual information.
  public var metric: Metric?
  /// The chain of aligners, such as `search+refine`; nil chooses by itself.
  public var method: String?
  /// Threads to use at most. Results do not depend on it.
  public var threads: Int

  public init(
    model: TransformModel = .rigid, metric: Metric? = nil, method: String? = nil, threads: Int = 2
  ) {
    self.model = model
    self.metric = metric
    self.method = method
    self.threads = threads
  }

  /// Aligns `moving` to `fixed`.
  ///
  /// - Parameters:
  ///   - moving: the image that is brought onto the other.
  ///   - fixed: the image that stays.
  ///   - initial: where to start (fixed to moving); then no global search is made unless `method` names one.
  ///   - progress: called now and then, from any thread, with the share of the work done (0…1) and what is being done.
  /// - Throws: ``AlignmentError`` when the images cannot be aligned at all.
  public func align<let rank: Int>(
    _ moving: Image<rank>, to fixed: Image<rank>, initial: Affine<rank>? = nil,
    progress: (@Sendable (Double, String) -> Void)? = nil
  ) throws -> Alignment<rank> {
    if let plane = moving as? Image<2>, let still = fixed as? Image<2>,
      let result = try run(plane, to: still, initial: initial as? Affine<2>, progress: progress) as? Alignment<rank>
    {
      return result
    }
    if let volume = moving as? Image<3>, let still = fixed as? Image<3>,
      let result = try run(volume, to: still, initial: initial as? Affine<3>, progress: progress) as? Alignment<rank>
    {
      return result
    }
    throw AlignmentError.unsupported(method: method ?? "register", reason: "images of rank \(rank) are not supported")
  }

  private func run<let rank: Int>(
    _ moving: Image<rank>, to fixed: Image<rank>, initial: Affine<rank>?,
    progress: (@Sendable (Double, String) -> Void)?
  ) throws -> Alignment<rank> {
    let clock = ContinuousClock()
    let start = clock.now
    guard initial?.isFinite ?? true else { throw AlignmentError.noOverlap }
    let chain = try MethodChain(method ?? (initial == nil ? "search+refine" : "refine"))
    let still = try fixed.checked { .fixedUnusable($0) }
    let other = try moving.checked { .movingUnusable($0) }
    let center = still.grid.center
    var candidates = [Candidate(transform: (initial ?? .identity).centered(at: center), score: 0)]
    let refiner = Refiner(
      moving: other, to: still, model: model, comparable: metric == .meanSquares, finestInterpolation: .linear,
      threads: threads)
    var chosen = metric ?? .crossCorrelation
    for (index, link) in chain.links.enumerated() {
      progress?(0.1 + 0.5 * Double(index) / Double(chain.links.count), link.rawValue)
      switch link {
      case .search:
        let search = Search(
          model: model, acrossContrasts: metric != .crossCorrelation && metric != .meanSquares, threads: threads)
        candidates = try search.candidates(aligning: other, to: still, from: candidates)
      case .refine:
        if let metric {
          candidates = refiner.refine(candidates, metric: metric)
        } else {
          (candidates, chosen) = refiner.refineByEither(candidates)
        }
      }
    }
    guard let best = candidates.first else { throw AlignmentError.noOverlap }
    progress?(0.7, "evidence")
    let evidence = EvidenceCollector(refiner: refiner, metric: chosen).collect(
      best, rivals: Array(candidates.dropFirst()))
    guard evidence.overlap > 0 else { throw AlignmentError.noOverlap }
    let confidence = ConfidenceModel.calibrated(rank: rank).probability(
      ConfidenceModel.features(evidence, on: still.grid))
    let duration = (clock.now - start).components
    return Alignment(
      transform: best.transform, model: model, method: chain.description, metric: chosen, evidence: evidence,
      verdict: Verdict(confidence: confidence), confidence: confidence,
      seconds: Double(duration.seconds) + Double(duration.attoseconds) * 1e-18)
  }
}

/// A chain of aligners as the command line names it: `search+refine`.
struct MethodChain: CustomStringConvertible {
  enum Link: String, CaseIterable { case search, refine }
  var links: [Link]
  var description: String { links.map(\.rawValue).joined(separator: "+") }

  init(_ text: String) throws(AlignmentError) {
    var links: [Link] = []
    for name in text.split(separator: "+", omittingEmptySubsequences: false) {
      guard let link = Link(rawValue: String(name)) else {
        let known = Link.allCases.map(\.rawValue).joined(separator: ", ")
        throw .unsupported(method: String(name), reason: "no such method; known are \(known), joined by +")
      }
      links.append(link)
    }
    self.links = links
  }
}
