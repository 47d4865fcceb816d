import Vernier

/// Where training gets its pairs from.
///
/// Pair i is the same whenever it is asked for and on however many threads it is made, so that a training can be
/// resumed and repeated.
public protocol BatchSource: Sendable {
  /// Of pictures or of volumes.
  associatedtype Motion: NetworkMotion

  /// The samples of the images along each axis.
  var side: Int { get }
  /// How many pairs there are before they come again; nil where each is made anew.
  var pairCount: Int? { get }

  /// The pairs `first` to `first + count − 1`.
  func batch(first: Int, count: Int) throws -> TrainingBatch<Motion>
}

extension BatchSource {
  public var pairCount: Int? { nil }
}

/// Pairs, with their answers where these are known.
public struct TrainingBatch<Motion: NetworkMotion>: Sendable {
  /// [count, side, side], intensities 0…255, or [count, side, side, side], 0…1.
  public var fixed: [Float]
  public var moving: [Float]
  /// Fixed to moving, in samples; none where one of them is not known.
  public var motions: [Motion]

  public init(fixed: [Float], moving: [Float], motions: [Motion]) {
    self.fixed = fixed
    self.moving = moving
    self.motions = motions
  }
}
