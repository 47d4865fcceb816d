import Glibc
import Vernier

/// What it costs that the scene has to be taken from the two noisy images themselves.
///
/// ``RigidBound`` takes the scene as known: a frequency k of power S tells k² S / 2N of a shift along k where white
/// noise has the power N in each image. Who has the two images only, of a stationary random scene, gets from it
///
///     k² C / (1 − C) = k² S² / (N (2S + N)),   C = (S / (S + N))²
///
/// with the coherence C (Knapp and Carter 1976, IEEE Trans. ASSP 24(4), doi:10.1109/TASSP.1976.1162830; Carter 1987,
/// Proc. IEEE 75(2)): no less where S ≫ N, and next to nothing where S ≪ N. The estimator that reaches it weighs the
/// frequencies of the cross-spectrum with w = S / (2S + N).
///
/// A scene at hand is no average. Its periodogram P scatters about S, which is taken as the mean of P over rings of
/// equal |k|: the scene's statistics as of an isotropic process, known beforehand. The weighted estimator's standard
/// deviation on this very P exceeds that of the known scene by
///
///     √( Σ k² P / 2N · Σ k² w² (2PN + N²) / (Σ k² w P)² )
///
/// which is √((2S + N) / 2S) for P = S the same at all frequencies, and 1 without noise. A rotation is a shift at each
/// place, across its arm, so that an isotropic stationary scene costs it the same.
///
/// It is an estimate, not a theorem about one scene: whoever knows in which directions a scene has its edges can do
/// better.
struct UnknownScene: Sendable {
  /// The periodogram, in which white noise has its variance at each frequency.
  private let power: [Double]
  private let meanPower: [Double]
  private let squaredFrequencies: [Double]

  /// - Parameter image: the scene without noise, square; seen through a Hann window along each axis, its mean taken
  ///   off.
  init(_ image: Image<2>) {
    self.init(power: Self.periodogram(image), side: image.width)
  }

  /// - Parameter power: the periodogram of a `side` × `side` scene, frequency 0 first.
  init(power: [Double], side: Int) {
    precondition(power.count == side * side, "a periodogram has as many frequencies as its scene has samples")
    let squares = (0..<side * side).map { place in
      let (row, column) = (place / side, place % side)
      let (v, u) = (min(row, side - row), min(column, side - column))
      return Double(u * u + v * v)
    }
    let rings = squares.map { Int($0.squareRoot().rounded()) }
    var sums = [Double](repeating: 0, count: side)
    var counts = [Double](repeating: 0, count: side)
    for (ring, value) in zip(rings, power) {
      sums[ring] += value
      counts[ring] += 1
    }
    self.power = power
    squaredFrequencies = squares
    meanPower = rings.map { sums[$0] / counts[$0] }
  }

  /// By how much the least standard deviation exceeds that of the known scene: at least 1.
  ///
  /// - Parameter variance: N, positive.
  func excess(variance: Double) -> Double {
    var (known, score, scatter) = (0.0, 0.0, 0.0)
    for ((power, mean), square) in zip(zip(power, meanPower), squaredFrequencies) where mean > 0 {
      let weight = mean / (2 * mean + variance)
      known += square * power / (2 * variance)
      score += square * weight * power
      scatter += square * weight * weight * (2 * power * variance + variance * variance)
    }
    return score > 0 ? (known * scatter).squareRoot() / score : .infinity
  }

  /// The transform is the sum itself, along rows and then along columns.
  private static func periodogram(_ image: Image<2>) -> [Double] {
    let side = image.width
    precondition(image.height == side, "the scene is square")
    let turn = 2 * Double.pi / Double(side)
    let cosines = (0..<side).map { cos(turn * Double($0)) }
    let sines = (0..<side).map { sin(turn * Double($0)) }
    let taper = (0..<side).map { 0.5 - 0.5 * cos(turn * (Double($0) + 0.5)) }
    let window = (0..<side * side).map { taper[$0 / side] * taper[$0 % side] }
    let mean = zip(window, image.samples).reduce(0) { $0 + $1.0 * Double($1.1) } / window.reduce(0, +)
    let samples = zip(window, image.samples).map { $0 * (Double($1) - mean) }
    var rows = [(real: Double, imaginary: Double)](repeating: (0, 0), count: side * side)
    for y in 0..<side {
      for u in 0..<side {
        var sum = (real: 0.0, imaginary: 0.0)
        for x in 0..<side {
          sum.real += samples[y * side + x] * cosines[u * x % side]
          sum.imaginary -= samples[y * side + x] * sines[u * x % side]
        }
        rows[y * side + u] = sum
      }
    }
    let energy = window.reduce(0) { $0 + $1 * $1 }
    var power = [Double](repeating: 0, count: side * side)
    for v in 0..<side {
      for u in 0..<side {
        var (real, imaginary) = (0.0, 0.0)
        for y in 0..<side {
          let (value, phase) = (rows[y * side + u], v * y % side)
          real += value.real * cosines[phase] + value.imaginary * sines[phase]
          imaginary += value.imaginary * cosines[phase] - value.real * sines[phase]
        }
        power[v * side + u] = (real * real + imaginary * imaginary) / energy
      }
    }
    return power
  }
}
