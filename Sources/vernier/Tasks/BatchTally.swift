import Glibc
import Vernier
import VernierText

/// What a list's results come to.
struct BatchTally {
  private(set) var aligned = 0
  private(set) var doubtful = 0
  private(set) var failed = 0
  private var kept = 0
  /// Each result as a page shows it, in order; empty unless asked for.
  private(set) var results: [BatchResult] = []
  private let isDetailed: Bool

  /// - Parameter isDetailed: whether ``results`` is wanted.
  init(isDetailed: Bool) { self.isDetailed = isDetailed }

  mutating func add(_ result: BatchResult) {
    count(result.verdict)
    if isDetailed { results.append(result) }
  }

  /// Adds the line that an earlier run left.
  mutating func add(kept line: String) {
    kept += 1
    guard isDetailed else { return count(Self.verdict(of: line)) }
    add(BatchResult((try? JSON(parsing: line))?.members ?? []))
  }

  private mutating func count(_ verdict: Verdict) {
    switch verdict {
    case .aligned: aligned += 1
    case .doubtful: doubtful += 1
    case .failed: failed += 1
    }
  }

  /// The verdict in a line of JSON, without taking the rest apart: quotes within its texts have a backslash before them.
  private static func verdict(of line: String) -> Verdict {
    [Verdict.aligned, .doubtful].first { verdict in
      let words = JSON.object([JSON.Member(key: "verdict", value: .string(verdict.rawValue))]).text()
      return strstr(line, String(words.dropFirst().dropLast())) != nil
    } ?? .failed
  }

  /// In words for a person.
  var summary: String {
    "\(aligned + doubtful + failed) pairs: \(aligned) aligned, \(doubtful) doubtful, \(failed) failed"
      + (kept > 0 ? "; \(kept) of them were there" : "")
  }
}

/// The result of a pair, as far as a page of many shows it.
struct BatchResult: Sendable {
  var verdict: Verdict
  var confidence: Double
  /// What speaks against it, or why there is none.
  var reason: String?
  /// Fixed point to moving point; nil where none was found.
  var matrix: [[Double]]?
  var model: String?
  var seconds: Double?

  init(_ members: [JSON.Member]) {
    func value(_ key: String) -> JSON? { members.first { $0.key == key }?.value }
    verdict = value("verdict")?.string.flatMap(Verdict.init(rawValue:)) ?? .failed
    confidence = value("confidence")?.number ?? 0
    reason = (value("error") ?? value("reason"))?.string
    let rows = value("matrix")?.array?.compactMap(\.numbers)
    matrix = rows.flatMap { [3, 4].contains($0.count) ? $0 : nil }
    model = value("model")?.string
    seconds = value("seconds")?.number
  }
}
