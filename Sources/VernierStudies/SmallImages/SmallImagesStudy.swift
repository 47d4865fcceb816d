import FoundationEssentials
import Vernier

/// The tables of "Self-Supervised Rigid Registration for Small Images" (Ma, Zhao and Cheng 2021), the paper's values
/// beside ours, and the same methods under a protocol without borders, with noise and compression.
public struct SmallImagesStudy: Study {
  public static let name = "small-images"
  public static let summary = "the tables of the small-image paper, and a stricter protocol"

  /// What can be run alone.
  public enum Section: String, CaseIterable, StudySection {
    case cifar10
    case random32 = "random-32"
    case stl10
    case random96 = "random-96"
    case keypoints, strict

    public var summary: String {
      switch self {
      case .cifar10: "Table 1: CIFAR-10"
      case .random32: "Table 2: random patches of 32×32"
      case .stl10: "Table 4: STL-10"
      case .random96: "Table 5: random patches of 96×96"
      case .keypoints: "Tables 3 and 6: how many keypoints are found"
      case .strict: "the same methods without borders, with noise and JPEG"
      }
    }
  }

  private let options: StudyOptions

  public init(_ options: StudyOptions) { self.options = options }

  public func run(_ sections: [Section], to output: StudyOutput) throws {
    try output.write(
      """
      # Small images

      seed \(options.seed), pairs at once \(options.threads), one thread a pair

      \(SmallImageTables.legend)

      ## Published protocol

      \(PublishedProtocol.note)

      """)
    for (section, output) in sections.parts(of: output) {
      if let paper = paper(section) {
        guard let set = try set(section) else {
          try output.write("\n### Table \(paper.number)\n\nSkipped: its pictures are not in \(options.data).\n")
          continue
        }
        try measure(set, paper: paper, to: output)
      } else if section == .keypoints {
        for number in [3, 6] { try output.write(keypoints(number)) }
      } else {
        try measureStrict(to: output)
      }
    }
  }

  /// The paper's table of a section; nil where it has none of errors.
  private func paper(_ section: Section) -> PublishedTable? {
    switch section {
    case .cifar10: .cifar10
    case .random32: .random32
    case .stl10: .stl10
    case .random96: .random96
    case .keypoints, .strict: nil
    }
  }

  /// The pictures of a section; nil where they are missing.
  private func set(_ section: Section) throws -> SmallImageSet? {
    let data = StudyData(root: options.data)
    let large = options.count ?? 500
    let small = options.count ?? 1000
    return switch section {
    case .cifar10: try .cifar10(data, count: small, seed: options.seed)
    case .random32: .random(side: 32, count: small, seed: options.seed)
    case .stl10: try .stl10(data, count: large, seed: options.seed)
    case .random96: .random(side: 96, count: large, seed: options.seed)
    case .keypoints, .strict: nil
    }
  }

  /// A row for each method: `pair` makes the pair of a number, of which there are `count`.
  private func rows(
    _ methods: [SmallImageMethod], count: Int, progress: @Sendable (Double, String) -> Void,
    pair: @Sendable (Int) throws -> RegisteredPair
  ) throws -> [SmallImageTables.Row] {
    try methods.enumerated().map { index, method in
      let name = method.chain
      let chain = StudiedChain(name, model: .rigid, methods: options.methods)
      if let obstacle = chain.obstacle { return SmallImageTables.Row(method: method, obstacle: obstacle) }
      let outcomes = try inParallel(
        min(count, method.mostPairs ?? count), threads: options.threads,
        progress: { progress((Double(index) + $0) / Double(methods.count), name) },
        { try PairOutcome(of: try pair($0), by: name, methods: options.methods) })
      return SmallImageTables.Row(method: method, outcomes: outcomes)
    }
  }

  private func measure(_ set: SmallImageSet, paper: PublishedTable, to output: StudyOutput) throws {
    let rows = try rows(
      SmallImageMethod.all(options.methods), count: set.pictures.count,
      progress: { output.progress($0, "\(set.name), \($1)") },
      pair: { index in
        var random = SplitMix64(seed: options.seed &* 1_000_003 &+ UInt64(index))
        return PublishedProtocol.pair(of: set.pictures[index], using: &random)
      })
    try output.write(
      """

      ### Table \(paper.number): \(set.name)

      \(set.source).

      \(SmallImageTables.errors(rows, paper: paper).text)
      What the verdict said:

      \(SmallImageTables.verdicts(rows).text)
      """)
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
      try output.save(figure.svg, "scatter-\(set.slug)-\(chain).svg")
    }
  }

  private func keypoints(_ number: Int) throws -> String {
    let sets = try Section.allCases.compactMap { section -> (paper: PublishedTable, set: SmallImageSet)? in
      guard let paper = paper(section), paper.keypointTable == number else { return nil }
      return try set(section).map { (paper, $0) }
    }
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

  private func measureStrict(to output: StudyOutput) throws {
    try output.write("\n## Strict protocol\n\n\(StrictProtocol.note)\n\n")
    let kind = StrictProtocol()
    let scenes = StrictProtocol.Scenes(try StudyData(root: options.data).photographs(), for: kind)
    guard !scenes.images.isEmpty else {
      try output.write("Skipped: there are no photographs in the folders `bsds500` and `kodak` of \(options.data).\n")
      return
    }
    var measured: [(String, SmallImageTables.Row)] = []
    var missing: [String] = []
    for (level, output) in StrictLevel.allCases.parts(of: output) {
      let rows = try rows(
        SmallImageMethod.all(options.methods), count: options.count ?? 300,
        progress: { output.progress($0, "strict protocol, \(level.title), \($1)") },
        pair: { number in
          var random = SplitMix64(seed: options.seed &* 1_000_003 &+ UInt64(number))
          let cut = kind.cut(scenes, using: &random)
          return try level.applied(to: cut.pair, using: &random)
        })
      measured += rows.map { (level.title, $0) }
      missing = rows.compactMap { row in row.obstacle.map { "\(row.title): \($0)" } }
    }
    try output.write("\(scenes.images.count) photographs.\n\n" + SmallImageTables.strict(measured).text)
    if !missing.isEmpty { try output.write("\nLeft out: \(missing.joined(separator: "; ")).\n") }
  }
}
