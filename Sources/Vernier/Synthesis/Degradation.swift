import Glibc

/// What may happen to an image between the scene and the file. Intensities are those of an 8-bit file, 0…255, as
/// fractions.
public enum Degradation: Sendable {
  /// Gaussian noise of a standard deviation, in intensity units.
  case noise(deviation: Double)
  /// A Gaussian of σ = `deviation` samples, see ``Image/smoothed(deviation:)``.
  case blur(deviation: Double)
  /// Intensities spread about the middle of their scale: 127.5 + gain · (v − 127.5).
  case contrast(gain: Double)
  /// Intensities v as 255 · (v / 255)^exponent, held in 0…255; above 1 darkens.
  case gamma(exponent: Double)
  /// The negative: 255 − v.
  case inversion
  /// Intensities put through a curve: the values at equal steps from the image's least intensity to its greatest,
  /// linear in between. Need not be monotone, and so imitates another modality.
  case curve([Float])
  /// An imitation of another modality, drawn from a seed: two random curves, each in regions of its own, blur, shading,
  /// rims made stronger or turned over, and a texture that the image did not have. No curve of intensities maps it
  /// back.
  case modality(seed: UInt64)

  /// A random curve over 0…255: inversion, gamma, a fold, a wave or five free values.
  public static func randomCurve(using random: inout some RandomNumberGenerator) -> Degradation {
    .curve(randomValues(using: &random))
  }

  /// The values of a random curve.
  static func randomValues(using random: inout some RandomNumberGenerator) -> [Float] {
    let steps = (0...24).map { Float($0) / 24 }
    switch Int.random(in: 0..<5, using: &random) {
    case 0: return steps.map { 255 * (1 - $0) }
    case 1:
      let gamma = Float.random(in: 0.4...2.5, using: &random)
      return steps.map { 255 * powf($0, gamma) }
    case 2:
      let fold = Float.random(in: 0.3...0.7, using: &random)
      return steps.map { 255 * abs($0 - fold) / max(fold, 1 - fold) }
    case 3:
      let phase = Float.random(in: 0...6, using: &random)
      return steps.map { 127.5 * (1 + sinf(7.5 * $0 + phase)) }
    default: return (0..<6).map { _ in Float.random(in: 0...255, using: &random) }
    }
  }

  /// The image so degraded.
  ///
  /// Samples that are not finite stay as they are, and have no influence on others. A modality is imitated slice by
  /// slice. Noise is drawn one number after the other from `random`, in double precision.
  public func applied<let rank: Int>(
    to image: Image<rank>, using random: inout some RandomNumberGenerator
  ) -> Image<rank> {
    switch self {
    case .noise(let deviation):
      guard deviation > 0 else { return image }
      return image.mapSamples { $0 + Float(deviation * Self.normal(using: &random)) }
    case .blur(let deviation): return image.smoothed(deviation: deviation)
    case .contrast, .gamma, .inversion, .curve:
      var samples = image.samples
      samples.withUnsafeMutableBufferPointer { mapIntensities(of: $0.baseAddress!, count: $0.count) }
      return Image(unchecked: image.grid, samples: samples, mask: image.mask)
    case .modality(let seed):
      let plane = image.size[0] * image.size[1]
      let whole = image.mapSamples { $0.isFinite ? $0 : 0 }
      var (samples, scratch) = (whole.samples, [Float](repeating: 0, count: ModalityMap.scratchCount(plane)))
      var generator = SplitMix64(seed: seed)
      let map = ModalityMap(width: image.size[0], height: image.size[1], using: &generator)
      samples.withUnsafeMutableBufferPointer { samples in
        for start in stride(from: 0, to: samples.count, by: plane) {
          map.apply(to: samples.baseAddress! + start, scratch: &scratch)
        }
      }
      for index in samples.indices where !image.samples[index].isFinite { samples[index] = image.samples[index] }
      return Image(unchecked: image.grid, samples: samples, mask: image.mask)
    }
  }

  /// The degradations of single intensities, in place; others leave the samples as they are.
  func mapIntensities(of samples: UnsafeMutablePointer<Float>, count: Int) {
    switch self {
    case .noise, .blur, .modality: return
    case .contrast(let gain):
      let gain = Float(gain)
      for index in 0..<count { samples[index] = 127.5 + gain * (samples[index] - 127.5) }
    case .gamma(let exponent):
      let exponent = Float(exponent)
      for index in 0..<count where samples[index].isFinite {
        samples[index] = 255 * powf(min(max(samples[index], 0), 255) / 255, exponent)
      }
    case .inversion:
      for index in 0..<count { samples[index] = 255 - samples[index] }
    case .curve(let values): IntensityCurve(values, over: samples, count: count)?.apply(to: samples, count: count)
    }
  }

  /// A standard normal number (Box and Muller 1958).
  package static func normal(using random: inout some RandomNumberGenerator) -> Double {
    let radius = (-2 * log(Double.random(in: Double.leastNormalMagnitude..<1, using: &random))).squareRoot()
    return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &random))
  }
}

/// A piecewise linear map of the intensities between the least and the greatest of a picture.
struct IntensityCurve {
  private let values: [Float]
  private let least: Float
  private let scale: Float

  /// - Returns: nil where there is nothing to map: fewer than two values, or a picture of one intensity.
  init?(_ values: [Float], over samples: UnsafePointer<Float>, count: Int) {
    var (least, most) = (Float.infinity, -Float.infinity)
    for index in 0..<count where samples[index].isFinite {
      least = min(least, samples[index])
      most = max(most, samples[index])
    }
    guard values.count > 1, most > least else { return nil }
    self.values = values
    self.least = least
    scale = Float(values.count - 1) / (most - least)
  }

  @inline(__always)
  func apply(to samples: UnsafeMutablePointer<Float>, count: Int) {
    let last = values.count - 2
    values.withUnsafeBufferPointer { values in
      for index in 0..<count where samples[index].isFinite {
        let place = (samples[index] - least) * scale
        let lower = min(Int(place), last)
        samples[index] = values[lower] + (place - Float(lower)) * (values[lower + 1] - values[lower])
      }
    }
  }
}

extension Image {
  /// The image as an 8-bit file would hold it: rounded, 0…255.
  public func rounded() -> Self { mapSamples { min(max($0.rounded(), 0), 255) } }
}
