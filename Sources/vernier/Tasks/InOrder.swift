/// Makes `count` results concurrently and hands them over in order.
///
/// Memory stays bounded however long the list is.
///
/// - Parameters:
///   - count: how many there are.
///   - limit: how many are made at once.
///   - ahead: how many results may wait for an earlier one that takes longer; nil for as many as are made at once.
@MainActor func inOrder<Result: Sendable>(
  count: Int, limit: Int, ahead: Int? = nil, make: @escaping @Sendable (Int) -> Result, consume: (Int, Result) throws -> Void
) async throws {
  try await withThrowingTaskGroup(of: (Int, Result).self) { group in
    var started = 0
    var consumed = 0
    var running = 0
    var waiting: [Int: Result] = [:]
    while consumed < count {
      while started < count, running < limit, started - consumed < limit + (ahead ?? limit) {
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
