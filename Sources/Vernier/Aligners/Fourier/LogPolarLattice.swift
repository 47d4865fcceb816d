import Glibc

/// Where the magnitudes of a spectrum are sampled in polar coordinates, the radius by its logarithm (Reddy and
/// Chatterji 1996).
///
/// A shift of a picture leaves the magnitudes as they are; a turn shifts them along the angle, x here, and a scale
/// along the logarithm of the radius, y. A real picture's spectrum is symmetric, so that half a turn holds it all and
/// is its period.
struct LogPolarLattice {
  /// The side of the square transform.
  let side: Int
  /// Samples over half a turn, and as many over the radii.
  let count: Int
  /// Cycles a sample: below are slow gradients and the window's own spectrum, above are the corners of the square.
  private let radii = (low: 0.02, high: 0.48)

  /// - Parameter longest: the longest side of the pictures.
  init(longest: Int) {
    // Twice the pictures, so that magnitudes can be interpolated linearly.
    side = RealTransform.fastSize(atLeast: 2 * longest)
    count = RealTransform.fastSize(atLeast: min(max(longest, 96), 512))
  }

  /// Radians for a sample along x.
  var angleStep: Double { .pi / Double(count) }
  /// ln of the ratio of two neighbouring radii.
  var radiusStep: Double { log(radii.high / radii.low) / Double(count - 1) }

  /// The magnitudes of a picture's spectrum on the lattice, emphasised towards high frequencies, less each radius's
  /// mean and faded out along the radius.
  ///
  /// The emphasis is Reddy and Chatterji's (1 − X) (2 − X), X = cos πξ cos πη with ξ, η in cycles a sample. The
  /// magnitudes are not compressed: a logarithm or a root would raise noise beside structure.
  ///
  /// - Parameter faded: a picture whose border is faded out, no larger than the transform.
  func magnitudes(of faded: Image<2>) -> FourierBuffer {
    let transform = RealTransform.of(width: side, height: side)
    let picture = FourierBuffer(reals: side * side)
    for y in 0..<faded.height {
      for x in 0..<faded.width { picture.reals[y * side + x] = faded.samples[y * faded.width + x] }
    }
    let spectrum = FourierBuffer(complexes: transform.spectrumCount)
    transform.forward(picture, into: spectrum)
    let emphasised = emphasis(spectrum, transform)
    let half = side / 2 + 1
    let result = FourierBuffer(reals: count * count)
    let window = Taper.hann.weights(count)
    for row in 0..<count {
      let radius = radii.low * exp(radiusStep * Double(row)) * Double(side)
      var sum: Float = 0
      for column in 0..<count {
        // From −90° to 90°; where y is negative, the opposite frequency has the same magnitude.
        let angle = (Double(column) - Double(count) / 2) * angleStep
        let sign = angle < 0 ? -1.0 : 1
        let (x, y) = (sign * radius * cos(angle), max(sign * radius * sin(angle), 0))
        let (left, above) = (Int(x.rounded(.down)), min(Int(y), half - 2))
        let (fx, fy) = (Float(x - Double(left)), Float(y - Double(above)))
        let (one, other) = ((left + side) % side * half + above, (left + 1 + side) % side * half + above)
        let first = emphasised[one] + fx * (emphasised[other] - emphasised[one])
        let second = emphasised[one + 1] + fx * (emphasised[other + 1] - emphasised[one + 1])
        let value = first + fy * (second - first)
        result.reals[row * count + column] = value
        sum += value
      }
      let mean = sum / Float(count)
      for column in 0..<count {
        result.reals[row * count + column] = (result.reals[row * count + column] - mean) * window[row]
      }
    }
    return result
  }

  private func emphasis(_ spectrum: borrowing FourierBuffer, _ transform: RealTransform) -> [Float] {
    let values = spectrum.reals
    let half = side / 2 + 1
    var magnitudes = [Float](repeating: 0, count: transform.spectrumCount)
    for index in magnitudes.indices {
      let (real, imaginary) = (values[2 * index], values[2 * index + 1])
      magnitudes[index] = (real * real + imaginary * imaginary).squareRoot()
    }
    for x in 0..<side {
      let horizontal = Double(x <= side / 2 ? x : x - side) / Double(side)
      for y in 0..<half {
        let ripple = Float(cos(.pi * horizontal) * cos(.pi * Double(y) / Double(side)))
        let index = x * half + y
        magnitudes[index] *= (1 - ripple) * (2 - ripple)
      }
    }
    return magnitudes
  }
}
