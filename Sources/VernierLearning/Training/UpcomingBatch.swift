import Dispatch
import Synchronization

/// A batch that is made on another thread while the network learns from the one before.
final class UpcomingBatch<Motion: NetworkMotion>: Sendable {
  private let isMade = DispatchGroup()
  private let result = Mutex<Result<TrainingBatch<Motion>, any Error>?>(nil)

  /// Begins to make the pairs `first` to `first + count − 1`.
  init<Source: BatchSource>(of source: Source, first: Int, count: Int) where Source.Motion == Motion {
    DispatchQueue.global().async(group: isMade) {
      let made = Result { try source.batch(first: first, count: count) }
      self.result.withLock { $0 = made }
    }
  }

  /// Waits for the batch.
  ///
  /// - Throws: what the source throws.
  func value() throws -> TrainingBatch<Motion> {
    isMade.wait()
    guard let made = result.withLock({ $0 }) else { preconditionFailure("the group ends with the batch") }
    return try made.get()
  }
}
