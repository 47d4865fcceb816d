import Glibc

/// What a joint histogram of two images' intensities says: their mutual information, MI = Σ p(a, b) ln(p(a, b) / (p(a)
/// p(b))), in nats.
struct JointHistogram {
  /// The samples in it.
  let count: Double
  let information: Double
  /// The entropies of the two marginals, in nats.
  let fixedEntropy: Double
  let movingEntropy: Double
  /// ln(p(a, b) / p(b)) for each cell: its change with a sample's intensity is what the information gains.
  let logRatios: [Float]

  /// - Parameter cells: bins × bins counts, a row for each of the fixed image's bins.
  init(_ cells: [Double], bins: Int) {
    let total = cells.reduce(0, +)
    let joint = total > 0 ? cells.map { $0 / total } : cells
    var fixedMarginal = [Double](repeating: 0, count: bins)
    var movingMarginal = fixedMarginal
    for a in 0..<bins {
      for b in 0..<bins {
        fixedMarginal[a] += joint[a * bins + b]
        movingMarginal[b] += joint[a * bins + b]
      }
    }
    var ratios = [Float](repeating: 0, count: bins * bins)
    var sum = 0.0
    for a in 0..<bins {
      for b in 0..<bins {
        let p = joint[a * bins + b]
        guard p > 1e-16, movingMarginal[b] > 1e-16 else { continue }
        let ratio = log(p / movingMarginal[b])
        ratios[a * bins + b] = Float(ratio)
        sum += p * (ratio - log(fixedMarginal[a]))
      }
    }
    func entropy(_ marginal: [Double]) -> Double { marginal.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 } }
    count = total
    information = sum
    logRatios = ratios
    fixedEntropy = entropy(fixedMarginal)
    movingEntropy = entropy(movingMarginal)
  }

  /// Bins an image for a number of samples, the two that the window needs at each end included: fewer for few samples,
  /// whose histogram would stay empty.
  static func bins(samples count: Int) -> Int { count < 1500 ? 14 : count < 6000 ? 20 : 32 }

  /// Spreads a sample over the cells of its fixed bin by a cubic B-spline window about its moving intensity.
  ///
  /// - Parameters:
  ///   - intensity: in bins, from 1 to bins − 3.
  ///   - row: the first cell of the fixed bin.
  @inline(__always)
  static func add(_ intensity: Float, to row: UnsafeMutablePointer<Float>) {
    let lower = Int(intensity)
    let cells = UnsafeMutableRawPointer(row + lower - 1)
    let sum = cells.loadUnaligned(as: SIMD4<Float>.self) + CubicSpline.weights(intensity - Float(lower))
    cells.storeBytes(of: sum, as: SIMD4<Float>.self)
  }

  /// As ``add(_:to:)`` for those of four samples that count.
  ///
  /// - Parameters:
  ///   - fixedBins: the four samples' fixed bins.
  ///   - counts: 0 for the samples to leave out.
  ///   - cells: the histogram.
  @inline(__always)
  static func add(
    _ intensities: SIMD4<Float>, fixedBins: UnsafePointer<Int32>, where counts: SIMD4<Int32>,
    to cells: UnsafeMutablePointer<Float>, bins: Int
  ) {
    let lower = intensities.rounded(.down)
    let weights = CubicSpline.weights(of: intensities - lower)
    for lane in 0..<4 where counts[lane] != 0 {
      let row = cells + Int(fixedBins[lane]) * bins
      let window = UnsafeMutableRawPointer(row + Int(lower[lane]) - 1)
      let share = SIMD4(weights.first[lane], weights.second[lane], weights.third[lane], weights.last[lane])
      let sum = window.loadUnaligned(as: SIMD4<Float>.self) + share
      window.storeBytes(of: sum, as: SIMD4<Float>.self)
    }
  }

  /// How the information changes with a sample's moving intensity, times the number of samples.
  ///
  /// - Parameter row: the ``logRatios`` of the sample's fixed bin.
  @inline(__always)
  static func rise(_ intensity: Float, _ row: UnsafePointer<Float>) -> Float {
    let lower = Int(intensity)
    let ratios = UnsafeRawPointer(row + lower - 1).loadUnaligned(as: SIMD4<Float>.self)
    return (CubicSpline.slopes(intensity - Float(lower)) * ratios).sum()
  }
}
