import Vernier

/// Pairs by the published protocol (Ma, Zhao and Cheng 2021, section 3.1): the moving picture is the fixed one moved, interpolated linearly,
/// with zeros where it looks outside; both are rounded to 8 bits afterwards.
public struct TrainingPairs: BatchSource {
  private let pairs: SyntheticPairs
  private let threads: Int

  /// - Parameters:
  ///   - pictures: all `side` × `side`, intensities 0…255.
  ///   - side: the pictures' side.
  ///   - motions: how far they are moved.
  ///   - seed: draws pictures and motions.
  ///   - threads: threads to use at most; the pairs do not depend on it.
  /// - Throws: `SynthesisError`.
  public init(of pictures: [Image<2>], side: Int, motions: TrainingMotions, seed: UInt64, threads: Int = 2) throws {
    let model: TransformModel = motions.scale > 1 ? .similarity : .rigid
    let scale = max(1, motions.scale)
    let range = MotionRange<2>(
      model, degrees: motions.degrees, scale: 1 / scale...scale, shear: 0, shift: motions.shift * Double(side))
    pairs = try SyntheticPairs(
      of: pictures, SyntheticPairs.Recipe(side: side, kind: .published, model: model, motion: range), seed: seed,
      threads: threads)
    self.threads = threads
  }

  public var side: Int { pairs.recipe.side }

  public func batch(first: Int, count: Int) throws -> TrainingBatch {
    let batch = try pairs.batch(first: first, count: count, threads: threads)
    return TrainingBatch(fixed: batch.fixed, moving: batch.moving, motions: batch.transforms)
  }
}
