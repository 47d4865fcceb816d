import Vernier
import VernierText

/// The study's tables, the paper's values beside ours.
enum SmallImageTables {
  /// One method in one table: its outcomes, or why there are none.
  struct Row: Sendable {
    var method: SmallImageMethod
    var obstacle: String?
    var outcomes: [PairOutcome] = []

    var summary: PairSummary? { obstacle == nil ? PairSummary(outcomes) : nil }
    /// The paper's name, ours in brackets where there is one.
    var title: String {
      method.paper.map { "\($0) (`\(method.chain)`)" } ?? "`\(method.chain)`"
    }
  }

  static let legend = """
    "Paper" is Ma, Zhao and Cheng (2021), mean ± standard deviation. Errors are |Δtx| + |Δty| of the image's centre in pixels
    and the rotation's around the circle in degrees, over the pairs with an answer. "No answer": the method found too few
    keypoints, the paper's number in brackets. "Off": answered, but more than \(Int(RigidError.mostTranslation)) px or
    \(Int(RigidError.mostRotation))° away. Both are shares of all n pairs. Time is one pair's on one thread, without files; ours is the
    median.
    """

  static func errors(_ rows: [Row], paper: PublishedTable) -> MarkdownTable {
    var table = MarkdownTable(header: [
      "method", "n", "translation, paper", "ours", "median", "95 %", "rotation, paper", "ours", "median", "95 %",
      "no answer, paper", "ours", "off", "seconds, paper", "ours",
    ])
    for row in rows {
      let published = row.method.paper.flatMap { paper.rows[$0] }
      let missing = row.method.paper == nil ? "–" : "N.A."
      func theirs(_ value: PublishedRow.Measured?) -> String { value?.text(4) ?? missing }
      var cells = [row.title, row.summary.map { "\($0.count)" } ?? "–", theirs(published?.translation)]
      cells += row.summary.map { errors($0.translation) } ?? [row.obstacle ?? "–", "–", "–"]
      cells.append(theirs(published?.rotation))
      cells += row.summary.map { errors($0.rotation) } ?? ["–", "–", "–"]
      cells.append(published?.noAnswer?.fixed(4) ?? "–")
      cells += row.summary.map { [$0.noAnswer.fixed(4), $0.off.fixed(4)] } ?? ["–", "–"]
      cells.append(theirs(published?.seconds))
      cells.append(row.summary?.seconds.median.fixed(5) ?? "–")
      table.add(cells)
    }
    return table
  }

  private static func errors(_ statistics: Statistics) -> [String] {
    [statistics.spread(4), statistics.median.fixed(4), statistics.percentile95.fixed(4)]
  }

  static func verdicts(_ rows: [Row]) -> MarkdownTable {
    var table = MarkdownTable(header: ["method", "n", "aligned", "doubtful", "failed", "off, though aligned"])
    for row in rows {
      guard let summary = row.summary else { continue }
      table.add(
        [row.title, "\(summary.count)"]
          + [Verdict.aligned, .doubtful, .failed].map { "\(summary.verdicts[$0] ?? 0)" }
          + [summary.wronglyAligned.fixed(4)])
    }
    return table
  }

  static func strict(_ rows: [(level: String, row: Row)]) -> MarkdownTable {
    var table = MarkdownTable(header: [
      "level", "method", "n", "translation", "median", "95 %", "rotation", "median", "95 %", "corner median",
      "no answer", "off", "aligned", "doubtful", "failed", "off, though aligned", "seconds",
    ])
    for (level, row) in rows {
      guard let summary = row.summary else { continue }
      table.add(
        [
          level, row.title, "\(summary.count)", summary.translation.spread(3), summary.translation.median.fixed(3),
          summary.translation.percentile95.fixed(3), summary.rotation.spread(3), summary.rotation.median.fixed(3),
          summary.rotation.percentile95.fixed(3), summary.corner.median.fixed(3), summary.noAnswer.fixed(4),
          summary.off.fixed(4),
        ]
          + [Verdict.aligned, .doubtful, .failed].map { "\(summary.verdicts[$0] ?? 0)" }
          + [summary.wronglyAligned.fixed(4), summary.seconds.median.fixed(5)])
    }
    return table
  }
}
