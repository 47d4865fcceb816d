import Vernier
import VernierFiles

/// `vernier batch`: every pair of a list, one JSON line each.
struct Batch: Subcommand {
  static let manual = Manual(
    name: "batch",
    summary: "register every pair of a list; one JSON line a pair, in the order of the list",
    positionals: [
      Positional(
        name: "PAIRS.csv",
        help: "a header row and the columns fixed and moving; further columns are carried into the lines")
    ],
    options: RegisterOptions.all + [.jobs],
    discussion: [
      """
      The file names given to options may hold {fixed} and {moving} (the file names without folder and ending), {row} \
      (the number of the pair, from 1) and the name of any other column in braces. Outputs must differ from pair to pair.
      """,
      """
      A pair that cannot be registered is a line with "verdict": "failed" and an "error"; the others go on. The exit \
      status is 3 when any pair failed.
      """,
    ],
    examples: [
      ("vernier batch pairs.csv --transform affine > results.jsonl", "the results alone"),
      ("vernier batch pairs.csv -o moved/{row}-{moving}.png --report reports/{row}.html", "with images and pages"),
    ])

  private let list: String
  private let options: RegisterOptions
  private let jobs: Int?

  init(_ arguments: Arguments) throws(UsageError) {
    list = arguments.positionals[0]
    options = try RegisterOptions(arguments)
    jobs = arguments.count(.jobs)
  }

  func run() async throws -> ExitStatus {
    let rows = try PairRow.read(list)
    let atOnce = min(jobs ?? processors, max(1, rows.count))
    let registration = options.registration(threads: max(1, processors / atOnce))
    let pairs = try rows.enumerated().map { index, row in
      PairJob(
        fixed: row.fixed, moving: row.moving, registration: registration, interpolation: options.interpolation,
        files: try options.files.filled(in: row, number: index + 1))
    }
    try Destination.check(pairs.flatMap(\.destinations), inputs: pairs.flatMap(\.inputs))
    let progress = Progress()
    defer { progress.finish() }
    var anyFailed = false
    try await inOrder(count: pairs.count, limit: atOnce) { index in
      Self.line(of: pairs[index], carrying: rows[index].carried)
    } consume: { index, line in
      progress.finish()
      try Console.write(line.text)
      for warning in line.warnings { Console.complain("pair \(index + 1): \(warning)") }
      anyFailed = anyFailed || line.failed
      progress.report(Double(index + 1) / Double(pairs.count), "\(index + 1) of \(pairs.count) pairs")
    }
    return anyFailed ? .failed : .done
  }

  private struct Line: Sendable {
    var text: String
    var failed: Bool
    var warnings: [String]
  }

  private static func line(of pair: PairJob, carrying carried: [JSON.Member]) -> Line {
    do {
      let outcome = try pair.run()
      return Line(
        text: "\(JSON.object(outcome.result.carrying(carried)))\n", failed: outcome.verdict == .failed,
        warnings: outcome.warnings)
    } catch {
      let result = JSON.failure("\(error)", fixed: pair.fixed, moving: pair.moving)
      return Line(text: "\(JSON.object(result.carrying(carried)))\n", failed: true, warnings: ["\(error)"])
    }
  }
}

extension [JSON.Member] {
  /// These members followed by the columns that a list carries, as far as their names are free.
  func carrying(_ columns: [JSON.Member]) -> Self {
    self + columns.filter { column in !contains { $0.key == column.key } }
  }
}

extension Option {
  fileprivate static let jobs = Option(
    "jobs", .count("N", 1...1024), otherwise: "as many as there are processors", help: "pairs to register at once")
}
