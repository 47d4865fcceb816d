import Glibc

/// What may happen to an image between the scene and the file.
public enum Degradation: Sendable {
  /// Gaussian noise of a standard deviation, in intensity units.
  case noise(deviation: Double)
  /// Intensities put through a curve: the values at equal steps from the image's least intensity to its greatest, linear in between. Need
  /// not be monotone, and so imitates another modality.
  case curve([Float])

  /// A random curve over 0…255: inversion, gamma, a fold, a wave or five free values.
  public static func randomCurve(using random: inout some RandomNumberGenerator) -> Degradation {
    let steps = (0...24).map { Float($0) / 24 }
    switch Int.random(in: 0..<5, using: &random) {
    case 0: return .curve(steps.map { 255 * (1 - $0) })
    case 1:
      let gamma = Float.random(in: 0.4...2.5, using: &random)
      return .curve(steps.map { 255 * powf($0, gamma) })
    case 2:
      let fold = Float.random(in: 0.3...0.7, using: &random)
      return .curve(steps.map { 255 * abs($0 - fold) / max(fold, 1 - fold) })
    case 3:
      let phase = Float.random(in: 0...6, using: &random)
      return .curve(steps.map { 127.5 * (1 + sinf(7.5 * $0 + phase)) })
    default: return .curve((0..<6).map { _ in Float.random(in: 0...255, using: &random) })
    }
  }

  public func applied<let rank: Int>(
    to image: Image<rank>, using random: inout some RandomNumberGenerator
  ) -> Image<rank> {
    switch self {
    case .noise(let deviation):
      guard deviation > 0 else { return image }
      return image.mapSamples { $0 + Float(deviation * Self.normal(using: &random)) }
    case .curve(let values):
      guard values.count > 1, let least = image.samples.min(), let most = image.samples.max(), most > least else {
        return image
      }
      let scale = Float(values.count - 1) / (most - least)
      return image.mapSamples { sample in
        let place = (sample - least) * scale
        let lower = min(Int(place), values.count - 2)
        return values[lower] + (place - Float(lower)) * (values[lower + 1] - values[lower])
      }
    }
  }

  /// A standard normal number (Box and Muller 1958).
  static func normal(using random: inout some RandomNumberGenerator) -> Double {
    let radius = (-2 * log(Double.random(in: Double.leastNormalMagnitude..<1, using: &random))).squareRoot()
    return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &random))
  }
}

extension Image {
  /// The image as an 8-bit file would hold it: rounded, 0…255.
  public func rounded() -> Self { mapSamples { min(max($0.rounded(), 0), 255) } }
}
