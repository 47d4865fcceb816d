import Glibc

/// The calibrated probability that an alignment is right, as a logistic function of its evidence.
///
/// The coefficients are fitted by `vernier-studies verdict` on pairs whose answer is known: pairs that match under growing noise,
/// motion and unlike contrasts, and pairs of different scenes that cannot match.
public struct ConfidenceModel: Sendable {
  /// One coefficient a feature of ``features(_:on:)``, the constant first.
  public var coefficients: [Double]

  public init(coefficients: [Double]) { self.coefficients = coefficients }

  /// The numbers that the probability depends on.
  ///
  /// - Parameters:
  ///   - evidence: what was measured of an alignment.
  ///   - grid: the fixed image's; distances are judged against its diagonal.
  public static func features<let rank: Int>(_ evidence: Evidence, on grid: Grid<rank>) -> [Double] {
    func fisher(_ correlation: Double) -> Double { atanh(min(max(abs(correlation), 0), 0.995)) }
    let limit = largestRightError(on: grid)
    let disagreement = evidence.forwardBackward / max(grid.diagonal, .leastNormalMagnitude)
    return [
      1,
      fisher(evidence.similarityAfter),
      fisher(evidence.informationCorrelation),
      fisher(max(evidence.edgeAgreement, 0)),
      log(1 + max(evidence.distinctness, 0)),
      1 - evidence.peakRatio,
      -log(min(max(disagreement, 1e-4), 1)),
      min(evidence.overlap, 0.5),
      min(limit / max(evidence.cornerDeviation ?? .infinity, .leastNormalMagnitude), 4),
    ]
  }

  /// The mean error at the corners up to which an alignment counts as right: 2 samples, or 3 % of the longest side where that is more.
  static func largestRightError<let rank: Int>(on grid: Grid<rank>) -> Double {
    let side = (0..<rank).map { Double(grid.size[$0]) * grid.spacing[$0] }.max() ?? 1
    return max(2 * (grid.spacing.elements.max() ?? 1), 0.03 * side)
  }

  /// The names of the features in their order.
  public static let featureNames = [
    "constant", "NCC (Fisher z)", "information correlation (Fisher z)", "edge agreement (Fisher z)",
    "ln(1 + distinctness)", "1 − peak ratio", "−ln(forward–backward / diagonal)", "overlap, at most ½",
    "error that is still right / corner deviation, at most 4",
  ]

  /// The confidence in an alignment: the probability, but no more than ``ceiling(_:on:)``.
  public func confidence<let rank: Int>(in evidence: Evidence, on grid: Grid<rank>) -> Double {
    min(probability(Self.features(evidence, on: grid)), Self.ceiling(evidence, on: grid))
  }

  /// What the confidence cannot exceed, whatever else speaks for an alignment: 0.9 where it may be an accident, else 1.
  ///
  /// Fewer than 64 samples fit each other by chance. Pictures that share a frame, such as the round field stop of two retina pictures, are alike wherever
  /// they lie: their similarity stands less than three deviations above its values at displaced transforms, and going there and back
  /// ends farther away than a right answer may be off.
  public static func ceiling<let rank: Int>(_ evidence: Evidence, on grid: Grid<rank>) -> Double {
    let isFrame = rank == 2 && evidence.distinctness < 3 && evidence.forwardBackward > largestRightError(on: grid)
    return isFrame || evidence.overlap * Double(grid.count) < 64 ? 0.9 : 1
  }

  public func probability(_ features: [Double]) -> Double {
    let sum = zip(coefficients, features).reduce(0) { $0 + $1.0 * $1.1 }
    return 1 / (1 + exp(-sum))
  }
}

extension Verdict {
  /// From this confidence on an alignment is called `aligned`.
  public static let alignedFrom = 0.95
  /// Below this confidence, more likely wrong than right, it is called `failed`; in between `doubtful`.
  public static let failedBelow = 0.5

  /// The verdict of a confidence, and of whether the images match in more than one way.
  ///
  /// Where the images agree closely but another transform does so as well, or the images do not determine the transform, it is
  /// `doubtful`: neither can be used unseen, nor do the images fail to match.
  public init(confidence: Double, isAmbiguous: Bool) {
    self =
      if isAmbiguous {
        .doubtful
      } else if confidence >= Self.alignedFrom {
        .aligned
      } else {
        confidence >= Self.failedBelow ? .doubtful : .failed
      }
  }
}

extension Evidence {
  /// Whether the images agree closely, with an NCC of at least 0.9 over at least half of the fixed one, and yet do not single out this transform: the next best
  /// candidate reaches 90 % of its score, or it is uncertain by more than 2 % of the diagonal at the corners.
  ///
  /// A score grows with the root of the overlap, of which a turn within a square frame leaves 83 % in the worst case: 97 % would miss
  /// every other picture that looks the same from three sides.
  public func isAmbiguous<let rank: Int>(on grid: Grid<rank>) -> Bool {
    guard similarityAfter >= 0.9, overlap >= 0.5 else { return false }
    return peakRatio >= 0.9 || (cornerDeviation ?? .infinity) > 0.02 * grid.diagonal
  }
}
