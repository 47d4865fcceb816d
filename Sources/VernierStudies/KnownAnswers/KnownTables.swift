import Vernier
import VernierText

/// The tables of a report on known answers.
enum KnownTables {
  static func rows(_ rows: [KnownRow], of set: KnownDataSet) -> MarkdownTable {
    var table = MarkdownTable(
      header: [
        "case", "model", "method", "metric", "error, \(set.unit)", "model's best", "right", "verdict", "confidence",
      ]
        + set.columns + ["seconds"])
    for row in rows {
      table.add(
        [
          row.name, row.model.rawValue, row.method, row.metric, row.error.fixed(2), row.floor?.fixed(2) ?? "–",
          row.isRight ? "yes" : "NO", row.verdict.rawValue, row.confidence.fixed(2),
        ] + row.extra + [row.seconds.fixed(2)])
    }
    return table
  }

  /// A summary of each group and model; nil where there is one group only.
  static func groups(_ rows: [KnownRow]) -> MarkdownTable? {
    var order: [String] = []
    var grouped: [String: [KnownRow]] = [:]
    for row in rows {
      let key = row.group.isEmpty ? row.model.rawValue : "\(row.group), \(row.model.rawValue)"
      if grouped[key] == nil { order.append(key) }
      grouped[key, default: []].append(row)
    }
    guard order.count > 1, order.count < rows.count else { return nil }
    var table = KnownSummary.table(firstColumn: "group")
    for key in order { table.add([key] + KnownSummary(grouped[key] ?? []).cells) }
    return table
  }

  static let failuresLegend = """
    Each wrong answer was tried again with each metric forced: with the search ("search"), and refined from the best answer
    that the model can give ("answer"). A metric that does not stay there cannot find it. Each cell is the error in the data
    set's unit and in brackets the score, Fisher's z of the metric's correlation times the square root of the overlap: where
    the search's is higher, the metric prefers the wrong place.
    """

  static var failures: MarkdownTable {
    MarkdownTable(
      header: [
        "data set", "case", "model", "chosen", "error", "verdict", "ncc search", "ncc answer", "mi search", "mi answer",
        "ngf search", "ngf answer", "what fails",
      ])
  }
}

extension MarkdownTable {
  /// Adds what was found out about a wrong row; nothing for a right one.
  mutating func addDiagnosis(of row: KnownRow, in set: KnownDataSet) {
    guard let diagnosis = row.diagnosis else { return }
    add(
      [set.title, row.name, row.model.rawValue, row.metric, row.error.fixed(1), row.verdict.rawValue]
        + diagnosis.trials.flatMap { [$0.searched.described, $0.fromAnswer.described] } + [diagnosis.cause])
  }
}

extension Diagnosis.Ending {
  fileprivate var described: String { "\(error.fixed(1)) (\(score.fixed(2)))" }
}

/// The errors and verdicts of several rows put together.
struct KnownSummary {
  let errors: Statistics
  let failures: Int
  /// Wrong answers called aligned.
  let trusted: Int
  /// Right answers called failed.
  let rejected: Int
  let seconds: Double

  init(_ rows: [KnownRow]) {
    errors = Statistics(rows.map(\.error))
    failures = rows.count { !$0.isRight }
    trusted = rows.count { !$0.isRight && $0.verdict == .aligned }
    rejected = rows.count { $0.isRight && $0.verdict == .failed }
    seconds = Statistics(rows.map(\.seconds)).median
  }

  static func table(firstColumn: String) -> MarkdownTable {
    MarkdownTable(
      header: [
        firstColumn, "n", "mean", "median", "95 %", "wrong", "wrong called aligned", "right called failed",
        "median seconds",
      ])
  }

  static let legend = """
    "Wrong" is an error above the data set's limit, which stands with it below. "Wrong called aligned" is the mistake that
    matters most.
    """

  var cells: [String] {
    [
      "\(errors.count)", errors.mean.fixed(2), errors.median.fixed(2), errors.percentile95.fixed(2), "\(failures)",
      "\(trusted)",
      "\(rejected)", seconds.fixed(2),
    ]
  }
}
