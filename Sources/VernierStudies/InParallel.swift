import Dispatch
import Synchronization

/// Calls `work` for 0..<count on several threads and returns the results in order.
///
/// - Parameters:
///   - threads: how many calls run at once.
///   - progress: called with the share done, from any thread.
/// - Throws: the error of the first call by number that failed; calls that had not begun are left out.
func inParallel<Result: Sendable>(
  _ count: Int, threads: Int, progress: @Sendable (Double) -> Void = { _ in },
  _ work: @Sendable (Int) throws -> Result
) throws -> [Result] {
  let results = Mutex([Swift.Result<Result, any Error>?](repeating: nil, count: count))
  let next = Atomic(0)
  let done = Atomic(0)
  let hasFailed = Atomic(false)
  DispatchQueue.concurrentPerform(iterations: max(1, min(threads, count))) { _ in
    while !hasFailed.load(ordering: .relaxed) {
      let index = next.add(1, ordering: .relaxed).oldValue
      if index >= count { return }
      let result = Swift.Result { try work(index) }
      if case .failure = result { hasFailed.store(true, ordering: .relaxed) }
      results.withLock { $0[index] = result }
      progress(Double(done.add(1, ordering: .relaxed).newValue) / Double(count))
    }
  }
  return try results.withLock { $0 }.compactMap { try $0?.get() }
}
