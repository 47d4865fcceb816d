import Vernier

/// Target, data and transformed data side by side, as the paper's Fig. 2: one row of one kind, one of different kinds.
struct Triptych: Sendable {
  let image: Image<2>

  /// Of each picture, and of the gap between them.
  private static let side = 256
  private static let gap = 8

  /// - Parameter scene: large enough for pairs of 256×256.
  /// - Throws: `SynthesisError` where it is not; what the method throws.
  init(of scene: Image<2>, method: MicroscopyMethod, methods: [Method], seed: UInt64) throws {
    let rows = try [0.0, 1].map { modality in
      var recipe = MicroscopySet.recipe(side: Self.side, kind: .published, modality: modality)
      recipe.degradation.noise = 0...0
      recipe.degradation.blur = 0...0
      let (fixed, moving, _) = try SyntheticPairs(of: [scene], recipe, seed: seed).pair(0)
      let alignment = try Registration(model: method.model, method: method.chain, threads: 1, methods: methods)
        .align(moving, to: fixed)
      return [fixed, moving, moving.resampled(onto: fixed.grid, through: alignment.transform)]
    }
    let step = Self.side + Self.gap
    let (width, height) = (3 * step - Self.gap, rows.count * step - Self.gap)
    var samples = [Float](repeating: 255, count: width * height)
    for (row, pictures) in rows.enumerated() {
      for (column, picture) in pictures.enumerated() {
        for y in 0..<Self.side {
          let start = (row * step + y) * width + column * step
          samples.replaceSubrange(
            start..<start + Self.side,
            with: picture.samples[y * Self.side..<(y + 1) * Self.side].map { min(max($0, 0), 255) })
        }
      }
    }
    image = try Image(width: width, height: height, samples: samples)
  }
}
