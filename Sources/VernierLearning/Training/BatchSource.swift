import Vernier

/// Where training gets its pairs from.
///
/// Pair i is the same whenever it is asked for and on however many threads it is made, so that a training can be resumed and repeated.
public protocol BatchSource: Sendable {
  /// Pictures are `side` × `side`.
  var side: Int { get }

  /// The pairs `first` to `first + count − 1`.
  func batch(first: Int, count: Int) throws -> TrainingBatch
}

/// Pairs with their answers.
public struct TrainingBatch: Sendable {
  /// [count, side, side], intensities 0…255.
  public var fixed: [Float]
  public var moving: [Float]
  /// Fixed to moving, in samples.
  public var motions: [Affine<2>]

  public init(fixed: [Float], moving: [Float], motions: [Affine<2>]) {
    self.fixed = fixed
    self.moving = moving
    self.motions = motions
  }
}
