import FoundationEssentials
import Vernier

/// The tables of "Self-Supervised Rigid Registration for Small Images" (Ma, Zhao and Cheng 2021), the paper's values
/// beside ours, and the same methods under a protocol without borders, with noise and compression.
public struct SmallImagesStudy: Study {
  public static let name = "small-images"
  public static let summary = "the tables of the small-image paper, and a stricter protocol"

  private let options: StudyOptions

  public init(_ options: StudyOptions) { self.options = options }

  public func run(progress: @Sendable (Double, String) -> Void) throws -> StudyResult {
    var result = StudyResult(
      report: """
        # Small images

        seed \(options.seed), pairs at once \(options.threads), one thread a pair

        \(SmallImageTables.legend)

        ## Published protocol

        \(PublishedProtocol.note)

        """)
    let data = StudyData(root: options.data)
    let large = options.count ?? 500
    let small = options.count ?? 1000
    let tables: [(paper: PublishedTable, set: SmallImageSet?)] = [
      (.cifar10, try .cifar10(data, count: small, seed: options.seed)),
      (.random32, .random(side: 32, count: small, seed: options.seed)),
      (.stl10, try .stl10(data, count: large, seed: options.seed)),
      (.random96, .random(side: 96, count: large, seed: options.seed)),
    ]
    for (index, table) in tables.enumerated() {
      guard let set = table.set else {
        result.report += "\n### Table \(table.paper.number)\n\nSkipped: its pictures are not in \(options.data).\n"
        continue
      }
      try add(set, paper: table.paper, to: &result) { progress((Double(index) + $0) / 5, "\(set.name), \($1)") }
    }
    for number in [3, 6] {
      result.report += try keypoints(number, tables.filter { $0.paper.keypointTable == number })
    }
    try addStrict(to: &result) { progress((4 + $0) / 5, "strict protocol, \($1)") }
    return result
  }

  /// A row for each method: `pair` makes the pair of a number, of which there are `count`.
  private func rows(
    _ methods: [SmallImageMethod], count: Int, progress: @Sendable (Double, String) -> Void,
    pair: @Sendable (Int) throws -> RegisteredPair
  ) throws -> [SmallImageTables.Row] {
    try methods.enumerated().map { index, method in
      let name = method.chain
      let chain = MethodChain(name, model: .rigid, methods: options.methods)
      if let obstacle = chain.obstacle { return SmallImageTables.Row(method: method, obstacle: obstacle) }
      let outcomes = try inParallel(
        min(count, method.mostPairs ?? count), threads: options.threads,
        progress: { progress((Double(index) + $0) / Double(methods.count), name) },
        { try PairOutcome(of: try pair($0), by: name, methods: options.methods) })
      return SmallImageTables.Row(method: method, outcomes: outcomes)
    }
  }

  private func add(
    _ set: SmallImageSet, paper: PublishedTable, to result: inout StudyResult,
    progress: @Sendable (Double, String) -> Void
  ) throws {
    let rows = try rows(SmallImageMethod.all(options.methods), count: set.pictures.count, progress: progress) { index in
      var random = SplitMix64(seed: options.seed &* 1_000_003 &+ UInt64(index))
      return PublishedProtocol.pair(of: set.pictures[index], using: &random)
    }
    result.report += """

      ### Table \(paper.number): \(set.name)

      \(set.source).

      \(SmallImageTables.errors(rows, paper: paper).text)
      What the verdict said:

      \(SmallImageTables.verdicts(rows).text)
      """
    for row in rows {
      let chain = row.method.chain
      guard let summary = row.summary, summary.noAnswer < 1 else { continue }
      let answered = summary.translation.count
      let side = set.pictures.first?.width ?? 0
      let figure = PredictionScatter.figure(
        title: "\(chain) on \(set.name)",
        subtitle: "predicted against true, \(answered) of \(summary.count) pairs answered; hollow: beyond the axes"
          + (chain == "fft" ? paper.figure.map { "; as the paper's Fig. \($0)" } ?? "" : ""),
        outcomes: row.outcomes, reach: PublishedProtocol.shift * Double(side))
      result.files.append(("scatter-\(set.slug)-\(chain).svg", figure.svg))
    }
  }

  private func keypoints(
    _ number: Int, _ tables: [(paper: PublishedTable, set: SmallImageSet?)]
  ) throws -> String {
    let sets = tables.compactMap { table in table.set.map { (paper: table.paper, set: $0) } }
    var table = MarkdownTable(header: ["detector"] + sets.flatMap { ["\($0.set.name), paper", "ours", "n"] })
    for method in SmallImageMethod.all(options.methods)
    where method.paper.map({ PublishedTable.cifar10.keypoints[$0] != nil }) == true {
      guard let paper = method.paper else { continue }
      let chain = method.chain
      let counter = options.keypointCounters.first { $0.method == chain }
      let cells = try sets.flatMap { paperTable, set in
        let published = paperTable.keypoints[paper]?.text(4) ?? "–"
        guard let counter else { return [published, "not in this build", "–"] }
        let counts = try inParallel(set.pictures.count, threads: options.threads) {
          Double(try counter.count(set.pictures[$0].rounded()))
        }
        return [published, Statistics(counts).spread(4), "\(counts.count)"]
      }
      table.add([paper] + cells)
    }
    return """

      ### Table \(number): keypoints found

      Mean ± standard deviation of the number of keypoints in the fixed images.

      \(table.text)
      """
  }

  private func addStrict(to result: inout StudyResult, progress: @Sendable (Double, String) -> Void) throws {
    result.report += "\n## Strict protocol\n\n\(StrictProtocol.note)\n\n"
    let kind = StrictProtocol()
    let scenes = StrictProtocol.Scenes(try StudyData(root: options.data).photographs(), for: kind)
    guard !scenes.images.isEmpty else {
      result.report += "Skipped: there are no photographs in the folders `bsds500` and `kodak` of \(options.data).\n"
      return
    }
    let levels = StrictLevel.allCases
    var measured: [(String, SmallImageTables.Row)] = []
    var missing: [String] = []
    for (index, level) in levels.enumerated() {
      let rows = try rows(
        SmallImageMethod.all(options.methods), count: options.count ?? 300,
        progress: { progress((Double(index) + $0) / Double(levels.count), "\(level.title), \($1)") },
        pair: { number in
          var random = SplitMix64(seed: options.seed &* 1_000_003 &+ UInt64(number))
          let cut = kind.cut(scenes, using: &random)
          return try level.applied(to: cut.pair, using: &random)
        })
      measured += rows.map { (level.title, $0) }
      missing = rows.compactMap { row in row.obstacle.map { "\(row.title): \($0)" } }
    }
    result.report += "\(scenes.images.count) photographs.\n\n" + SmallImageTables.strict(measured).text
    if !missing.isEmpty { result.report += "\nLeft out: \(missing.joined(separator: "; ")).\n" }
  }
}
