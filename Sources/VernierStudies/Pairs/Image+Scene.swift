import Vernier

extension Image where rank == 2 {
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
