import Vernier
import VernierCommandLine
import VernierFiles
import VernierText

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
    let list = try PairList.read(self.list)
    let atOnce = min(jobs ?? processors, max(1, list.rows.count))
    let registration = try options.registration(threads: max(1, processors / atOnce))
    let entries = try list.rows.enumerated().map { index, row in
      try Entry(
        row.map { PairRow(pair: $0, columns: list.otherColumns, number: index + 1) },
        options: options, registration: registration)
    }
    try Destination.check(entries.flatMap(\.destinations), inputs: [self.list] + entries.flatMap(\.inputs))
    let progress = Progress()
    defer { progress.finish() }
    var anyFailed = false
    try await inOrder(count: entries.count, limit: atOnce) { index in
      entries[index].line()
    } consume: { index, line in
      progress.finish()
      try Console.write("\(JSON.object(line.members))\n")
      for warning in line.warnings { Console.complain("pair \(index + 1): \(warning)") }
      anyFailed = anyFailed || line.failed
      progress.report(Double(index + 1) / Double(entries.count), "\(index + 1) of \(entries.count) pairs")
    }
    return anyFailed ? .failed : .done
  }
}

/// What is to be done for a row of the list.
private enum Entry {
  case job(PairJob, carried: [JSON.Member])
  /// The row itself cannot be used.
  case unusable(FileError)

  init(_ row: Result<PairRow, FileError>, options: RegisterOptions, registration: Registration) throws(UsageError) {
    switch row {
    case .success(let row):
      let job = PairJob(
        fixed: row.pair.fixed, moving: row.pair.moving, registration: registration,
        interpolation: options.interpolation, background: options.background,
        files: try options.files.filled(with: row.values))
      self = .job(job, carried: row.carried)
    case .failure(let error): self = .unusable(error)
    }
  }

  var destinations: [Destination] { if case .job(let job, _) = self { job.destinations } else { [] } }
  var inputs: [String] { if case .job(let job, _) = self { job.inputs } else { [] } }

  struct Line: Sendable {
    var members: [JSON.Member]
    var failed: Bool
    var warnings: [String]
  }

  /// Registers the pair; whatever goes wrong becomes its line.
  func line() -> Line {
    switch self {
    case .unusable(let error):
      return Line(
        members: JSON.failure("\(error)", fixed: nil, moving: nil), failed: true, warnings: ["\(error)"])
    case .job(let job, let carried):
      do {
        let outcome = try job.run()
        return Line(
          members: outcome.result.carrying(carried), failed: outcome.verdict == .failed, warnings: outcome.warnings)
      } catch {
        let members = JSON.failure("\(error)", fixed: job.fixed, moving: job.moving).carrying(carried)
        return Line(members: members, failed: true, warnings: ["\(error)"])
      }
    }
  }
}

extension [JSON.Member] {
  /// These members followed by the columns that a list carries, as far as their names are free.
  func carrying(_ columns: [JSON.Member]) -> Self {
    self + columns.filter { column in !contains { $0.key == column.key } }
  }
}
