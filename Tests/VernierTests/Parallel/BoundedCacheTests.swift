import Dispatch
import Synchronization
import Testing

@testable import Vernier

struct BoundedCacheTests {
  /// Counts how many of its kind live.
  private final class Counted: Sendable {
    let living: LivingCount
    let number: Int
    init(_ number: Int, _ living: LivingCount) {
      (self.number, self.living) = (number, living)
      living.count.add(1, ordering: .relaxed)
    }
    deinit { living.count.subtract(1, ordering: .relaxed) }
  }

  private final class LivingCount: Sendable { let count = Atomic(0) }

  @Test func aValueIsMadeOnce() {
    let cache = BoundedCache<Int, Int>(limit: 2)
    #expect(cache.value(for: 1) { 10 } == 10)
    #expect(cache.value(for: 1) { 11 } == 10)
    #expect(cache.cost == 1)
  }

  @Test func theLeastRecentlyUsedGoesFirst() {
    let cache = BoundedCache<Int, Int>(limit: 2)
    _ = cache.value(for: 1) { 1 }
    _ = cache.value(for: 2) { 2 }
    _ = cache.value(for: 1) { 0 }
    _ = cache.value(for: 3) { 3 }
    #expect(cache.cost == 2)
    #expect(cache.take(1) == 1)
    #expect(cache.take(2) == nil)
    #expect(cache.take(3) == 3)
    #expect(cache.cost == 0)
  }

  @Test func costsAreSummed() {
    let cache = BoundedCache<String, [Int]>(limit: 10)
    for (key, count) in [("a", 3), ("b", 4), ("c", 3)] {
      _ = cache.value(for: key, cost: \.count) { [Int](repeating: 0, count: count) }
    }
    #expect(cache.cost == 10)
    _ = cache.value(for: "d", cost: \.count) { [Int](repeating: 0, count: 5) }
    #expect(cache.cost == 8)
    #expect(cache.take("a") == nil && cache.take("b") == nil)
    #expect(cache.value(for: "e", cost: \.count) { [Int](repeating: 0, count: 11) }.count == 11)
    #expect(cache.take("e") == nil)
    #expect(cache.cost == 8)
  }

  @Test func aKeyMayHaveSeveralToTake() {
    let cache = BoundedCache<Int, Int>(limit: 3)
    for value in 1...4 { cache.put(value, for: 7) }
    #expect([cache.take(7), cache.take(7), cache.take(7), cache.take(7)] == [4, 3, 2, nil])
  }

  @Test func whatGoesLivesAsLongAsItIsHeld() {
    let living = LivingCount()
    let cache = BoundedCache<Int, Counted>(limit: 1)
    let held = cache.value(for: 1) { Counted(1, living) }
    for number in 2...5 { _ = cache.value(for: number) { Counted(number, living) } }
    #expect(living.count.load(ordering: .relaxed) == 2)
    #expect(held.number == 1)
    cache.removeAll()
    #expect(cache.cost == 0)
    #expect(living.count.load(ordering: .relaxed) == 1)
    withExtendedLifetime(held) {}
  }

  @Test func failuresKeepNothing() {
    struct Fault: Error {}
    let cache = BoundedCache<Int, Int>(limit: 1)
    #expect(throws: Fault.self) { try cache.value(for: 1) { () throws(Fault) -> Int in throw Fault() } }
    #expect(cache.value(for: 1) { 5 } == 5)
  }

  @Test func threadsShareIt() {
    let living = LivingCount()
    let cache = BoundedCache<Int, Counted>(limit: 5)
    let wrong = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: 2000) { iteration in
      let number = iteration * 7 % 11
      if iteration % 3 == 0, let taken = cache.take(number) {
        if taken.number != number { wrong.add(1, ordering: .relaxed) }
        cache.put(taken, for: number)
      } else if cache.value(for: number, make: { Counted(number, living) }).number != number {
        wrong.add(1, ordering: .relaxed)
      }
      if cache.cost > 5 { wrong.add(1, ordering: .relaxed) }
    }
    #expect(wrong.load(ordering: .relaxed) == 0)
    #expect(living.count.load(ordering: .relaxed) == cache.cost)
  }
}
