import Glibc

/// A drawn scene for demonstrations and tests: overlapping shapes on a shaded ground, with texture at all scales.
public struct SyntheticScene: Sendable {
  /// The scene, square.
  public let image: Image<2>

  /// Draws a scene of `side` × `side` samples with intensities near 0…255.
  public init(side: Int, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var samples = [Float](repeating: 0, count: side * side)
    let extent = Float(side)
    let slope = (Float.random(in: -40...40, using: &random), Float.random(in: -40...40, using: &random))
    for y in 0..<side {
      for x in 0..<side {
        samples[y * side + x] = 110 + slope.0 * (Float(x) / extent - 0.5) + slope.1 * (Float(y) / extent - 0.5)
      }
    }
    for index in 0..<60 {
      let size = extent * Float.random(in: 0.02...0.16, using: &random)
      let centerX = Float.random(in: 0...extent, using: &random)
      let centerY = Float.random(in: 0...extent, using: &random)
      let angle = Float.random(in: 0...Float.pi, using: &random)
      let aspect = Float.random(in: 0.35...1, using: &random)
      let tone = Float.random(in: 15...240, using: &random)
      let (c, s) = (cosf(angle), sinf(angle))
      let reach = Int(size * 1.5) + 2
      for y in max(0, Int(centerY) - reach)..<max(min(side, Int(centerY) + reach), max(0, Int(centerY) - reach)) {
        for x in max(0, Int(centerX) - reach)..<max(min(side, Int(centerX) + reach), max(0, Int(centerX) - reach)) {
          let (dx, dy) = (Float(x) - centerX, Float(y) - centerY)
          let along = (c * dx + s * dy) / size
          let across = (c * dy - s * dx) / (size * aspect)
          let distance = index % 2 == 0 ? hypotf(along, across) : max(abs(along), abs(across))
          // One sample's width of blending keeps the outline free of steps.
          let cover = min(max((1 - distance) * size * aspect + 0.5, 0), 1)
          samples[y * side + x] += cover * (tone - samples[y * side + x])
        }
      }
    }
    for octave in 0..<6 {
      let cell = max(2, side >> (octave + 2))
      let texture = LatticeTexture(
        width: side, height: side, cell: cell, amplitude: 4 + 14 * Float(cell) / extent, using: &random)
      texture.forEach(width: side, height: side) { samples[$0] += $1 }
    }
    guard let image = try? Image<2>(width: side, height: side, samples: samples) else {
      preconditionFailure("a scene has a positive side")
    }
    self.image = image
  }

  /// A pair cut from one drawn scene: 512 × 512, turned, shifted and noisy, with the transform that relates the two.
  ///
  /// The rotation lies in ±180°, the shifts in ±15 % of the side; both images carry independent noise of σ = 5.
  public static func pair(seed: UInt64) -> (fixed: Image<2>, moving: Image<2>, truth: Affine<2>) {
    let side = 512
    let scene = SyntheticScene(side: 1024, seed: seed)
    var random = SplitMix64(seed: seed &+ 1)
    let motion = MotionRange<2>(degrees: 180, shift: 0.15 * Double(side)).random(
      center: Vector(repeating: Double(side - 1) / 2), using: &random)
    let cut = PairCutter(scene: scene.image)
    let pair = cut.pair(side: side, corner: (256, 256), truth: motion)
    return (
      Degradation.noise(deviation: 5).applied(to: pair.fixed, using: &random).rounded(),
      Degradation.noise(deviation: 5).applied(to: pair.moving, using: &random).rounded(), motion
    )
  }
}
