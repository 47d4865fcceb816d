/// A random relation between two modalities, for networks that are to align what they have not seen.
///
/// Between T1 and T2, or a photograph and its depth, no curve of intensities holds: one tissue is smoothed away,
/// another shows its rims, the coil shades, the other sensor adds a texture of its own. Each picture of intensities v
/// becomes
///
///     (1 − m) · f(g ∗ v) + m · f′(g ∗ v),   · (1 + b),   + c · (v − h ∗ v),   + t,   held in 0…255
///
/// with random curves f and f′ (``Degradation/randomCurve(using:)``), m a smooth field in 0…1 in half of the maps and 0
/// in the others, g no blur or one of σ = 0.5…1.5 samples, b a smooth shading of up to ± 0.4, c · (v − h ∗ v) the
/// detail finer than σ = 1.5 with a factor of −2…2 in a third of the maps, and t a texture of 2…6 samples' grain and up
/// to ± 20.
struct ModalityMap {
  private let width: Int
  private let height: Int
  private let curves: ([Float], [Float])
  private let mixture: LatticeTexture?
  private let blur: GaussianBlur?
  private let detail: (factor: Float, blur: GaussianBlur)?
  private let shading: LatticeTexture
  private let texture: LatticeTexture

  /// Draws a map for pictures of a size.
  init(width: Int, height: Int, using random: inout some RandomNumberGenerator) {
    self.width = width
    self.height = height
    let coarse = max(4, max(width, height) / 2)
    curves = (Degradation.randomValues(using: &random), Degradation.randomValues(using: &random))
    mixture =
      Bool.random(using: &random)
      ? LatticeTexture(width: width, height: height, cell: coarse, amplitude: 1, using: &random) : nil
    blur =
      Bool.random(using: &random) ? GaussianBlur(deviation: .random(in: 0.5...1.5, using: &random)) : nil
    detail =
      Int.random(in: 0..<3, using: &random) == 0
      ? (Float.random(in: -2...2, using: &random), GaussianBlur(deviation: 1.5)) : nil
    shading = LatticeTexture(
      width: width, height: height, cell: coarse, amplitude: .random(in: 0...0.4, using: &random), using: &random)
    texture = LatticeTexture(
      width: width, height: height, cell: .random(in: 2...6, using: &random),
      amplitude: .random(in: 0...20, using: &random), using: &random)
  }

  /// The samples of memory that ``apply(to:scratch:)`` needs for a picture of `count`.
  static func scratchCount(_ count: Int) -> Int { 2 * count }

  /// Maps a picture in place.
  func apply(to samples: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>) {
    let count = width * height
    let size = [width, height]
    let (original, other) = (scratch, scratch + count)
    original.update(from: samples, count: count)
    blur?.apply(to: samples, size: size, scratch: other)
    if let mixture {
      other.update(from: samples, count: count)
      IntensityCurve(curves.1, over: other, count: count)?.apply(to: other, count: count)
      IntensityCurve(curves.0, over: samples, count: count)?.apply(to: samples, count: count)
      mixture.forEach(width: width, height: height) { index, value in
        // The field's ± 1, made steeper, so that both curves have regions of their own.
        let share = min(max(0.5 + value, 0), 1)
        samples[index] += share * (other[index] - samples[index])
      }
    } else {
      IntensityCurve(curves.0, over: samples, count: count)?.apply(to: samples, count: count)
    }
    shading.forEach(width: width, height: height) { samples[$0] *= 1 + $1 }
    if let detail {
      for index in 0..<count { samples[index] += detail.factor * original[index] }
      detail.blur.apply(to: original, size: size, scratch: other)
      for index in 0..<count { samples[index] -= detail.factor * original[index] }
    }
    texture.forEach(width: width, height: height) { samples[$0] = min(max(samples[$0] + $1, 0), 255) }
  }
}
