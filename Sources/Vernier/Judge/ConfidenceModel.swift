import Glibc

/// The calibrated probability that an alignment is right, as a logistic function of its evidence.
///
///     p = 1 / (1 + exp(−Σ coefficient · feature))
///
/// The coefficients are fitted by `vernier-studies verdict` on pairs whose answer is known: pairs that match under
/// growing noise, motion and unlike contrasts, pairs with what cameras and the world add, and pairs of different scenes
/// that cannot match. Where a rule objects to an answer (``VerdictRules/objections(to:on:)``) they are others than where
/// none does: the rules have already sorted out most of what looks right and is not.
public struct ConfidenceModel: Sendable {
  /// What the probability depends on.
  public enum Feature: String, CaseIterable, Sendable {
    case constant
    case correlation = "NCC (Fisher z)"
    case information = "information correlation (Fisher z)"
    case edges = "edge agreement (Fisher z)"
    case distinctness = "ln(1 + distinctness)"
    case uniqueness = "1 − peak ratio"
    case thereAndBack = "−ln(forward–backward / diagonal)"
    case overlap = "overlap, at most ½"
    case precision = "error that is still right / corner deviation, at most 4"
    case parts = "least share of the parts that agree"
    case likeliestParts = "likeliest share of the parts that agree"
    case partEvidence = "ln(1 + evidence of the parts)"
    case partError = "error that the parts show / error that is still right, at most 2"
    case elsewhere = "evidence of the parts for another place, at most 1"
    case unlike = "share of small parts that are unlike"

    /// Its value for an alignment.
    ///
    /// - Parameters:
    ///   - evidence: what was measured of the alignment.
    ///   - grid: the fixed image's; distances are judged against its diagonal.
    public func value<let rank: Int>(in evidence: Evidence, on grid: Grid<rank>) -> Double {
      func fisher(_ correlation: Double) -> Double { atanh(min(max(abs(correlation), 0), 0.995)) }
      switch self {
      case .constant: return 1
      case .correlation: return fisher(evidence.similarityAfter)
      case .information: return fisher(evidence.informationCorrelation)
      case .edges: return fisher(max(evidence.edgeAgreement, 0))
      case .distinctness: return log(1 + max(evidence.distinctness, 0))
      case .uniqueness: return 1 - evidence.peakRatio
      case .thereAndBack:
        let disagreement = evidence.forwardBackward / max(grid.diagonal, .leastNormalMagnitude)
        return -log(min(max(disagreement, 1e-4), 1))
      case .overlap: return min(evidence.coverage, 0.5)
      case .precision:
        let deviation = max(evidence.cornerDeviation ?? .infinity, .leastNormalMagnitude)
        return min(VerdictRules.largestRightError(on: grid) / deviation, 4)
      case .parts: return evidence.blocks.leastShare
      // Of four parts that all agree the least share is 0.7: few parts must not count as parts that disagree.
      case .likeliestParts: return evidence.blocks.share
      case .partEvidence: return log(1 + max(evidence.blocks.evidence, 0))
      case .partError:
        // Where the parts show none they show nothing: neither for nor against.
        return min((evidence.blocks.cornerError ?? 0) / VerdictRules.largestRightError(on: grid), 2)
      case .elsewhere: return min(evidence.rivalAgreement, 1)
      case .unlike: return evidence.blocks.unlikeShare
      }
    }
  }

  public var coefficients: [Feature: Double]

  public init(coefficients: [Feature: Double]) { self.coefficients = coefficients }

  /// The probability that an alignment is right, 0…1.
  public func probability<let rank: Int>(of evidence: Evidence, on grid: Grid<rank>) -> Double {
    probability { $0.value(in: evidence, on: grid) }
  }

  /// The probability for given values of the features.
  public func probability(_ value: (Feature) -> Double) -> Double {
    // In the order of the cases, so that the sum has the same bits each time.
    let sum = Feature.allCases.reduce(0) { $0 + (coefficients[$1] ?? 0) * value($1) }
    return 1 / (1 + exp(-sum))
  }
}
