import Vernier

/// Pairs that are made: by a protocol, of one kind or of different ones.
struct MicroscopySet: Sendable {
  var title: String
  var note: String
  var pairs: SyntheticPairs

  /// The motions of all sets: those on which the two-headed CNN is trained.
  static func recipe(side: Int, kind: PairProtocol, modality: Double) -> SyntheticPairs.Recipe {
    var recipe = SyntheticPairs.Recipe(
      side: side, kind: kind, model: .similarity,
      motion: MotionRange(degrees: 30, scale: 0.8...1.25, shift: 0.15 * Double(side)))
    recipe.degradation.modality = modality
    recipe.degradation.noise = 0...0.05
    recipe.degradation.blur = 0...1
    return recipe
  }

  /// One kind and different ones, by both protocols.
  static func all(
    side: Int, scenes: (SyntheticPairs.Recipe) throws -> [Image<2>], seed: UInt64, threads: Int
  ) throws -> [Self] {
    try [PairProtocol.published, .strict].flatMap { kind in
      try [0.0, 1].map { modality in
        let recipe = recipe(side: side, kind: kind, modality: modality)
        let pairs = try SyntheticPairs(of: scenes(recipe), recipe, seed: seed, threads: threads)
        return Self(
          title: "\(modality == 0 ? "one kind" : "different kinds"), \(kind.rawValue)", note: recipe.description,
          pairs: pairs)
      }
    }
  }

  func pair(_ number: Int) throws -> RegisteredPair {
    let (fixed, moving, truth) = try pairs.pair(number)
    return RegisteredPair(fixed: fixed, moving: moving, truth: truth)
  }
}
