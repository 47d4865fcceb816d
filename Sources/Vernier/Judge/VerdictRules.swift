/// Every rule by which evidence becomes a verdict.
///
/// The confidence is a probability, fitted on pairs whose answer is known (``ConfidenceModel``). The verdict follows
/// from it but where a rule says otherwise: images that match in more than one way, another place that explains them
/// better, a deformation that folds.
public enum VerdictRules {
  /// From this confidence on an alignment is called `aligned`.
  public static let alignedFrom = 0.95
  /// Below this confidence, more likely wrong than right, it is called `failed`; in between `doubtful`.
  public static let failedBelow = 0.5

  /// The mean error at the corners up to which an alignment counts as right: 2 samples, or 3 % of the longest side
  /// where that is more.
  public static func largestRightError<let rank: Int>(on grid: Grid<rank>) -> Double {
    let side = (0..<rank).map { Double(grid.size[$0]) * grid.spacing[$0] }.max() ?? 1
    return max(2 * (grid.spacing.elements.max() ?? 1), 0.03 * side)
  }

  /// The confidence in an alignment: the probability, but no more than ``ceiling(_:on:)``.
  public static func confidence<let rank: Int>(in evidence: Evidence, on grid: Grid<rank>) -> Double {
    min(ConfidenceModel.calibrated(rank: rank).probability(of: evidence, on: grid), ceiling(evidence, on: grid))
  }

  /// What the confidence cannot exceed, whatever else speaks for an alignment: 0.9 where it may be an accident, else 1.
  ///
  /// Fewer than 64 samples fit each other by chance. Pictures that share a frame, such as the round field stop of two
  /// retina pictures, are alike wherever they lie: their similarity stands less than three deviations above its values
  /// at displaced transforms, and going there and back ends farther away than a right answer may be off.
  public static func ceiling<let rank: Int>(_ evidence: Evidence, on grid: Grid<rank>) -> Double {
    let isFrame = rank == 2 && evidence.distinctness < 3 && evidence.forwardBackward > largestRightError(on: grid)
    return isFrame || evidence.overlap * Double(grid.count) < 64 ? 0.9 : 1
  }

  /// The verdict of a confidence and its evidence.
  ///
  /// Where the images agree closely but another transform does so as well, or the images do not determine the
  /// transform, it is `doubtful`: neither can be used unseen, nor do the images fail to match. Where another place
  /// explains them clearly better and the confidence is low, the answer is wrong rather than ambiguous.
  public static func verdict<let rank: Int>(
    confidence: Double, _ evidence: Evidence, isBeaten: Bool, on grid: Grid<rank>
  ) -> Verdict {
    if isBeaten, confidence < failedBelow { return .failed }
    if evidence.isAmbiguous(on: grid) { return .doubtful }
    if confidence >= alignedFrom { return .aligned }
    return confidence >= failedBelow ? .doubtful : .failed
  }

  /// The verdict of a linear alignment after a deformation: one that folds, or that makes the images no more alike by
  /// its own measure, is not to be used unseen.
  public static func verdict(_ linear: Verdict, after deformation: DeformationEvidence?) -> Verdict {
    guard linear == .aligned, let deformation else { return linear }
    let isSound = deformation.folding.share == 0 && deformation.costAfter <= deformation.costBefore
    return isSound ? .aligned : .doubtful
  }

  /// The candidates that are rivals of another: several at the same place do not count as rivals of each other.
  static func rivals<let rank: Int>(
    of best: Candidate<rank>, among others: [Candidate<rank>], on grid: Grid<rank>
  ) -> [Candidate<rank>] {
    let limit = largestRightError(on: grid)
    return others.filter { $0.linear.cornerDistance(to: best.linear, on: grid) > limit }
  }

  /// What to make of an alignment by the general methods, and of one by those for small pictures.
  ///
  /// Of two answers that are both more likely wrong than right the confidence does not tell the better: the one for
  /// small pictures stays. Where both agree, its transform is the more precise.
  static func chosen<let rank: Int>(
    _ general: Alignment<rank>, orSmall small: Alignment<rank>, on grid: Grid<rank>
  ) -> Alignment<rank> {
    guard general.verdict == .aligned || (small.verdict == .failed && general.confidence >= failedBelow) else {
      return small
    }
    guard general.linear.cornerDistance(to: small.linear, on: grid) < 0.05 * grid.diagonal else { return general }
    var both = general
    both.transform = small.transform
    return both
  }
}

/// Whether to believe an alignment.
public enum Verdict: String, Sendable {
  case aligned, doubtful, failed
}

extension Evidence {
  /// Whether the images agree closely, with an NCC of at least 0.9 over at least half of the fixed one, and yet do not
  /// single out this transform: the next best candidate reaches 90 % of its score, or it is uncertain by more than 2 %
  /// of the diagonal at the corners.
  ///
  /// A score grows with the root of the overlap, of which a turn within a square frame leaves 83 % in the worst case:
  /// 97 % would miss every other picture that looks the same from three sides.
  public func isAmbiguous<let rank: Int>(on grid: Grid<rank>) -> Bool {
    guard similarityAfter >= 0.9, overlap >= 0.5 else { return false }
    return peakRatio >= 0.9 || (cornerDeviation ?? .infinity) > 0.02 * grid.diagonal
  }
}
