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
}
