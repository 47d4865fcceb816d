import Vernier

/// A plate drawn from a scene: a white rim, a dark frame, and three exposures of one scene with unlike brightness.
struct DrawnPlate {
  var width = 220
  /// Rows of an exposure, without the seam.
  var step = 180
  var seam = 6
  /// Of blue and red against green.
  var blue = SIMD2(2, -3)
  var red = SIMD2(-3, 4)
  var seed: UInt64 = 61

  /// The row at which an exposure begins.
  func top(_ index: Int) -> Int { 14 + index * (step + seam) }
  var height: Int { top(2) + step + 14 }

  var image: Image<2> { (try? Image(width: width, height: height, samples: samples()))! }

  private func samples() -> [Float] {
    let scene = SyntheticScene(side: 256, seed: seed).image
    var samples = [Float](repeating: 250, count: width * height)
    for y in 6..<height - 6 {
      for x in 6..<width - 6 { samples[y * width + x] = 5 }
    }
    for (index, shift) in [blue, .zero, red].enumerated() {
      for y in 0..<step {
        for x in 14..<width - 14 {
          let value = scene.samples[(y + 30 - shift.y) * 256 + x + 16 - shift.x]
          let seen: Float = index == 0 ? 30 + 0.7 * value : index == 1 ? value : 230 - 0.6 * (255 - value)
          samples[(top(index) + y) * width + x] = 20 + 0.85 * seen
        }
      }
    }
    return samples
  }
}

extension Image where rank == 2 {
  /// The same samples with spacing 1 and origin 0.
  var onOrigin: Image<2> { (try? Image(width: width, height: height, samples: samples))! }
}
