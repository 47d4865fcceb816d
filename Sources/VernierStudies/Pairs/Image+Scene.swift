import Glibc
import Vernier

extension Image where rank == 2 {
  /// The image under a Gaussian cut off at four standard deviations, its borders reflected.
  func smoothed(deviation: Double) -> Self {
    let radius = Int(4 * deviation + 0.5)
    let weights = (-radius...radius).map { exp(-0.5 * Double($0 * $0) / (deviation * deviation)) }
    let total = weights.reduce(0, +)
    let kernel = weights.map { Float($0 / total) }
    let along = filtered(samples, kernel, count: width, step: 1, lines: height, lineStep: width)
    let both = filtered(along, kernel, count: height, step: width, lines: width, lineStep: 1)
    return made(of: both, width: width, height: height)
  }

  /// The part of the image in the given columns and rows.
  ///
  /// - Precondition: they lie within the image.
  func block(x: Range<Int>, y: Range<Int>) -> Self {
    made(
      of: y.flatMap { samples[($0 * width + x.lowerBound)..<($0 * width + x.upperBound)] }, width: x.count,
      height: y.count)
  }

  /// The standard deviation of the samples.
  var deviation: Double {
    let count = Double(samples.count)
    let mean = samples.reduce(0.0) { $0 + Double($1) } / count
    return (samples.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count).squareRoot()
  }
}

private func made(of samples: [Float], width: Int, height: Int) -> Image<2> {
  guard let image = try? Image<2>(width: width, height: height, samples: samples) else {
    preconditionFailure("a part of a picture has as many samples as its sides say")
  }
  return image
}

private func filtered(
  _ samples: [Float], _ kernel: [Float], count: Int, step: Int, lines: Int, lineStep: Int
) -> [Float] {
  let radius = kernel.count / 2
  var result = samples
  for line in 0..<lines {
    for place in 0..<count {
      var sum: Float = 0
      for (tap, weight) in kernel.enumerated() {
        var source = place + tap - radius
        while source < 0 || source >= count { source = source < 0 ? -1 - source : 2 * count - 1 - source }
        sum += weight * samples[line * lineStep + source * step]
      }
      result[line * lineStep + place * step] = sum
    }
  }
  return result
}
