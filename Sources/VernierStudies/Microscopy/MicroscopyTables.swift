import Vernier
import VernierText

/// What the study of microscopy prints.
enum MicroscopyTables {
  struct Row: Sendable {
    var method: MicroscopyMethod
    var outcomes: [PairOutcome]
  }

  /// A made pair has failed where the mean corner error is above this share of the side, as for a verdict.
  static let tolerance = 0.03

  static func section(_ set: MicroscopySet, _ rows: [Row]) -> String {
    let side = Double(set.pairs.recipe.side)
    var table = MarkdownTable(header: [
      "method", "n", "rotation, °", "median", "scale, %", "median", "shift, px", "median", "corner median, px",
      "failed, %",
      "seconds",
    ])
    for row in rows {
      guard row.method.obstacle == nil else {
        table.add([row.method.title, row.method.obstacle ?? ""] + Array(repeating: "–", count: 9))
        continue
      }
      let answers = row.outcomes.compactMap(\.answer)
      let scales = Statistics(row.outcomes.compactMap { $0.scaleError.map { 100 * $0 } })
      let (turns, shifts) = (Statistics(answers.map(\.error.rotation)), Statistics(answers.map(\.error.translation)))
      let corners = row.outcomes.map { $0.answer?.error.corner ?? .infinity }
      table.add([
        row.method.title, "\(row.outcomes.count)", turns.mean.fixed(2), turns.median.fixed(2), scales.mean.fixed(2),
        scales.median.fixed(2), shifts.mean.fixed(2), shifts.median.fixed(2), Statistics(corners).median.fixed(2),
        (100 * Double(corners.count { $0 > tolerance * side }) / Double(max(corners.count, 1))).fixed(1),
        Statistics(answers.map(\.seconds)).median.fixed(4),
      ])
    }
    return """

      ## Made pairs: \(set.title)

      \(Int(side))×\(Int(side)); \(set.note). Mean and median errors of the pairs with an answer; "failed": no answer, or a mean corner error above \
      \((100 * tolerance).fixed(0)) % of the side.

      \(table.text)
      """
  }

  static func correlations(_ parts: [ParameterCorrelation], _ recipe: SyntheticPairs.Recipe) -> String {
    var table = MarkdownTable(header: ["pairs", "n"] + ParameterCorrelation.names.map { "correlation, \($0)" })
    for part in parts {
      table.add([part.title, "\(part.count)"] + part.coefficients.map { $0.fixed(3) })
    }
    return """
      \(recipe.side)×\(recipe.side); \(recipe). Pairs of pictures that the network has learned from, and of others; both with motions that it has not seen.

      \(table.text)
      ![Predicted against true](images/microscopy-correlation.svg)

      The paper shows the same plots without numbers, and says that rotation and scale are the harder ones.

      ![Target, data and transformed data](images/microscopy-triptych.png)

      Target, data and data transformed by what the network predicts, of one kind above and of different ones below: a section of lung under an electron microscope.

      """
  }

  static func real(_ pairs: [LandmarkPair], _ rows: [(method: MicroscopyMethod, errors: [Double?])]) -> String {
    guard !pairs.isEmpty else { return "\n## Real pairs\n\nSkipped: their folders are not there.\n" }
    let groups = pairs.map(\.group).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    var table = MarkdownTable(header: ["pairs", "n"] + rows.map { $0.method.title })
    func cell(_ errors: [Double?], _ chosen: [Int]) -> String {
      let values = chosen.map { errors[$0] ?? .infinity }
      let failed = chosen.count { (errors[$0] ?? .infinity) > pairs[$0].tolerance }
      return "\(Statistics(values).median.fixed(2)), \(failed) failed"
    }
    for group in groups {
      let chosen = pairs.indices.filter { pairs[$0].group == group }
      table.add([group, "\(chosen.count)"] + rows.map { cell($0.errors, chosen) })
    }
    table.add(["all", "\(pairs.count)"] + rows.map { cell($0.errors, Array(pairs.indices)) })
    return """

      ## Real pairs

      Median over the pairs of the mean landmark error, in pixels of the moving image, and how many failed: above 5 px, or 3 times the landmarks' own deviation if that is \
      more; for sections above 3 % of the lesser side. T1, T2 and PD slices lie in one frame and are moved by known motions (rotation up to 30°, scale 0.85 to 1.2, shift up to \
      10 %). The others lie as they came, many of them nearly aligned, which helps a start from the identity. Pairs that no similarity fits are left out.

      \(table.text)
      """
  }
}

extension PairOutcome {
  /// |found scale / true scale − 1|; nil without an answer.
  var scaleError: Double? {
    answer.map { abs($0.transform.meanScale / truth.meanScale - 1) }
  }
}

extension Affine<2> {
  /// The root of the areas' ratio.
  var meanScale: Double { abs(linear[0, 0] * linear[1, 1] - linear[0, 1] * linear[1, 0]).squareRoot() }
}
