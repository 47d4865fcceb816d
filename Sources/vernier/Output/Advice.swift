import Vernier
import VernierCommandLine
import VernierText

/// An alignment told to a person: the summary on standard output, the warnings on standard error.
struct Advice<let rank: Int> {
  private let alignment: Alignment<rank>
  /// The unit of length: `px` or `mm`.
  private let unit: String

  init(_ alignment: Alignment<rank>, unit: String) {
    self.alignment = alignment
    self.unit = unit
  }

  /// The verdict, the method, the transform and the main evidence, a line each.
  func summary(fixed: String, moving: String, written: [String]) -> String {
    let rows =
      [("fixed", fixed), ("moving", moving)] + method + parameters + evidence + written.map { ("written", $0) }
    return "\(alignment.verdict.rawValue), confidence \(alignment.confidence.chance)\n"
      + rows.map { ["  " + $0.0, $0.1] }.alignedColumns
  }

  /// What a doubtful or a failed alignment calls for.
  ///
  /// - Parameter withheld: the files that a failed alignment leaves unwritten.
  func warnings(moving: String, withheld: [String]) -> [String] {
    let chance = "confidence \(alignment.confidence.chance)"
    if alignment.verdict == .doubtful, let share = alignment.deformation?.folding.share, share > 0 {
      return [
        "warning: \(moving): the deformation folds at \(share.percent) of the samples; look at it (--report FILE.html) before use"
      ]
    }
    switch alignment.verdict {
    case .aligned: return []
    case .doubtful:
      return ["warning: \(moving): the alignment is doubtful (\(chance)); look at it (--report FILE.html) before use"]
    case .failed:
      let remains = withheld.isEmpty ? "" : "; not written: \(withheld.joined(separator: ", "))"
      return ["\(moving): the alignment failed (\(chance))\(remains)"]
    }
  }

  private var method: [(String, String)] {
    let prepared = alignment.prepare.isEmpty ? "" : " of the images after \(alignment.prepare.joined(separator: ", "))"
    let work = alignment.evidence.stopReason == .given ? "compared by" : "maximising"
    return [
      ("method", "\(alignment.method), \(work) \(alignment.metric.name)\(prepared)"),
      ("model", alignment.modelName),
    ]
  }

  private var parameters: [(String, String)] {
    let all = alignment.linear.parameters
    var rows: [(String, String)] = []
    if alignment.model != .translation { rows.append(("rotation", list(all.rotation) + "°")) }
    if alignment.model == .similarity { rows.append(("scale", all.scale[0].rounded(to: 6))) }
    if alignment.model == .affine {
      rows.append(("scale", list(all.scale)))
      rows.append(("shear", list(all.shear)))
    }
    rows.append(("translation", "\(list(all.translation.elements)) \(unit)"))
    rows.append(("center", "\(list(all.center.elements)) \(unit)"))
    guard let found = alignment.deformation else { return rows }
    let folding = found.folding
    if let controls = (alignment.transform.base as? BSplineTransform<rank>)?.controls {
      rows.append(
        ("deformation", "\(controls.size) control points, \(list(controls.spacing.elements)) \(unit) apart"))
    }
    rows.append(
      (
        "folding",
        (folding.share == 0 ? "none" : folding.share.percent + " of the samples")
          + "; volumes change by \(folding.leastDeterminant.rounded(to: 2)) to \(folding.mostDeterminant.rounded(to: 2))"
      ))
    rows.append(
      (
        "deformed",
        "\(found.similarityBefore.rounded(to: 3)) before, \(found.similarityAfter.rounded(to: 3)) after (ncc); "
          + "\(found.stopReason.rawValue) after \(found.iterations) iterations"
      ))
    return rows
  }

  private var evidence: [(String, String)] {
    let evidence = alignment.evidence
    let iterations = "\(evidence.iterations) iteration\(evidence.iterations == 1 ? "" : "s")"
    let before = evidence.similarityBefore.rounded(to: 3)
    let after = evidence.similarityAfter.rounded(to: 3)
    var rows = [
      ("overlap", evidence.overlap.percent),
      ("similarity", "\(before) before, \(after) after (ncc)"),
      ("information", "\(evidence.informationCorrelation.rounded(to: 3)) (mutual information as a correlation)"),
      ("edges", "agree to \(evidence.edgeAgreement.percent)"),
      ("next best", evidence.peakRatio == 0 ? "none found" : "\(evidence.peakRatio.percent) of the best score"),
      ("there and back", "\(evidence.forwardBackward.rounded(to: 3)) \(unit) apart"),
    ]
    if let deviation = evidence.cornerDeviation, deviation.isFinite {
      rows.append(("precision", "\(deviation.rounded(to: 2)) \(unit) at the corners (standard deviation)"))
    }
    rows.append(("stopped", "\(evidence.stopReason.rawValue) after \(iterations), \(alignment.seconds.duration)"))
    return rows
  }

  private func list(_ values: [Double]) -> String {
    let texts = values.map { (abs($0) < 1e-9 ? 0 : $0).rounded(to: 6) }
    return texts.count == 1 ? texts[0] : "(\(texts.joined(separator: ", ")))"
  }
}
