import Vernier
import VernierFiles

/// Synthetic pairs as training takes them.
public struct TrainingPairs: BatchSource {
  private let pairs: SyntheticPairs
  private let threads: Int

  /// - Parameters:
  ///   - scenes: intensities 0…255; those too small for the recipe's motions are left out.
  ///   - recipe: what pairs are made.
  ///   - seed: draws them.
  ///   - threads: threads to use at most; the pairs do not depend on it.
  /// - Throws: `SynthesisError`; `PluginError` where the recipe compresses and the codec is missing.
  public init(of scenes: [Image<2>], _ recipe: SyntheticPairs.Recipe, seed: UInt64, threads: Int = 2) throws {
    let codec = recipe.degradation.quality == nil ? nil : try JPEGCodec()
    pairs = try SyntheticPairs(of: scenes, recipe, seed: seed, codec: codec, threads: threads)
    self.threads = threads
  }

  public var side: Int { pairs.recipe.side }
  /// The scenes that are large enough.
  public var sceneCount: Int { pairs.sceneCount }

  public func batch(first: Int, count: Int) throws -> TrainingBatch<Affine<2>> {
    let batch = try pairs.batch(first: first, count: count, threads: threads)
    return TrainingBatch(fixed: batch.fixed, moving: batch.moving, motions: batch.transforms)
  }
}

extension PictureNetworkConfiguration {
  /// The pairs that the network is trained on unless told: its own motions, by the published protocol.
  public var usualRecipe: SyntheticPairs.Recipe {
    let scale = max(1, motions.scale)
    let range = MotionRange<2>(
      model, degrees: motions.degrees, scale: 1 / scale...scale, shear: 0, shift: motions.shift * Double(side))
    return SyntheticPairs.Recipe(side: side, kind: .published, model: model, motion: range)
  }
}
