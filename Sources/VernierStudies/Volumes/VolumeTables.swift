import Vernier
import VernierText

/// What the study of volumes prints of labelled pairs.
enum VolumeTables {
  struct Row: Sendable {
    let method: VolumeMethod
    /// Why there are no outcomes.
    var obstacle: String?
    var outcomes: [VolumeOutcome] = []
  }

  static func section(_ set: LabelledVolumes, _ rows: [Row]) -> String {
    var table = MarkdownTable(header: [
      "method", "n", "Dice, paper", "ours", "mean of labels", "Hausdorff, paper", "ours, mm", "95 %, mm", "MI, paper",
      "ours, nats", "NMI", "aligned / doubtful / failed", "seconds",
    ])
    for row in rows {
      let paper = [
        row.method.published?.dice(set.published), row.method.published?.hausdorff(set.published),
        row.method.published?.information(set.published),
      ]
      func published(_ index: Int, _ decimals: Int) -> String { paper[index]?.fixed(decimals) ?? "–" }
      guard row.obstacle == nil, !row.outcomes.isEmpty else {
        if case .published = row.method.way {} else if row.obstacle == nil { continue }
        table.add([
          row.method.title, row.obstacle ?? "–", published(0, 3), "–", "–", published(1, 2), "–", "–", published(2, 3),
          "–",
          "–", "–", "–",
        ])
        continue
      }
      func mean(_ value: (VolumeOutcome) -> Double) -> Double { Statistics(row.outcomes.map(value)).mean }
      let verdicts = row.outcomes.compactMap(\.verdict)
      table.add([
        row.method.title, "\(row.outcomes.count)", published(0, 3), mean(\.dice).fixed(3), mean(\.labelDice).fixed(3),
        published(1, 2), mean(\.hausdorff).fixed(2), mean(\.hausdorff95).fixed(2), published(2, 3),
        mean(\.information).fixed(3), mean(\.normalizedInformation).fixed(3),
        verdicts.isEmpty
          ? "–"
          : [Verdict.aligned, .doubtful, .failed].map { verdict in "\(verdicts.count { $0 == verdict })" }
            .joined(separator: " / "),
        verdicts.isEmpty ? "–" : Statistics(row.outcomes.map(\.seconds)).median.fixed(2),
      ])
    }
    return """

      ## \(set.title)

      \(set.note).

      \(table.text)
      """
  }

  static let introduction = """
    "Paper" is Tables 4 to 6 of a study of unsupervised 3D spatial transformers, on data that are not public; ours are of the same kinds, with no registration near \
    the paper's where the pairs are made. Dice and Hausdorff distance are of everything that has a label, as the paper's masks, whose units of distance and of information it does not \
    tell; "mean of labels" is stricter. Each row is the mean over n pairs, seconds are the median of one thread a pair, files left out. Every registration is affine.
    """
}
