import Synchronization

/// How far an alignment is, or a list of them.
public struct AlignmentProgress: Sendable, Equatable {
  /// What is being done: the name of a method or of the steps before it, `evidence`, or the name of what deforms; of a
  /// list `pairs`.
  public var stage: String
  /// The share of the whole work that is done, 0…1; it never falls.
  public var share: Double
  /// The number of pairs of a list that are done; nil for an alignment.
  public var pairs: Int?

  public init(stage: String, share: Double, pairs: Int? = nil) {
    self.stage = stage
    self.share = share
    self.pairs = pairs
  }
}

/// A running alignment as its loops see it: where they report to, and whether anybody still wants the answer.
///
/// It travels with the work, from thread to thread, without being handed on; long loops ask ``isCancelled`` at each
/// step and leave early, with whatever they have, and the alignment throws at the end of the stage.
final class Activity: Sendable {
  @TaskLocal static var current: Activity?

  private struct State {
    var progress = AlignmentProgress(stage: "", share: 0)
    var range = 0.0...1.0
  }

  private let isStopped = Atomic(false)
  private let state = Mutex(State())
  private let report: (@Sendable (AlignmentProgress) -> Void)?
  /// The work that this one is a part of, as an alignment is of a list.
  private let whole: Activity?

  init(report: (@Sendable (AlignmentProgress) -> Void)?) {
    self.report = report
    whole = Self.current
  }

  /// Ends the work soon, and the whole that it is a part of.
  func cancel() {
    isStopped.store(true, ordering: .relaxed)
    whole?.cancel()
  }

  private var isEnding: Bool { isStopped.load(ordering: .relaxed) || whole?.isEnding == true }

  /// Whether the work is to end: its task was cancelled.
  static var isCancelled: Bool {
    guard let current else { return Task.isCancelled }
    if current.isEnding { return true }
    guard Task.isCancelled else { return false }
    // Other threads belong to no task.
    current.cancel()
    return true
  }

  /// - Throws: ``AlignmentError/cancelled`` where the work is to end.
  static func check() throws(AlignmentError) {
    if isCancelled { throw .cancelled }
  }

  /// Begins a stage, which takes a range of the whole work.
  ///
  /// - Throws: ``AlignmentError/cancelled`` where the work is to end.
  static func begin(_ stage: String, _ range: ClosedRange<Double>) throws(AlignmentError) {
    try check()
    current?.update { state in
      state.range = range
      state.progress.stage = stage
      state.progress.share = max(state.progress.share, range.lowerBound)
    }
  }

  /// Says which share of the stage is done, 0…1.
  static func advance(to share: Double) {
    current?.update { state in
      let (low, high) = (state.range.lowerBound, state.range.upperBound)
      state.progress.share = max(state.progress.share, low + min(max(share, 0), 1) * (high - low))
    }
  }

  /// Says that another pair of a list is done.
  static func finishPair(of count: Int) {
    current?.update { state in
      let done = (state.progress.pairs ?? 0) + 1
      state.progress = AlignmentProgress(stage: "pairs", share: Double(done) / Double(count), pairs: done)
    }
  }

  private func update(_ change: (inout State) -> Void) {
    guard let report else { return }
    let progress = state.withLock { state in
      change(&state)
      return state.progress
    }
    report(progress)
  }
}
