import Glibc

/// Gaussian blur of a level's samples, normalised by where there is data; works in place.
final class PatchBlur {
  private let memory: FourierBuffer
  private let plane: Int

  /// - Parameter levels: among them those with the largest planes that will be blurred.
  init(for levels: [PatchLevel]) {
    plane = levels.map { $0.stride * ($0.height + 2) + 8 }.max() ?? 0
    memory = FourierBuffer(reals: 2 * plane)
  }

  /// Blurs `values`, a plane in the layout of `level` with zeros where `weights` is 0.
  ///
  ///     out(p) = Σ g(p − q) v(q) / Σ g(p − q) w(q)   where w(p) > 0
  ///
  /// - Parameter variance: of the Gaussian along each axis, in samples² of the level.
  func apply(
    to values: UnsafeMutablePointer<Float>, weights: UnsafeMutablePointer<Float>, of level: PatchLevel, variance: Double
  ) {
    let kernel = Self.kernel(variance: variance)
    let (sums, shares) = (memory.reals + level.stride, memory.reals + plane + level.stride)
    alongRows(values, into: sums, level, kernel)
    alongRows(weights, into: shares, level, kernel)
    let (stride, height) = (level.stride, level.height)
    let reach = kernel.count - 1
    for y in 0..<height {
      let rows = max(y - reach, 0)...min(y + reach, height - 1)
      let line = values + y * stride
      let marks = weights + y * stride
      for x in Swift.stride(from: 0, to: level.width, by: 8) {
        var (sum, share) = (SIMD8<Float>.zero, SIMD8<Float>.zero)
        for row in rows {
          let factor = kernel[abs(row - y)]
          sum += factor * RowMoments.load(sums + (row * stride + x))
          share += factor * RowMoments.load(shares + (row * stride + x))
        }
        let weight = RowMoments.load(marks + x)
        let blurred = weight * sum / share.replacing(with: 1, where: share .<= 0)
        UnsafeMutableRawPointer(line + x).storeBytes(of: blurred, as: SIMD8<Float>.self)
      }
    }
  }

  private func alongRows(
    _ source: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>, _ level: PatchLevel,
    _ kernel: [Float]
  ) {
    let (stride, width) = (level.stride, level.width)
    for y in 0..<level.height {
      let (line, out) = (source + y * stride, target + y * stride)
      for x in Swift.stride(from: 0, to: width, by: 8) {
        var sum = kernel[0] * RowMoments.load(line + x)
        for step in 1..<kernel.count {
          sum += kernel[step] * (RowMoments.load(line + (x - step)) + RowMoments.load(line + (x + step)))
        }
        UnsafeMutableRawPointer(out + x).storeBytes(of: sum, as: SIMD8<Float>.self)
      }
    }
  }

  /// One half of a Gaussian out to three deviations, but not beyond the zeros between two rows, the middle first; its
  /// scale does not matter.
  private static func kernel(variance: Double) -> [Float] {
    let reach = min(max(Int((3 * variance.squareRoot()).rounded(.up)), 1), 8)
    return (0...reach).map { Float(exp(-0.5 * Double($0 * $0) / max(variance, 1e-3))) }
  }
}
