import Vernier
import VernierText

/// One figure of the evidence: its value, how to read it, and whether it speaks for the alignment.
struct EvidenceRow: Sendable {
  enum Mark: String, Sendable { case good, neutral, bad }

  /// The property of `Evidence` that it tells.
  var key: String
  var name: String
  var value: String
  var reading: String
  /// The limits behind the mark, in words.
  var rule: String
  var mark: Mark
}

/// Limits of a figure: at `good` or beyond it speaks for the alignment, at `bad` or beyond against it.
private struct Limits {
  var good: Double
  var bad: Double

  func mark(_ value: Double) -> EvidenceRow.Mark {
    guard value.isFinite else { return .bad }
    if good > bad { return value >= good ? .good : value < bad ? .bad : .neutral }
    return value <= good ? .good : value > bad ? .bad : .neutral
  }

  func rule(_ text: (Double) -> String) -> String {
    good > bad
      ? "good from \(text(good)), bad below \(text(bad))" : "good up to \(text(good)), bad above \(text(bad))"
  }
}

extension EvidenceRow {
  /// Every figure of the evidence, the most telling first.
  static func rows(_ evidence: Evidence, metric: Metric, transform: TransformText) -> [Self] {
    similarity(evidence, metric: metric) + parts(evidence, transform: transform)
      + uniqueness(evidence, transform: transform)
      + precision(evidence, transform: transform) + course(evidence)
  }

  private static func similarity(_ evidence: Evidence, metric: Metric) -> [Self] {
    let alike = metric == .meanSquares || metric == .crossCorrelation
    let overlap = Limits(good: 0.5, bad: 0.25)
    let after = Limits(good: 0.6, bad: 0.2)
    let information = Limits(good: 0.5, bad: 0.2)
    let edges = Limits(good: 0.2, bad: 0.05)
    let fell = evidence.similarityAfter < evidence.similarityBefore
    var afterMark = after.mark(evidence.similarityAfter)
    if alike, fell { afterMark = .bad }
    if !alike, afterMark == .bad { afterMark = .neutral }
    return [
      Self(
        key: "overlap", name: "Overlap", value: evidence.overlap.percentChance,
        reading: "The share of the fixed image that the moving image covers after alignment. Little overlap leaves "
          + "little to judge by.",
        rule: overlap.rule(\.percentChance), mark: overlap.mark(evidence.overlap)),
      Self(
        key: "coverage", name: "Overlap of the smaller image", value: evidence.coverage.percentChance,
        reading: "The same as a share of whichever image is the smaller: a tile within an overview has all of itself.",
        rule: overlap.rule(\.percentChance), mark: overlap.mark(evidence.coverage)),
      Self(
        key: "similarityBefore", name: "Similarity before", value: evidence.similarityBefore.fixed(3),
        reading: "Normalized cross-correlation with nothing moved; 1 is perfect, 0 is unrelated. It is where the "
          + "alignment started from, neither good nor bad.",
        rule: "for comparison", mark: .neutral),
      Self(
        key: "similarityAfter", name: "Similarity after", value: evidence.similarityAfter.fixed(3),
        reading: alike
          ? "The same measure under the transform. It should have risen clearly\(fell ? ", but it fell." : ".")"
          : "The same measure under the transform. Between images of different contrast it may be low or below 0 and "
            + "still be right.",
        rule: alike ? after.rule { $0.fixed(1) } + ", or where it fell" : "good from 0.6, else neutral",
        mark: afterMark),
      Self(
        key: "informationCorrelation", name: "Shared information",
        value: evidence.informationCorrelation.fixed(3),
        reading: "How far one image's intensity foretells the other's, whatever the contrast: 0 not at all, 1 fully.",
        rule: information.rule { $0.fixed(1) }, mark: information.mark(evidence.informationCorrelation)),
      Self(
        key: "edgeAgreement", name: "Edge agreement", value: evidence.edgeAgreement.fixed(3),
        reading:
          "Whether edges run in the same directions in the same places: 0 is what chance gives, 1 is every edge.",
        rule: edges.rule { $0.fixed(2) }, mark: edges.mark(evidence.edgeAgreement)),
      Self(
        key: "edgeAgreementAtStart", name: "Edge agreement at the start",
        value: evidence.edgeAgreementAtStart?.fixed(3) ?? "no start given",
        reading: "The same where the alignment was told to start. It should not have been higher.",
        rule: "bad where it was higher by more than \(VerdictRules.leastEdgeLoss.fixed(2))",
        mark: evidence.edgeAgreementAtStart
          .map { $0 > evidence.edgeAgreement + VerdictRules.leastEdgeLoss ? .bad : .good } ?? .neutral),
    ]
  }

  private static func parts(_ evidence: Evidence, transform: TransformText) -> [Self] {
    let share = Limits(good: VerdictRules.leastBlockShare.likeliest, bad: VerdictRules.leastBlockShare.least)
    let rival = Limits(good: 0.2, bad: VerdictRules.mostRivalAgreement(rank: transform.center.count))
    let blocks = evidence.blocks
    let unit = transform.unit
    let corners =
      blocks.cornerError.map { "; together they put the corners \(unit($0).fixed(2)) \(unit.symbol) off" } ?? ""
    return [
      Self(
        key: "blocks", name: "Parts that agree", value: blocks.share.percentChance,
        reading: "\(blocks.count) blocks of the fixed image, each looked for by itself around its place in the other. "
          + "At least \(blocks.leastShare.percentChance) lie where the transform says\(corners). Where few do, something "
          + "else moved, or the images show different things. Of the smallest parts that show enough at least "
          + "\(blocks.unlikeShare.percentChance) are unlike.",
        rule: share.rule(\.percentChance),
        mark: blocks.evidence < VerdictRules.leastBlockEvidence(count: blocks.count) ? .bad : share.mark(blocks.share)),
      Self(
        key: "rivalAgreement", name: "Parts that agree elsewhere", value: evidence.rivalAgreement.fixed(2),
        reading: "How much the parts say for the next best place, over what they say for this one. Where it is much, "
          + "two things moved apart.",
        rule: rival.rule { $0.fixed(1) }, mark: rival.mark(evidence.rivalAgreement)),
      Self(
        key: "isMirrored", name: "Mirrored", value: evidence.isMirrored ? "matches" : "not found to match",
        reading: "Whether the moving picture matches once it is mirrored along x; asked where the alignment failed.",
        rule: "bad when it does", mark: evidence.isMirrored ? .bad : .neutral),
    ]
  }

  private static func uniqueness(_ evidence: Evidence, transform: TransformText) -> [Self] {
    let distinct = Limits(good: 5, bad: 3)
    let ratio = Limits(good: 0.8, bad: 0.95)
    let rival = transform.rival.map { transform.sentence($0) }
    return [
      Self(
        key: "distinctness", name: "Distinctness", value: evidence.distinctness.fixed(1) + " σ",
        reading: "How far the similarity stands above that of the same two images displaced at random, in standard "
          + "deviations. A chance match stays small.",
        rule: distinct.rule { $0.fixed(0) + " σ" }, mark: distinct.mark(evidence.distinctness)),
      Self(
        key: "peakRatio", name: "Next best candidate",
        value: evidence.peakRatio == 0 ? "none found" : evidence.peakRatio.fixed(2),
        reading: evidence.peakRatio == 0
          ? "No second transform came close enough to compare."
          : "The score of the next best separate transform over this one's. Near 1, two different answers explain the "
            + "images equally well: repeated structure or symmetry.",
        rule: ratio.rule { $0.fixed(2) }, mark: ratio.mark(evidence.peakRatio)),
      Self(
        key: "rival", name: "Its transform", value: rival ?? "none",
        reading: rival == nil
          ? "No other transform is worth naming."
          : "The rival answer. If the result looks wrong, start from this one.",
        rule: "good when there is none", mark: rival == nil ? .good : ratio.mark(evidence.peakRatio)),
    ]
  }

  private static func precision(_ evidence: Evidence, transform: TransformText) -> [Self] {
    let limits = Limits(good: 0.5 * transform.sample, bad: 2 * transform.sample)
    func length(_ value: Double) -> String { transform.unit.text(value) }
    let rule = limits.rule(length) + " (½ and 2 samples)"
    let deviation = evidence.cornerDeviation
    return [
      Self(
        key: "forwardBackward", name: "There and back", value: length(evidence.forwardBackward),
        reading:
          "The alignment was repeated the other way round; this is how far the corners are from where they began "
          + "after going there and back. A right answer closes the loop.",
        rule: rule, mark: limits.mark(evidence.forwardBackward)),
      Self(
        key: "cornerDeviation", name: "Precision at the corners",
        value: deviation.map { "± " + length($0) } ?? "undetermined",
        reading: deviation == nil
          ? "The images do not determine all parameters: along some direction they can be moved without a difference. "
            + "Choose a simpler model."
          : "The standard deviation that noise leaves at the corners, supposing that the answer is right.",
        rule: rule, mark: deviation.map(limits.mark) ?? .bad),
      Self(
        key: "covariance", name: "Parameter deviations",
        value: evidence.covariance == nil ? "undetermined" : "given below",
        reading: evidence.covariance == nil
          ? "No standard deviations can be given."
          : "The transform's parameters are given with ± one standard deviation.",
        rule: "bad when undetermined", mark: evidence.covariance == nil ? .bad : .neutral),
    ]
  }

  private static func course(_ evidence: Evidence) -> [Self] {
    let (reading, mark): (String, Mark) =
      switch evidence.stopReason {
      case .given: ("The transform was given; nothing was searched or refined.", .neutral)
      case .searched: ("The search looked through all its candidates; nothing was refined after it.", .neutral)
      case .converged: ("The last step was too small to matter.", .good)
      case .noImprovement: ("No further step made the images more alike.", .good)
      case .iterationLimit: ("It was still moving when it ran out of iterations.", .neutral)
      case .lostOverlap: ("The images slid apart until too little was left to compare.", .bad)
      case .undetermined: ("The images do not determine the model; choose a simpler one.", .bad)
      }
    return [
      Self(
        key: "stopReason", name: "Why it stopped", value: evidence.stopReason.rawValue, reading: reading,
        rule: "good when it came to rest", mark: mark),
      Self(
        key: "iterations", name: "Iterations", value: "\(evidence.iterations)",
        reading: "Steps of the refinement, over all resolutions.", rule: "for information", mark: .neutral),
    ]
  }
}
