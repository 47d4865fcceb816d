import Testing
import VernierCommandLine

@Suite struct PaceTests {
  @Test(arguments: [
    (1500, 340, 8.0, "340 of 1500 pairs, 42 a second, 28 s to go"),
    (100, 1, 20.0, "1 of 100 pairs, 3 a minute, 33 min to go"),
    (100, 10, 36000.0, "10 of 100 pairs, 1 an hour, 3 d 18 h to go"),
    (20_000_000, 4_000_000, 4000.0, "4000000 of 20000000 pairs, 1000 a second, 4 h 27 min to go"),
    (5, 5, 5.0, "5 of 5 pairs, 1 a second, 0 s to go"), (5, 0, 5.0, "0 of 5 pairs"),
  ])
  func `Rate and time to go`(total: Int, done: Int, seconds: Double, words: String) {
    let now = ContinuousClock.now
    let pace = Pace(total: total, begun: now - .seconds(seconds))
    #expect(pace.words(done: done, of: "pairs", now: now) == words)
  }
}
