import Vernier

/// Target, data and transformed data side by side, as the paper's Fig. 2: one row of one kind, one of different kinds.
struct Triptych: Sendable {
  let image: Image<2>

  /// Of each picture.
  private static let side = 256

  /// - Parameter scene: large enough for pairs of 256×256.
  /// - Throws: `SynthesisError` where it is not; what the method throws.
  init(of scene: Image<2>, method: MicroscopyMethod, methods: [Method], seed: UInt64) throws {
    let rows = try [0.0, 1].map { modality in
      var recipe = MicroscopySet.recipe(side: Self.side, kind: .published, modality: modality)
      recipe.degradation.noise = 0...0
      recipe.degradation.blur = 0...0
      let (fixed, moving, _) = try SyntheticPairs(of: [scene], recipe, seed: seed).pair(0)
      let alignment = try Registration(chain: method.chain, of: methods, model: method.model)
        .align(moving, to: fixed)
      return [fixed, moving, moving.resampled(onto: fixed.grid, through: alignment.transform)].map { $0.rounded() }
    }
    image = try TileSheet.image(of: rows, side: Self.side)
  }
}
