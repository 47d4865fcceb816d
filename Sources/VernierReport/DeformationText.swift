import Vernier
import VernierText

/// A deformation as it is told to people.
struct DeformationText: Sendable {
  var folding: Folding
  var metric: Metric
  var costBefore: Double
  var costAfter: Double
  var similarityBefore: Double
  var similarityAfter: Double
  /// The distance of its control points along each axis, in the unit, where it has any.
  var spacing: [Double]?
  var unit: String

  init(_ deformation: DeformationEvidence, spacing: [Double]?, unit: LengthUnit) {
    folding = deformation.folding
    metric = deformation.metric
    costBefore = deformation.costBefore
    costAfter = deformation.costAfter
    similarityBefore = deformation.similarityBefore
    similarityAfter = deformation.similarityAfter
    self.spacing = spacing?.map { unit($0) }
    self.unit = unit.symbol
  }

  /// Its figures beside those of the linear alignment.
  var rows: [EvidenceRow] {
    let apart = spacing.map { spacing in
      ", whose control points are \(spacing.map { $0.fixed(1) }.joined(separator: " × ")) \(unit) apart,"
    }
    return [
      EvidenceRow(
        key: "folding", name: "Folding", value: folding.share == 0 ? "none" : folding.share.percentChance,
        reading:
          "The share of the samples where the deformation\(apart ?? "") turns space "
          + "inside out. Nothing real does; small volumes change by factors of \(folding.leastDeterminant.fixed(2)) to "
          + "\(folding.mostDeterminant.fixed(2)).",
        rule: "good when there is none", mark: folding.share == 0 ? .good : .bad),
      EvidenceRow(
        key: "deformed", name: "Similarity, deformed",
        value: similarityBefore.fixed(3) + " → " + similarityAfter.fixed(3),
        reading:
          "Normalized cross-correlation under the linear transform alone and with the deformation, which maximised "
          + "\(metric.name). A deformation makes almost any two images more alike: this does not say that it is right.",
        rule: "neutral where its own similarity rose, else bad", mark: costAfter < costBefore ? .neutral : .bad),
    ]
  }
}
