import CTensorsPlugin

/// Runs `body`, in which each tensor operation uses at most `threads` threads.
///
/// That holds for operations that begin on this thread, until `body` returns; other threads have settings of their own,
/// at first libtorch's: one thread a processor. With another number sums may be taken in another order, and so differ
/// in the last bits. A libtorch without OpenMP keeps its own number.
public func withTensorThreads<Result, Failure: Error>(
  _ threads: Int, _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  guard case .success(let loaded) = TensorsPlugin.loaded else { return try body() }
  let count = Int32(clamping: max(1, threads))
  let before = loaded.functions.set_threads(.init(operations: count, products: count))
  defer { _ = loaded.functions.set_threads(before) }
  return try body()
}
