import Dispatch

/// Runs blocking work on a thread of its own, so that the threads on which tasks go on stay free.
func runApart<Value: Sendable, Failure: Error>(
  _ work: @escaping @Sendable () throws(Failure) -> Value
) async -> Result<Value, Failure> {
  await withCheckedContinuation { continuation in
    DispatchQueue.global().async {
      do throws(Failure) { continuation.resume(returning: .success(try work())) } catch {
        continuation.resume(returning: .failure(error))
      }
    }
  }
}
