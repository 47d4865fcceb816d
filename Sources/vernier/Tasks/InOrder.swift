/// Makes `count` results concurrently and hands them over in order.
///
/// At most `limit` results are being made, and at most `limit` more wait for an earlier one, so that memory stays
/// bounded however long the list is.
@MainActor func inOrder<Result: Sendable>(
  count: Int, limit: Int, make: @escaping @Sendable (Int) -> Result, consume: (Int, Result) throws -> Void
) async throws {
  try await withThrowingTaskGroup(of: (Int, Result).self) { group in
    var started = 0
    var consumed = 0
    var running = 0
    var waiting: [Int: Result] = [:]
    while consumed < count {
      while started < count, running < limit, started - consumed < 2 * limit {
        let index = started
        group.addTask { (index, make(index)) }
        started += 1
        running += 1
      }
      guard let (index, result) = try await group.next() else { return }
      running -= 1
      waiting[index] = result
      while let next = waiting.removeValue(forKey: consumed) {
        try consume(consumed, next)
        consumed += 1
      }
    }
  }
}
