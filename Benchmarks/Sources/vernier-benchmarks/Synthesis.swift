import Vernier

/// Synthetic pairs into memory that is there already, all degradations but JPEG; milliseconds a thousand pairs.
func synthesis(_ kind: PairProtocol, side: Int, count: Int, runs: Int, threads: Int) throws -> Line {
  let scenes = (1...20).map { SyntheticScene(side: kind == .published ? side : 512, seed: $0).image }
  let motion = MotionRange<2>(.affine, degrees: 30, scale: 0.8...1.25, shear: 0.1, shift: 0.15 * Double(side))
  var recipe = SyntheticPairs.Recipe(side: side, kind: kind, model: .affine, motion: motion)
  recipe.degradation.modality = 0.5
  recipe.degradation.inversion = 0.25
  recipe.degradation.contrast = 0.7...1.3
  recipe.degradation.gamma = 0.7...1.4
  recipe.degradation.blur = 0...1
  recipe.degradation.noise = 0...0.1
  let pairs = try SyntheticPairs(of: scenes, recipe, seed: 1)
  var (fixed, moving) = (
    [Float](repeating: 0, count: count * side * side), [Float](repeating: 0, count: count * side * side)
  )
  let (_, samples) = try measure(runs) {
    try pairs.fill(fixed: &fixed, moving: &moving, first: 0, count: count, threads: threads)
  }
  return Line(
    name: "\(kind.rawValue) pairs \(side)×\(side)", samples: samples.map { $0 * 1000 / Double(count) }, threads: threads
  )
}
