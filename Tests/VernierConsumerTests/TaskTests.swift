import Synchronization
import Testing
import Vernier

@Suite("Tasks")
struct TaskTests {
  @Test("progress names the stages and never falls")
  func progress() throws {
    let seen = Mutex<[AlignmentProgress]>([])
    _ = try Registration(model: .affine).align(try scene(shift: [3, 1]), to: try scene()) { progress in
      seen.withLock { $0.append(progress) }
    }
    let all = seen.withLock { $0 }
    #expect(all.map(\.stage).contains("search"))
    #expect(all.map(\.stage).contains("refine"))
    #expect(all.map(\.stage).contains("evidence"))
    #expect(zip(all, all.dropFirst()).allSatisfy { $0.share <= $1.share })
    #expect(all.allSatisfy { (0...1).contains($0.share) })
  }

  @Test("the async entry answers as the other")
  func asynchronous() async throws {
    let (fixed, moving) = (try scene(), try scene(shift: [3, 1]))
    let there = try await Registration(model: .rigid).alignment(of: moving, to: fixed)
    let here = try Registration(model: .rigid).align(moving, to: fixed)
    #expect(there.transform == here.transform)
  }

  @Test("a cancelled task ends within 0.3 s, wherever it is")
  func cancelled() async throws {
    let (fixed, moving) = (try volume(side: 128), try volume(side: 128))
    let registration = Registration(model: .affine, deformation: FreeForm(), threads: 2)
    try await expectCancelled(atShares: [0.02, 0.15, 0.35, 0.55]) {
      try await registration.alignment(of: moving, to: fixed)
    }
  }

  @Test("a list says how many of its pairs are done, and answers alike by both entries")
  func pairs() async throws {
    let fixed = try scene()
    let pairs = try (0..<6).map { ImagePair(fixed: fixed, moving: try scene(shift: [Double($0), 1])) }
    let seen = Mutex<[AlignmentProgress]>([])
    let registration = Registration(model: .translation)
    let results = registration.align(pairs) { progress in seen.withLock { $0.append(progress) } }
    #expect(seen.withLock { $0.compactMap(\.pairs).sorted() } == Array(1...6))
    #expect(seen.withLock { $0.map(\.share).max() } == 1)
    for (index, result) in results.enumerated() {
      #expect((try result.get().linear.translation - [-Double(index), -1]).length < 0.05)
    }
    let there = await registration.alignments(of: pairs)
    #expect(try there.map { try $0.get().transform } == results.map { try $0.get().transform })
  }

  /// Two threads leave none of a machine of two cores to this task where they are those on which tasks go on: the
  /// asynchronous form has threads of its own, the blocking one holds the thread of its caller.
  @Test("a cancelled list ends within 0.3 s, and what is left says so", arguments: [true, false])
  func cancelledList(blocking: Bool) async throws {
    let (fixed, moving) = (try volume(side: 96), try volume(side: 96))
    let pairs = [ImagePair<3>](repeating: ImagePair(fixed: fixed, moving: moving), count: 20)
    let registration = Registration(model: .affine, deformation: FreeForm(), threads: blocking ? 1 : 2)
    let clock = ContinuousClock()
    // The least of three times, as for a single pair.
    var (woke, ended) = (Duration.seconds(60), Duration.seconds(60))
    for _ in 0..<3 where ended >= .milliseconds(300) || woke >= .seconds(1) {
      let begun = clock.now
      let task = Task { blocking ? registration.align(pairs) : await registration.alignments(of: pairs) }
      try await Task.sleep(for: .milliseconds(200))
      let asked = clock.now
      task.cancel()
      let results = await task.value
      (woke, ended) = (asked - begun, clock.now - asked)
      #expect(results.count == 20)
      guard case .failure(.cancelled) = results[19] else {
        Issue.record("the last pair was not cancelled")
        return
      }
    }
    #expect(woke < .seconds(1), "this task woke late")
    #expect(ended < .milliseconds(300))
  }

  @Test("a cancelled task ends the blocking entry, too")
  func cancelledWhileBlocking() async throws {
    let (fixed, moving) = (try volume(side: 128), try volume(side: 128))
    try await expectCancelled(atShares: [0.35]) {
      try Registration(model: .affine, deformation: FreeForm()).align(moving, to: fixed)
    }
  }

  /// Expects that work which is cancelled at some share of its time says so each time, and ends within 0.3 s.
  ///
  /// Its time is the least of two, since the first also plans transforms. What counts of the waiting is the least of
  /// three, since other work of the machine delays one of them.
  private func expectCancelled(
    atShares shares: [Double], _ work: @escaping @Sendable () async throws -> Alignment<3>
  ) async throws {
    let clock = ContinuousClock()
    var whole = Duration.seconds(60)
    for _ in 0..<2 { whole = min(whole, try await clock.measure { _ = try await work() }) }
    for share in shares {
      var least = Duration.seconds(60)
      for _ in 0..<3 where least >= .milliseconds(300) {
        let task = Task { try await work() }
        try await Task.sleep(for: whole * share)
        let asked = clock.now
        task.cancel()
        let result = await task.result
        least = min(least, clock.now - asked)
        #expect(throws: AlignmentError.cancelled, "at \(share) of \(whole)") { try result.get() }
      }
      #expect(least < .milliseconds(300), "at \(share) of \(whole)")
    }
  }
}
