import Glibc

/// What can be measured of a deformation that was found.
public struct DeformationEvidence: Sendable, Equatable {
  /// Its folding at the samples of the fixed image.
  public var folding: Folding
  /// The similarity that was maximised.
  public var metric: Metric
  /// What the alignment minimises, without regularisation, under the affine map alone and with the deformation, in
  /// nats: ½ ln of the mean square of intensities of deviation 1, ½ ln(1 − NCC²), or mutual information negated.
  public var costBefore: Double
  public var costAfter: Double
  /// NCC at the finest resolution that was worked at, under the affine map alone and with the deformation, −1…1.
  public var similarityBefore: Double
  public var similarityAfter: Double
  /// Iterations over all resolutions.
  public var iterations: Int
  /// Why the finest one stopped.
  public var stopReason: StopReason
  /// What it gains in the parts of the fixed image that it was not fitted to; nil where nobody left any out.
  public var heldOut: HeldOutGain?
  /// Whether the images ask for a deformation, see ``VerdictRules/isSupported(_:)``; where they do not, the linear map
  /// stands.
  public var isSupported = true
  /// The largest distance, in physical units, between a point and where the map sends what its inverse makes of it; nil
  /// where it was not measured.
  public var inverseError: Double?
}

extension DeformationEvidence {
  /// That of images that ask for no deformation.
  static func none(metric: Metric, heldOut: HeldOutGain?, iterations: Int) -> Self {
    let cost = heldOut.map { 0.5 * log(1e-4 + 1 - $0.before) } ?? 0
    var none = Self(
      folding: Folding(share: 0, leastDeterminant: 1, mostDeterminant: 1), metric: metric, costBefore: cost,
      costAfter: cost, similarityBefore: 0, similarityAfter: 0, iterations: iterations, stopReason: .noImprovement)
    none.heldOut = heldOut
    none.isSupported = false
    none.inverseError = 0
    return none
  }
}
