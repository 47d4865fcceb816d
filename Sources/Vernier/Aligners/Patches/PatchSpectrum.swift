import Glibc

/// The share of white noise in one small image, by its own spectrum.
///
/// The periodogram I of the image under a Hann window is fitted by P(k) = c (a · B(k) + 1), with the spectrum B of
/// natural images (``shape(_:lowest:)``), at the greatest Whittle likelihood −Σ [ln P + I / P] (Whittle 1953). Unlike
/// the correlation of two images it needs no alignment.
final class PatchSpectrum {
  private let level: PatchLevel
  private let transform: RealTransform
  private let image: FourierBuffer
  private let spectrum: FourierBuffer
  private let window: [Float]
  /// For each stored frequency the bin of its magnitude; -1 where the window's own width hides what is there.
  private let bins: [Int]
  /// How many frequencies are in each bin, and the natural spectrum's mean there.
  private let counts: [Double]
  private let shapes: [Double]

  init(for level: PatchLevel) {
    self.level = level
    transform = .of(width: level.width, height: level.height)
    image = FourierBuffer(reals: level.width * level.height)
    spectrum = FourierBuffer(complexes: transform.spectrumCount)
    func hann(_ place: Int, _ count: Int) -> Float { powf(sinf(.pi * (Float(place) + 0.5) / Float(count)), 2) }
    window = (0..<level.width * level.height).map { index in
      hann(index % level.width, level.width) * hann(index / level.width, level.height)
    }
    let side = max(level.width, level.height)
    let lowest = 2 * Double.pi / Double(side)
    var bins = [Int](repeating: -1, count: transform.spectrumCount)
    var counts = [Double](repeating: 0, count: side + 1)
    var shapes = counts
    Self.forEachFrequency(width: level.width, height: level.height) { index, square, multiplicity in
      let bin = Int(square.squareRoot() / lowest)
      guard bin > 1 else { return }
      bins[index] = bin
      counts[bin] += multiplicity
      shapes[bin] += multiplicity * Self.shape(square, lowest: lowest)
    }
    self.bins = bins
    self.counts = counts
    self.shapes = zip(shapes, counts).map { $1 > 0 ? $0 / $1 : 0 }
  }

  /// The spectrum of natural images seen through optics that blur by about 0.7 samples, e^(−k²/2) / (k² + k₀²)
  /// (Ruderman 1994).
  static func shape(_ square: Double, lowest: Double) -> Double { exp(-0.5 * square) / (square + lowest * lowest) }

  /// Calls `body` with each stored frequency of a real transform: its index, the square of its magnitude in radians a
  /// sample, and how often it stands in the whole spectrum.
  static func forEachFrequency(width: Int, height: Int, _ body: (Int, Double, Double) -> Void) {
    let count = height / 2 + 1
    for x in 0..<width {
      let kx = 2 * Double.pi * Double(min(x, width - x)) / Double(width)
      for y in 0..<count {
        let ky = 2 * Double.pi * Double(y) / Double(height)
        body(x * count + y, kx * kx + ky * ky, y == 0 || 2 * y == height ? 1 : 2)
      }
    }
  }

  /// The share of the image's variance, which is 1, that is white noise.
  func noise() -> Double {
    var (sum, energy, weight): (Float, Float, Float) = (0, 0, 0)
    for y in 0..<level.height {
      for x in 0..<level.width {
        let factor = window[y * level.width + x] * level.weights[y * level.stride + x]
        sum += factor * level.values[y * level.stride + x]
        weight += factor
        energy += factor * factor
      }
    }
    guard weight > 0 else { return 0 }
    let mean = sum / weight
    for y in 0..<level.height {
      for x in 0..<level.width {
        let place = y * level.stride + x
        image.reals[y * level.width + x] =
          window[y * level.width + x] * level.weights[place] * (level.values[place] - mean)
      }
    }
    transform.forward(image, into: spectrum)
    var powers = [Double](repeating: 0, count: counts.count)
    Self.forEachFrequency(width: level.width, height: level.height) { index, _, multiplicity in
      guard bins[index] >= 0 else { return }
      let (real, imaginary) = (spectrum.reals[2 * index], spectrum.reals[2 * index + 1])
      powers[bins[index]] += multiplicity * Double((real * real + imaginary * imaginary) / energy)
    }
    return fitted(powers)
  }

  /// - Parameter powers: the periodogram's sum in each bin.
  private func fitted(_ powers: [Double]) -> Double {
    let total = counts.reduce(0, +)
    var best = (likelihood: -Double.infinity, noise: 0.0)
    for step in 0...60 {
      let ratio = exp(-7 + 0.3 * Double(step))
      var (level, logarithms) = (0.0, 0.0)
      for bin in counts.indices where counts[bin] > 0 {
        let expected = ratio * shapes[bin] + 1
        level += powers[bin] / expected
        logarithms += counts[bin] * log(expected)
      }
      level /= total
      guard level > 0 else { return 0 }
      let likelihood = -total * log(level) - logarithms
      if likelihood > best.likelihood { best = (likelihood, level) }
    }
    return min(best.noise, 1)
  }
}
