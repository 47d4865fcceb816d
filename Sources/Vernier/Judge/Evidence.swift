/// What speaks for and against an alignment.
public struct Evidence: Sendable, Equatable {
  /// The share of the fixed image's valid samples that find a valid moving sample, 0…1.
  public var overlap: Double
  /// The same share of whichever image is the smaller, 0…1: 1 for a tile that lies within the other image.
  public var coverage: Double
  /// NCC of the two images in the fixed grid before alignment (identity in physical space), −1…1.
  public var similarityBefore: Double
  /// NCC under the transform, −1…1.
  public var similarityAfter: Double
  /// Mutual information under the transform as a correlation: √(1 − e^(−2·MI)), 0…1. It equals |NCC| for
  /// jointly normal intensities and exceeds it where the relation is not linear.
  public var informationCorrelation: Double
  /// The edges' agreement under the transform: the mean cosine² between the gradients where the fixed image has
  /// edges, less the ½ (⅓ in space) that directions at random give, over its largest value; 0…1.
  public var edgeAgreement: Double
  /// The same where the alignment started; nil where no start was given.
  public var edgeAgreementAtStart: Double?
  /// How far the similarity stands above what the same two images reach when displaced from this alignment, in standard
  /// deviations of those values.
  public var distinctness: Double
  /// How far the parts of the images, each by itself, bear the transform out.
  public var blocks: BlockAgreement
  /// The evidence of the parts for another candidate over that for this one, of the candidate for which it is greatest;
  /// 0 where there is none, and more than 1 where the other is likelier.
  public var rivalAgreement: Double
  /// Whether the parts of the images agree once the moving one is mirrored along x. Asked of pictures whose alignment
  /// failed.
  public var isMirrored = false
  /// The score of the next best separate candidate over the best one's, 0…1; close to 0 when no other was found. Close
  /// to 1 means that two different transforms explain the images equally well.
  public var peakRatio: Double
  /// That next best candidate as a homogeneous matrix, when its score comes close to the best.
  public var rival: [[Double]]?
  /// The mean distance, in physical units, between the corners and where they come back to after the
  /// forward and an independent backward alignment.
  public var forwardBackward: Double
  /// The covariance of the parameters in the model's order (degrees, ratios, physical units); nil when the images do
  /// not determine them.
  public var covariance: [[Double]]?
  /// The standard deviation that the covariance gives at the corners, in physical units (root mean square).
  public var cornerDeviation: Double?
  public var stopReason: StopReason
  public var iterations: Int
}

extension Evidence {
  /// By how many deviations the value at a transform stands above those around it, the least of several groups.
  ///
  /// - Parameter groups: the values at displaced transforms, such as shifted and turned ones; a group of fewer than four
  ///   does not count.
  /// - Returns: 0 where no group counts.
  static func distinctness(of peak: Double, among groups: [[Double]]) -> Double {
    let deviations = groups.filter { $0.count >= 4 }.map { others -> Double in
      let mean = others.reduce(0, +) / Double(others.count)
      let variance = others.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(others.count - 1)
      // A floor of 0.02 keeps a flat landscape from giving large numbers.
      return (peak - mean) / (variance + 0.02 * 0.02).squareRoot()
    }
    return deviations.min() ?? 0
  }
}
