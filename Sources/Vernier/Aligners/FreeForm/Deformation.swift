/// A free-form deformation that was found, with what can be measured of it.
public struct Deformation<let rank: Int>: Sendable {
  /// The whole map, fixed point to moving point: the affine alignment after the deformation.
  public var transform: BSplineTransform<rank>
  /// Its folding at the samples of the fixed image.
  public var folding: Folding
  /// The similarity that was maximised.
  public var metric: Metric
  /// What the alignment minimises, without regularisation, under the affine map alone and with the deformation, in nats: ½ ln of the mean
  /// square of intensities of deviation 1, ½ ln(1 − NCC²), or mutual information negated.
  public var costBefore: Double
  public var costAfter: Double
  /// NCC at the finest resolution that was worked at, under the affine map alone and with the deformation, −1…1.
  public var similarityBefore: Double
  public var similarityAfter: Double
  /// Iterations over all resolutions.
  public var iterations: Int
  /// Why the finest one stopped.
  public var stopReason: StopReason

  /// Whether it folds nowhere and did not make the images less alike by its own measure.
  var isSound: Bool { folding.share == 0 && costAfter <= costBefore }
}
