import Glibc
import Vernier
import VernierCommandLine
import VernierText

/// An alignment told to a person: the summary on standard output, the warnings on standard error.
struct Advice<let rank: Int> {
  private let alignment: Alignment<rank>
  private let unit: LengthUnit
  private let reason: VerdictReason?

  /// - Parameter grid: the fixed image's.
  init(_ alignment: Alignment<rank>, on grid: Grid<rank>, unit: LengthUnit) {
    self.alignment = alignment
    self.unit = unit
    reason = VerdictRules.reason(against: alignment, on: grid)
  }

  /// Three lines: the verdict, what moved, and how far off that is at most with what speaks against it and what to do.
  var summary: String {
    let last = [bound, reason.map { "\($0); \($0.remedy(after: alignment.model))" }].compactMap(\.self)
    return """
      \(alignment.verdict.rawValue), confidence \(alignment.confidence.chance)
      \(alignment.modelName): \(motion)
      \(last.isEmpty ? "nothing is known of its error" : last.joined(separator: "; "))

      """
  }

  /// All that is known: the method, the transform and the evidence, a line each.
  func details(fixed: String, moving: String, written: [String]) -> String {
    let rows =
      [("fixed", fixed), ("moving", moving)] + method + parameters + evidence + written.map { ("written", $0) }
    return rows.map { ["  " + $0.0, $0.1] }.alignedColumns
  }

  /// What a doubtful or a failed alignment calls for.
  ///
  /// - Parameters:
  ///   - withheld: the files that a failed alignment leaves unwritten.
  ///   - written: those that were written although it failed.
  func warnings(moving: String, withheld: [String], written: [String]) -> [String] {
    let why = reason.map { ": \($0)" } ?? ""
    let chance = "confidence \(alignment.confidence.chance)"
    switch alignment.verdict {
    case .aligned: return []
    case .doubtful:
      return [
        "warning: \(moving): the alignment is doubtful (\(chance))\(why); look at it (--report FILE.html) before use"
      ]
    case .failed:
      let remains =
        withheld.isEmpty
        ? "" : "; --write-anyway writes it all the same; not written: \(withheld.joined(separator: ", "))"
      let anyway = written.isEmpty ? "" : "; written all the same: \(written.joined(separator: ", "))"
      return ["\(moving): the alignment failed (\(chance))\(why)\(remains)\(anyway)"]
    }
  }

  /// What moved, in words.
  private var motion: String {
    let all = alignment.linear.parameters
    func short(_ values: [Double], _ digits: Int) -> String {
      let texts = values.map { (abs($0) < 0.5 * pow(10, -Double(digits)) ? 0 : $0).rounded(to: digits) }
      return texts.count == 1 ? texts[0] : "(\(texts.joined(separator: ", ")))"
    }
    var parts: [String] = []
    if alignment.model != .translation { parts.append("turned by \(short(all.rotation, 2))°") }
    if alignment.model == .similarity { parts.append("scaled by \(short([all.scale[0]], 4))") }
    if alignment.model == .affine {
      parts.append("scaled by \(short(all.scale, 4))")
      parts.append("sheared by \(short(all.shear, 4))")
    }
    parts.append("moved by \(short(all.translation.elements.map { unit($0) }, 2)) \(unit.symbol)")
    if let deformation = alignment.deformation, !deformation.isSupported {
      parts.append("not deformed, as the images do not ask for it")
    } else if let folding = alignment.deformation?.folding {
      let (least, most) = (folding.leastDeterminant.rounded(to: 2), folding.mostDeterminant.rounded(to: 2))
      parts.append("deformed, so that \(rank == 2 ? "areas" : "volumes") change by \(least) to \(most)")
    }
    return parts.joined(separator: ", ")
  }

  /// How far off the corners are at most; nil where that is not known, or the answer is not believed.
  private var bound: String? {
    guard alignment.verdict != .failed, let error = alignment.errorBound else { return nil }
    return "off by at most \(unit(error).rounded(to: 2)) \(unit.symbol) at the corners"
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
    rows.append(("translation", lengths(all.translation.elements)))
    rows.append(("center", lengths(all.center.elements)))
    guard let found = alignment.deformation else { return rows }
    if let gain = found.heldOut {
      let shares = "\(gain.before.rounded(to: 3)) before, \(gain.after.rounded(to: 3)) after"
      rows.append(
        (
          "held out",
          "local correlation² \(shares) in \(gain.count) blocks that the deformation was not fitted to"
            + (found.isSupported ? "" : "; the images do not ask for one")
        ))
    }
    guard found.isSupported else { return rows }
    let folding = found.folding
    if let grid = alignment.transform.deformationGrid {
      let what = alignment.transform.base is BSplineTransform<rank> ? "control points" : "displacements"
      rows.append(("deformation", "\(grid.size) \(what), \(lengths(grid.spacing.elements)) apart"))
    }
    if let error = found.inverseError {
      rows.append(("inverse", "comes back to within \(unit(error).rounded(to: 4)) \(unit.symbol)"))
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
      ("similarity", "\(before) before, \(after) after (correlation of the samples that are compared)"),
      ("information", "\(evidence.informationCorrelation.rounded(to: 3)) (mutual information as a correlation)"),
      ("edges", "agree to \(evidence.edgeAgreement.percent)"),
      ("parts", parts(evidence.blocks)),
      ("next best", evidence.peakRatio == 0 ? "none found" : "\(evidence.peakRatio.percent) of the best score"),
      ("there and back", "\(unit(evidence.forwardBackward).rounded(to: 3)) \(unit.symbol) apart"),
    ]
    if let deviation = evidence.cornerDeviation, deviation.isFinite {
      rows.append(
        (
          "noise alone",
          "\(unit(deviation).rounded(to: 2)) \(unit.symbol) at the corners (standard deviation, the model taken for right)"
        ))
    }
    rows.append(("stopped", "\(evidence.stopReason.rawValue) after \(iterations), \(alignment.seconds.duration)"))
    return rows
  }

  private func parts(_ blocks: BlockAgreement) -> String {
    let off = blocks.cornerError.map { ", together \(unit($0).rounded(to: 2)) \(unit.symbol) off at the corners" } ?? ""
    return "\(blocks.share.percent) of \(blocks.count) lie where they should\(off); "
      + "\(blocks.unlikeShare.percent) of the small ones are unlike"
  }

  private func lengths(_ values: [Double]) -> String { "\(list(values.map { unit($0) })) \(unit.symbol)" }

  private func list(_ values: [Double]) -> String {
    let texts = values.map { (abs($0) < 1e-9 ? 0 : $0).rounded(to: 6) }
    return texts.count == 1 ? texts[0] : "(\(texts.joined(separator: ", ")))"
  }
}
