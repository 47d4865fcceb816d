import Dispatch
import Synchronization

/// Runs `body` for each chunk 0..<`count`, on up to `threads` threads.
///
/// Which thread runs a chunk is not determined; callers let each chunk write to its own place and combine the places in
/// order, so that results have the same bits for any number of threads.
package func forEachChunk(_ count: Int, threads: Int, _ body: (Int) -> Void) {
  let workers = min(threads, count)
  guard workers > 1 else {
    for chunk in 0..<count { body(chunk) }
    return
  }
  withoutActuallyEscaping(body) { body in
    nonisolated(unsafe) let work = body
    let next = Atomic(0)
    let activity = Activity.current
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      Activity.$current.withValue(activity) {
        while true {
          let chunk = next.add(1, ordering: .relaxed).oldValue
          if chunk >= count { return }
          work(chunk)
        }
      }
    }
  }
}

/// The threads that a loop over `count` samples is worth: waking another costs as much as some 20,000 samples.
package func worthwhileThreads(_ threads: Int, samples count: Int) -> Int { count < 20_000 ? 1 : threads }

/// The rows or slices `0..<count` cut into at most `chunks` ranges of nearly equal length.
///
/// The cut depends on the count alone, never on the number of threads.
package func chunkRanges(_ count: Int, chunks: Int = 32) -> [Range<Int>] {
  let pieces = max(1, min(count, chunks))
  return (0..<pieces).map { (count * $0 / pieces)..<(count * ($0 + 1) / pieces) }
}
