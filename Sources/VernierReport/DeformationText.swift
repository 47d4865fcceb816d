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
  /// What it gains where it was not fitted; nil where nobody asked.
  var heldOut: HeldOutGain?
  var isSupported: Bool
  /// How far its inverse leads back beside, in the unit; nil where that was not measured.
  var inverseError: Double?
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
    heldOut = deformation.heldOut
    isSupported = deformation.isSupported
    inverseError = deformation.inverseError.map { unit($0) }
    self.spacing = spacing?.map { unit($0) }
    self.unit = unit.symbol
  }

  /// Its figures beside those of the linear alignment.
  var rows: [EvidenceRow] {
    isSupported ? validation + figures : validation
  }

  /// What speaks for it: the blocks that it was not fitted to, and its inverse.
  private var validation: [EvidenceRow] {
    var rows: [EvidenceRow] = []
    if let heldOut {
      rows.append(
        EvidenceRow(
          key: "held_out", name: "Where it was not fitted", value: "\(heldOut.before.fixed(3)) → \(heldOut.after.fixed(3))",
          reading:
            "Mean squared local correlation in \(heldOut.count) blocks that were left out while the deformation was "
            + "found: what it gains there speaks for it."
            + (isSupported ? "" : " It gains too little: the linear map stands, and nothing is deformed."),
          rule: "good from a fiftieth of what is left, and four standard errors above 0",
          mark: isSupported ? .good : .neutral))
    }
    if let inverseError, isSupported {
      rows.append(
        EvidenceRow(
          key: "inverse", name: "There and back", value: "\(inverseError.fixed(3)) \(unit)",
          reading: "The largest distance between a point and where the map sends what its inverse makes of it.",
          rule: "good up to 0.3 \(unit)", mark: inverseError <= 0.3 ? .good : .bad))
    }
    return rows
  }

  private var figures: [EvidenceRow] {
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
