/// The main job: align two images by a model and say whether to believe the answer.
///
///     let alignment = try Registration(model: .affine).align(moving, to: fixed)
///     let moved = moving.resampled(onto: fixed.grid, through: alignment.transform)
///
/// The methods are values in a chain; each goes on from what the one before it proposes:
///
///     Registration(model: .affine, stages: [Search(), Refinement(interpolation: .cubic), FreeForm(spacing: 5)])
public struct Registration: Sendable {
  public var model: TransformModel
  /// The chain of methods; nil chooses by itself: a ``Search`` and a ``Refinement``, or a refinement alone where there
  /// is a start.
  public var stages: [any Aligner]?
  /// What deforms what the chain leaves, a ``FreeForm`` or ``Diffeomorphic``, unless the chain ends in a method that
  /// deforms; nil for nothing.
  public var deformation: (any Aligner)?
  /// The similarity to maximise; nil lets the images decide between NCC and mutual information.
  public var metric: Metric?
  /// Threads to use at most. Results do not depend on it.
  public var threads: Int
  /// What both images go through before they are aligned, and for that alone, in this order. The evidence, too, is of
  /// the images so prepared.
  public var prepare: [any PrepareStep]

  public init(
    model: TransformModel = .rigid, stages: [any Aligner]? = nil, deformation: (any Aligner)? = nil, metric: Metric? = nil,
    threads: Int = 2, prepare: [any PrepareStep] = []
  ) {
    self.model = model
    self.stages = stages
    self.deformation = deformation
    self.metric = metric
    self.threads = threads
    self.prepare = prepare
  }

  /// Aligns `moving` to `fixed`.
  ///
  /// In a task that is cancelled it ends within some tenths of a second; see also
  /// ``alignment(of:to:initial:progress:)``.
  ///
  /// - Parameters:
  ///   - moving: the image that is brought onto the other.
  ///   - fixed: the image that stays.
  ///   - initial: where to start (fixed to moving); then no global search is made unless ``stages`` has one.
  ///   - progress: called now and then, from any thread.
  /// - Throws: ``AlignmentError`` when the images cannot be aligned at all or the task was cancelled.
  public func align<let rank: Int>(
    _ moving: Image<rank>, to fixed: Image<rank>, initial: Affine<rank>? = nil,
    progress: (@Sendable (AlignmentProgress) -> Void)? = nil
  ) throws(AlignmentError) -> Alignment<rank> {
    try run(moving, to: fixed, initial: initial, activity: Activity(report: progress))
  }

  /// As ``align(_:to:initial:progress:)``, on threads of its own while the task waits.
  public func alignment<let rank: Int>(
    of moving: Image<rank>, to fixed: Image<rank>, initial: Affine<rank>? = nil,
    progress: (@Sendable (AlignmentProgress) -> Void)? = nil
  ) async throws(AlignmentError) -> Alignment<rank> {
    let activity = Activity(report: progress)
    let result = await withTaskCancellationHandler {
      await runApart { () throws(AlignmentError) in
        try run(moving, to: fixed, initial: initial, activity: activity)
      }
    } onCancel: {
      activity.cancel()
    }
    return try result.get()
  }

  /// Says whether the chain can do what is asked of it, without aligning anything.
  ///
  /// - Throws: ``AlignmentError/unsupported(method:reason:)`` as ``align(_:to:initial:progress:)`` would.
  public func check() throws(AlignmentError) { _ = try chain(hasStart: false) }

  private func run<let rank: Int>(
    _ moving: Image<rank>, to fixed: Image<rank>, initial: Affine<rank>?, activity: Activity
  ) throws(AlignmentError) -> Alignment<rank> {
    if let initial, !initial.isFinite || initial.inverted() == nil { throw .unusableStart }
    let chain = try chain(hasStart: initial != nil)
    let start = Candidate(transform: (initial ?? .identity).centered(at: fixed.grid.center), score: 0)
    let run = AlignmentRun(
      chain: chain, task: AlignmentTask(model: model, metric: metric, threads: threads), prepare: prepare,
      moving: moving, fixed: fixed, start: start, hasStart: initial != nil)
    do {
      return try Activity.$current.withValue(activity) {
        try Ranks.open(rank, run) { (run: AlignmentRun<2>) in
          try run()
        } space: { (run: AlignmentRun<3>) in
          try run()
        }
      }
    } catch { throw AlignmentError(error) }
  }

  private func chain(hasStart: Bool) throws(AlignmentError) -> MethodChain {
    var links = stages ?? (hasStart ? [Refinement()] : [Search(), Refinement()])
    if let deformation, links.last?.deforms != true { links.append(deformation) }
    let chain = try MethodChain(links)
    try chain.check(model: model, metric: metric)
    return chain
  }
}
