import Glibc
import Testing

@testable import Vernier

@Suite struct PatchBlurTests {
  private func loaded(_ image: Image<2>) -> PatchLevel {
    let patch = Patch(width: image.width, height: image.height, coarsest: 128)
    patch.load(image)
    return patch.levels[0]
  }

  /// Σ g(p − q) v(q) / Σ g(p − q) w(q) over whole pictures, with a Gaussian cut off at three deviations.
  private func direct(_ level: PatchLevel, variance: Double, x: Int, y: Int) -> Double {
    let reach = Int((3 * variance.squareRoot()).rounded(.up))
    var (sum, share) = (0.0, 0.0)
    for row in max(y - reach, 0)...min(y + reach, level.height - 1) {
      for column in max(x - reach, 0)...min(x + reach, level.width - 1) {
        let (dx, dy) = (Double(column - x), Double(row - y))
        let factor = exp(-0.5 * (dx * dx + dy * dy) / variance)
        let index = row * level.stride + column
        sum += factor * Double(level.values[index])
        share += factor * Double(level.weights[index])
      }
    }
    return level.weights[y * level.stride + x] > 0 ? sum / share : 0
  }

  /// One blur for levels of several sizes, with and without a mask. Measured 6 · 10⁻⁷, the rounding of single
  /// precision.
  @Test(arguments: [0.5, 2, 4, 7]) func isANormalizedGaussian(variance: Double) throws {
    let whole = loaded(SyntheticScene(side: 40, seed: 601).image)
    let scene = try SyntheticScene(side: 64, seed: 602).image.cropped(corner: [3, 4], size: [27, 55])
    let holes = (0..<scene.samples.count).map { UInt8($0 * $0 % 11 < 3 || $0 % 27 > 20 ? 0 : 1) }
    let masked = loaded(try scene.masked(by: holes))
    let blur = PatchBlur(for: [masked, whole])
    var worst = 0.0
    for level in [whole, masked, whole] {
      let smooth = PatchLevel(width: level.width, height: level.height, scale: 1, fullCenter: level.fullCenter)
      smooth.load(smoothing: level, variance: variance, with: blur)
      for y in 0..<level.height {
        for x in 0..<level.width {
          let apart = Double(smooth.values[y * level.stride + x]) - direct(level, variance: variance, x: x, y: y)
          worst = max(worst, abs(apart))
        }
      }
      #expect(smooth.count == level.count && smooth.isWhole == level.isWhole)
    }
    #expect(worst < 1.2e-6)
  }
}
