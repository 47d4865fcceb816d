import Synchronization
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
    options: RegisterOptions.all + [.jobs, .shard, .results, .resume],
    discussion: [
      """
      Files are looked for from the current folder, then from the list's. The file names given to options may hold \
      {fixed} and {moving} (the file names without folder and ending), {row} (the number of the pair in the whole list, \
      from 1) and the name of any other column in braces. Outputs must differ from pair to pair. Only --report may have \
      one name: then it is one page for all pairs.
      """,
      """
      A pair that cannot be registered is a line with "verdict": "failed" and an "error"; the others go on. The exit \
      status is 3 when any pair failed.
      """,
      """
      With --results the lines go to a file, each as soon as it and those before it are there, and a summary to standard \
      output. A run that was ended goes on with --resume and the same options: rows whose lines stand in the file are \
      left alone, and lines of another --transform are refused. The files of all shards, one after the other, are what \
      one run over the whole list writes.
      """,
    ],
    examples: [
      ("vernier batch pairs.csv --transform affine > results.jsonl", "the results alone"),
      ("vernier batch pairs.csv -o moved/{row}-{moving}.png --report reports/{row}.html", "with images and pages"),
      ("vernier batch pairs.csv --results all.jsonl --resume --report all.html", "what is missing, and a page for all"),
      ("vernier batch pairs.csv --shard 3/7 --results 3.jsonl", "the third of seven parts"),
    ])

  private let list: String
  private let options: RegisterOptions
  private let jobs: Int?
  private let shard: Shard?
  private let results: String?
  private let isResumed: Bool
  /// The one page for all pairs.
  private let page: String?

  /// How many lines may wait for that of a pair that takes long: some 10 MB.
  private static let mostWaiting = 4096

  init(_ arguments: Arguments) throws(UsageError) {
    list = arguments.positionals[0]
    var options = try RegisterOptions(arguments)
    page = options.files.report.flatMap { $0.contains("{") ? nil : $0 }
    if page != nil { options.files.report = nil }
    self.options = options
    jobs = arguments.count(.jobs)
    shard = try arguments[.shard].map { text throws(UsageError) in
      guard let shard = Shard(text) else {
        throw .wrongValue(option: "--shard", value: text, expected: "I/N, with I from 1 to N, such as 3/7")
      }
      return shard
    }
    results = arguments[.results]
    isResumed = arguments.has(.resume)
    if isResumed, results == nil { throw .conflict("--resume goes on with the file of --results; name it") }
  }

  func run() async throws -> ExitStatus {
    let list = try PairList.read(self.list, shard: shard)
    let atOnce = min(jobs ?? processors, max(1, list.rows.count))
    let rows = BatchRows(
      list: list, options: options, registration: try options.registration(threads: max(1, processors / atOnce)))
    try check(rows)
    let file = try results.map { path throws(InputError) in try ResultFile(path, isResumed: isResumed) }
    var tally = BatchTally(isDetailed: page != nil)
    try file?.keepLines { index in
      index < rows.count ? ListedResult(of: rows.row(index), model: options.modelName) : nil
    } visit: { _, text in
      tally.add(kept: text)
    }
    try await register(rows, from: file?.lines ?? 0, atOnce: atOnce) { line in
      if let file { try file.append(line.text) } else { try Console.write(line.text + "\n") }
      tally.add(line.result)
    }
    if let page {
      try await BatchPage(rows: rows, results: tally.results, title: self.list.fileName).write(to: page, atOnce: atOnce)
    }
    if file != nil { try Console.write(tally.summary + "\n") }
    return tally.failed > 0 ? .failed : .done
  }

  /// Checks what is to be written before the long work begins.
  private func check(_ rows: BatchRows) throws {
    var own = [results.map { Destination(path: $0, endings: ResultFile.endings) }].compactMap(\.self)
    if let page { own.append(Destination(path: page, endings: [".html", ".htm"])) }
    let files = options.files
    guard !(files.results + [files.report].compactMap(\.self)).isEmpty else {
      // The names in braces are the same for every row.
      if let index = rows.list.rows.firstIndex(where: { (try? $0.get()) != nil }), let row = rows.row(index) {
        _ = try rows.job(row)
      }
      return try Destination.check(own, inputs: [list])
    }
    let jobs = try rows.jobs()
    try Destination.check(own + jobs.flatMap(\.destinations), inputs: [list] + jobs.flatMap(\.inputs))
    guard shard != nil else { return }
    // Nor may two shards write one file.
    let whole = BatchRows(list: try .read(list), options: options, registration: rows.registration)
    try Destination.checkNames(try whole.jobs().flatMap(\.destinations))
  }

  /// Registers the rows from one on and hands over their lines in order.
  @MainActor private func register(
    _ rows: BatchRows, from first: Int, atOnce: Int, consume: (BatchRows.Line) throws -> Void
  ) async throws {
    let progress = Progress()
    defer { progress.finish() }
    let total = rows.count - first
    let pace = Pace(total: total)
    let done = Atomic(0)
    try await inOrder(count: total, limit: atOnce, ahead: Self.mostWaiting) { index in
      let line = rows.line(first + index)
      let number = done.add(1, ordering: .relaxed).newValue
      progress.report(Double(number) / Double(total), pace.words(done: number, of: "pairs"))
      return line
    } consume: { index, line in
      if !line.warnings.isEmpty { progress.finish() }
      try consume(line)
      for warning in line.warnings { Console.complain("pair \(rows.number(of: first + index)): \(warning)") }
    }
  }
}

extension Option {
  fileprivate static let shard = Option(
    "shard", .text("I/N"),
    help: "do the I-th of N equal parts of the list alone; rows keep their numbers in the whole list")
  fileprivate static let results = Option(
    "results", .text("FILE.jsonl"), otherwise: "standard output",
    help: "write the lines to this file, which must be new")
  fileprivate static let resume = Option(
    "resume", .flag, help: "go on with the file of --results, if it is there, and do what it lacks")
}
