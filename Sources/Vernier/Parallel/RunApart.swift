import Dispatch

/// Runs blocking work on a thread of its own, so that the threads on which tasks go on stay free: there are as many of
/// these as cores, and a task that waited for one could not cancel the work. A queue of its own brings another thread.
func runApart<Value: Sendable, Failure: Error>(
  _ work: @escaping @Sendable () throws(Failure) -> Value
) async -> Result<Value, Failure> {
  await withCheckedContinuation { continuation in
    DispatchQueue(label: "vernier.apart").async {
      do throws(Failure) { continuation.resume(returning: .success(try work())) } catch {
        continuation.resume(returning: .failure(error))
      }
    }
  }
}
