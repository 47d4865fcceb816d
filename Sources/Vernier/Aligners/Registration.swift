/// The main job: align two images by a model and say whether to believe the answer.
public struct Registration: Sendable {
  public var model: TransformModel
  /// Whether a free-form deformation follows: then the chain ends in `free-form`, whether ``method`` says so or not.
  public var deforms: Bool
  /// The similarity to maximise; nil lets the images decide between NCC and mutual information.
  public var metric: Metric?
  /// The chain of aligners, such as `search+refine`; nil chooses by itself.
  public var method: String?
  /// Threads to use at most. Results do not depend on it.
  public var threads: Int
  /// The methods that a chain can name.
  public var methods: [Method]
  /// The file with the parameters of the chain's learned method; nil for those that come with Vernier.
  public var weights: String?
  /// What both images go through before they are aligned, and for that alone, in this order. The evidence, too, is of the images so
  /// prepared.
  public var prepare: [any PrepareStep]

  public init(
    model: TransformModel = .rigid, deforms: Bool = false, metric: Metric? = nil, method: String? = nil,
    threads: Int = 2,
    methods: [Method] = Method.classical, weights: String? = nil, prepare: [any PrepareStep] = []
  ) {
    self.model = model
    self.deforms = deforms
    self.metric = metric
    self.method = method
    self.threads = threads
    self.methods = methods
    self.weights = weights
    self.prepare = prepare
  }

  /// Aligns `moving` to `fixed`.
  ///
  /// - Parameters:
  ///   - moving: the image that is brought onto the other.
  ///   - fixed: the image that stays.
  ///   - initial: where to start (fixed to moving); then no global search is made unless `method` names one.
  ///   - progress: called now and then, from any thread, with the share of the work done (0…1) and what is being done.
  /// - Throws: ``AlignmentError`` when the images cannot be aligned at all; what the steps of ``prepare`` throw.
  public func align<let rank: Int>(
    _ moving: Image<rank>, to fixed: Image<rank>, initial: Affine<rank>? = nil,
    progress: (@Sendable (Double, String) -> Void)? = nil
  ) throws -> Alignment<rank> {
    if let initial, !initial.isFinite || initial.inverted() == nil { throw AlignmentError.unusableStart }
    let chain = chain(hasStart: initial != nil)
    let links = try aligners(chain)
    let start = Candidate(transform: (initial ?? .identity).centered(at: fixed.grid.center), score: 0)
    let byCorrelation = metric == nil || metric == .crossCorrelation
    let judge = Judge(
      links: links, prepare: prepare, model: model, threads: threads,
      searchesPatches: ["search+refine", "search+refine" + Self.ending].contains(chain) && byCorrelation)
    return try judge.align(moving, to: fixed, from: [start], progress: progress)
  }

  /// Makes the chain's methods without aligning anything, so that a long list of pairs need not begin where none can be aligned.
  ///
  /// - Throws: what `align` would throw of the methods alone: ``AlignmentError``, or that a learned one lacks its parameters.
  public func checkMethods() throws { _ = try aligners(chain(hasStart: false)) }

  private static let ending = "+\(FreeForm.methodName)"

  private func chain(hasStart: Bool) -> String {
    let linear = method ?? (hasStart ? "refine" : "search+refine")
    return deforms && !"+\(linear)".hasSuffix(Self.ending) ? linear + Self.ending : linear
  }

  /// The aligners that a chain of names such as `search+refine` stands for.
  private func aligners(_ chain: String) throws -> [any Aligner] {
    try chain.split(separator: "+", omittingEmptySubsequences: false).map { name in
      guard let method = methods.first(where: { $0.name == name }) else {
        let known = methods.map(\.name).joined(separator: ", ")
        throw AlignmentError.unsupported(
          method: String(name), reason: "no such method; known are \(known), joined by +")
      }
      return try method.aligner(Method.Request(model: model, metric: metric, threads: threads, weights: weights))
    }
  }
}
