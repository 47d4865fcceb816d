import VernierText

/// How quickly a list goes and how long it still takes.
package struct Pace: Sendable {
  private let total: Int
  private let begun: ContinuousClock.Instant

  /// - Parameter total: how many there are to do, from now on.
  package init(total: Int, begun: ContinuousClock.Instant = .now) {
    self.total = total
    self.begun = begun
  }

  /// What is done in words: `340 of 1500 pairs, 41 a second, 28 s to go`.
  ///
  /// - Parameters:
  ///   - done: how many.
  ///   - things: what they are.
  ///   - now: the time.
  package func words(done: Int, of things: String, now: ContinuousClock.Instant = .now) -> String {
    let seconds = begun.duration(to: now) / .seconds(1)
    let count = "\(done) of \(total) \(things)"
    guard done > 0, seconds > 0 else { return count }
    let rate = Double(done) / seconds
    let (units, time) =
      rate >= 1 ? (rate, "a second") : rate * 60 >= 1 ? (rate * 60, "a minute") : (rate * 3600, "an hour")
    return "\(count), \(units.rounded(to: 2)) \(time), \((Double(total - done) / rate).timeToGo) to go"
  }
}

extension Double {
  /// Seconds as a person counts them: `28 s`, `4 min`, `3 h 20 min`, `2 d 5 h`.
  fileprivate var timeToGo: String {
    let seconds = Int(Swift.min(rounded(.up), 1e15))
    if seconds < 100 { return "\(seconds) s" }
    let minutes = (seconds + 30) / 60
    if minutes < 100 { return "\(minutes) min" }
    let hours = minutes / 60
    return hours < 48 ? "\(hours) h \(minutes % 60) min" : "\(hours / 24) d \(hours % 24) h"
  }
}
