/// Sums of a picture's samples and of their squares over any rectangle.
package struct RunningSums {
  private let sums: [SIMD2<Double>]
  private let stride: Int

  package init(_ samples: [Float], width: Int, height: Int) {
    let stride = width + 1
    self.stride = stride
    sums = [SIMD2<Double>](unsafeUninitializedCapacity: stride * (height + 1)) { sums, count in
      count = stride * (height + 1)
      for x in 0...width { sums[x] = .zero }
      for y in 0..<height {
        var line = SIMD2<Double>.zero
        sums[(y + 1) * stride] = .zero
        for x in 0..<width {
          let sample = Double(samples[y * width + x])
          line += SIMD2(sample, sample * sample)
          sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1] + line
        }
      }
    }
  }

  package func window(_ x: Int, _ y: Int, _ width: Int, _ height: Int) -> (sum: Double, squared: Double) {
    let sum =
      sums[(y + height) * stride + x + width] - sums[y * stride + x + width] - sums[(y + height) * stride + x]
      + sums[y * stride + x]
    return (sum.x, sum.y)
  }
}
