import Synchronization

/// Values by key, no more of them than a bound allows: the one that was used least recently goes first.
///
/// Every value has a cost, and the costs of what is kept sum up to at most the limit; with costs of 1 that is a number
/// of values. A value whose own cost is above the limit is handed out and not kept. Whoever still holds a value that
/// has gone uses it on; it is released with its last holder.
///
/// Safe to use from several threads. A use looks through all keys, so a cache is for dozens of values, not for
/// thousands.
package final class BoundedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct Entry {
    var key: Key
    var value: Value
    var cost: Int
  }

  private struct State {
    /// The least recently used comes first.
    var entries: [Entry] = []
    var cost = 0
  }

  /// What the costs sum up to at most.
  package let limit: Int
  private let state = Mutex(State())

  package init(limit: Int) { self.limit = limit }

  /// What the costs of the values sum up to.
  package var cost: Int { state.withLock { $0.cost } }

  /// The value of a key, made on first use; it stays and may be used by others at the same time.
  ///
  /// - Parameters:
  ///   - key: which value.
  ///   - cost: of a value that was made, not negative.
  ///   - make: called while the cache is locked, so that no two threads make the same value. It must not use this
  ///     cache.
  package func value<Failure: Error>(
    for key: Key, cost: (Value) -> Int = { _ in 1 }, make: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    // What goes is released when the lock is free again: that may take time or other locks.
    let (value, gone) = try state.withLock { state throws(Failure) -> (Value, [Entry]) in
      if let place = state.entries.lastIndex(where: { $0.key == key }) {
        let known = state.entries.remove(at: place)
        state.entries.append(known)
        return (known.value, [])
      }
      let made = try make()
      return (made, insert(Entry(key: key, value: made, cost: cost(made)), into: &state))
    }
    withExtendedLifetime(gone) {}
    return value
  }

  /// Takes a value of the key out of the cache, for the caller alone; nil where there is none.
  package func take(_ key: Key) -> Value? {
    state.withLock { state in
      guard let place = state.entries.lastIndex(where: { $0.key == key }) else { return nil }
      let taken = state.entries.remove(at: place)
      state.cost -= taken.cost
      return taken.value
    }
  }

  /// Puts a value in, for whoever takes it next. One key may have several.
  package func put(_ value: Value, for key: Key, cost: Int = 1) {
    let gone = state.withLock { insert(Entry(key: key, value: value, cost: cost), into: &$0) }
    withExtendedLifetime(gone) {}
  }

  /// Forgets all values.
  package func removeAll() {
    let gone = state.withLock { state in
      let entries = state.entries
      state = State()
      return entries
    }
    withExtendedLifetime(gone) {}
  }

  /// - Returns: what had to go.
  private func insert(_ entry: Entry, into state: inout State) -> [Entry] {
    guard entry.cost <= limit else { return [] }
    state.entries.append(entry)
    state.cost += entry.cost
    var count = 0
    while state.cost > limit {
      state.cost -= state.entries[count].cost
      count += 1
    }
    let gone = Array(state.entries.prefix(count))
    state.entries.removeFirst(count)
    return gone
  }
}
