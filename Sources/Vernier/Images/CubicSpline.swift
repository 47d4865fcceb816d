/// Cubic B-spline interpolation: prefilter and weights (Unser, Aldroubi and Eden 1993).
@usableFromInline
enum CubicSpline {
  /// The pole of the recursive prefilter, √3 − 2.
  static let pole: Float = -0.26794919243112270647

  /// The coefficients whose spline passes through the samples, with mirrored borders.
  static func coefficients<let rank: Int>(of image: Image<rank>, threads: Int) -> [Float] {
    var coefficients = image.samples
    let size = image.size
    coefficients.withUnsafeMutableBufferPointer { buffer in
      let base = buffer.baseAddress!
      for axis in 0..<rank where size[axis] > 1 {
        let stride = size.prefix(axis).reduce(1, *)
        let length = size[axis]
        let outer = buffer.count / (stride * length)
        // Neighbouring lines are filtered together, so that memory is walked in order.
        let width = stride == 1 ? 1 : min(stride, 64)
        let blocks = (stride + width - 1) / width
        let chunks = chunkRanges(outer * blocks, chunks: 64)
        forEachChunk(chunks.count, threads: threads) { chunk in
          for item in chunks[chunk] {
            let first = (item % blocks) * width
            let start = base + (item / blocks) * stride * length + first
            prefilter(start, length: length, stride: stride, lines: min(width, stride - first))
          }
        }
      }
    }
    return coefficients
  }

  private static func prefilter(_ start: UnsafeMutablePointer<Float>, length: Int, stride: Int, lines: Int) {
    let z = pole
    let gain: Float = 6
    // The causal filter's first value: the mirrored sum, cut off where the pole's power is below rounding.
    let horizon = 14
    let period = 2 * (length - 1)
    for line in 0..<lines {
      var power: Float = z
      var sum = start[line]
      for index in 1..<horizon {
        let place = index % period
        sum += power * start[min(place, period - place) * stride + line]
        power *= z
      }
      start[line] = sum * gain
    }
    for index in 1..<max(length, 1) where index < length {
      let row = start + index * stride
      let previous = row - stride
      for line in 0..<lines { row[line] = gain * row[line] + z * previous[line] }
    }
    let last = start + (length - 1) * stride
    for line in 0..<lines {
      last[line] = (z / (z * z - 1)) * (z * (last - stride)[line] + last[line])
    }
    var index = length - 2
    while index >= 0 {
      let row = start + index * stride
      let next = row + stride
      for line in 0..<lines { row[line] = z * (next[line] - row[line]) }
      index -= 1
    }
  }

  /// The weights of the four coefficients around a position at `fraction` (0…1) behind the second of them.
  @inlinable
  @inline(__always)
  static func weights<Scalar: BinaryFloatingPoint & SIMDScalar>(_ fraction: Scalar) -> SIMD4<Scalar> {
    let t = fraction
    let s = 1 - t
    let first = s * s * s * (1 / 6)
    let last = t * t * t * (1 / 6)
    let second = 2.0 / 3.0 - t * t * (1 - 0.5 * t)
    return SIMD4(first, second, 1 - first - second - last, last)
  }

  /// ``weights(_:)`` of four fractions, a vector for each coefficient.
  @inline(__always)
  static func weights(
    of fractions: SIMD4<Float>
  ) -> (first: SIMD4<Float>, second: SIMD4<Float>, third: SIMD4<Float>, last: SIMD4<Float>) {
    let t = fractions
    let s = 1 - t
    let first = s * s * s * (1 / 6)
    let last = t * t * t * (1 / 6)
    let second = 2.0 / 3.0 - t * t * (1 - 0.5 * t)
    return (first, second, 1 - first - second - last, last)
  }

  /// The derivatives of ``weights(_:)``.
  @inlinable
  @inline(__always)
  static func slopes<Scalar: BinaryFloatingPoint & SIMDScalar>(_ fraction: Scalar) -> SIMD4<Scalar> {
    let t = fraction
    let s = 1 - t
    return SIMD4(-0.5 * s * s, t * (1.5 * t - 2), s * (2 - 1.5 * s), 0.5 * t * t)
  }
}
