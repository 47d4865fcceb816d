import Synchronization

/// Makes `count` results concurrently and hands them over in order.
///
/// Memory stays bounded however long the list is.
///
/// - Parameters:
///   - count: how many there are.
///   - limit: how many are made at once.
///   - ahead: how many results may wait for an earlier one that takes longer; nil for as many as are made at once.
@MainActor func inOrder<Result: Sendable>(
  count: Int, limit: Int, ahead: Int? = nil, make: @escaping @Sendable (Int) -> Result,
  consume: (Int, Result) throws -> Void
) async throws {
  let claims = Claims(count: count, window: limit + (ahead ?? limit))
  try await withThrowingTaskGroup(of: [(Int, Result)].self) { group in
    var consumed = 0
    var running = 0
    var waiting: [Int: Result] = [:]
    while consumed < count {
      while running < limit, claims.areLeft {
        group.addTask {
          // Quick results are handed over some at a time.
          var made: [(Int, Result)] = []
          let end = ContinuousClock.now + .milliseconds(2)
          repeat {
            guard let index = claims.next() else { break }
            made.append((index, make(index)))
          } while ContinuousClock.now < end && !Task.isCancelled
          return made
        }
        running += 1
      }
      guard let made = try await group.next() else { return }
      running -= 1
      for (index, result) in made { waiting[index] = result }
      while let next = waiting.removeValue(forKey: consumed) {
        try consume(consumed, next)
        consumed += 1
      }
      claims.move(to: consumed)
    }
  }
}

/// The numbers that tasks take in turn, from a window that moves on.
private final class Claims: Sendable {
  private let count: Int
  private let window: Int
  private let state: Mutex<(next: Int, end: Int)>

  init(count: Int, window: Int) {
    self.count = count
    self.window = window
    state = Mutex((next: 0, end: min(count, window)))
  }

  /// The next number; nil where the window has no more.
  func next() -> Int? {
    state.withLock { state in
      guard state.next < state.end else { return nil }
      state.next += 1
      return state.next - 1
    }
  }

  var areLeft: Bool { state.withLock { $0.next < $0.end } }

  func move(to start: Int) { state.withLock { $0.end = min(count, start + window) } }
}
