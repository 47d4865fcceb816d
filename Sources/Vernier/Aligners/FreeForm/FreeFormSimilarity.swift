import Glibc

/// A similarity of two images as a cost over the control points of a free-form deformation, with its analytic gradient.
///
/// With m the moving image's value at T(p), f the fixed one's and n the samples that both hold:
///
///     mse: ½ ln Σ (m − f)² / n      ncc: ½ ln(1 − NCC²)      mi: −MI
///
/// in nats, of intensities of deviation 1. The logarithm is what the likelihood of noise of unknown strength asks for; it gives all three one
/// scale, for of jointly normal intensities MI is −½ ln(1 − NCC²), so that one weight of the regularisation suits them. What
/// leaves the overlap changes n; the gradient takes n as fixed.
final class FreeFormSimilarity<let rank: Int> {
  let deformed: DeformedPair<rank>
  private let metric: Metric
  private var sums = GainOffsetSums()
  // Mutual information alone.
  private let bins: Int
  private var fixedBins: [Int32] = []
  private var movingShift: Float = 0
  private var movingScale: Float = 1
  private var joint: JointHistogram?

  /// - Precondition: the metric is not gradient fields.
  init(_ pair: LevelPair<rank>, affine: Affine<rank>, controls: Grid<rank>, metric: Metric, threads: Int) {
    precondition(metric != .gradientFields)
    deformed = DeformedPair(pair, affine: affine, controls: controls, threads: threads)
    self.metric = metric
    bins = JointHistogram.bins(samples: Int(pair.fixedCount))
    guard metric == .mutualInformation else { return }
    let (fixedRange, movingRange) = (IntensityRange(of: pair.fixed), IntensityRange(of: pair.moving))
    let inner = Float(bins - 4)
    fixedBins = pair.fixed.samples.map { value in
      Int32(min(max((value - fixedRange.low) / fixedRange.width, 0), 0.999_999) * inner) + 2
    }
    movingShift = movingRange.low
    movingScale = inner / movingRange.width
  }

  /// The cost at the control points' displacements; nil where less than a twentieth of the fixed samples find a moving one.
  func cost(_ nodes: [SIMD4<Float>]) -> Double? {
    sums = deformed.warp(nodes)
    guard sums.count > 0, sums.count >= 0.05 * deformed.pair.fixedCount else { return nil }
    switch metric {
    case .meanSquares, .crossCorrelation, .gradientFields: return 0.5 * log(residual)
    case .mutualInformation:
      let joint = JointHistogram(histogram(), bins: bins)
      self.joint = joint
      return -joint.information
    }
  }

  /// The mean square that is left, 0.01 % added, which keeps its logarithm from growing without bound on images that are one.
  private var residual: Double {
    1e-4 + (metric == .meanSquares ? sums.meanSquaredDifference : 1 - sums.correlation * sums.correlation)
  }

  /// The NCC at the last ``cost(_:)``.
  var correlation: Double { sums.correlation }

  /// The derivatives of the last ``cost(_:)``, by component of each control point's displacement.
  func gradient() -> [SIMD4<Float>] {
    let n = sums.count
    switch metric {
    case .meanSquares: return linear(fixed: -1 / (n * residual), moving: 1 / (n * residual), one: 0)
    case .crossCorrelation, .gradientFields:
      let (rho, fixedVariance, movingVariance) = (sums.correlation, sums.fixedVariance, sums.movingVariance)
      guard fixedVariance > 1e-20, movingVariance > 1e-20 else { return linear(fixed: 0, moving: 0, one: 0) }
      let onFixed = -rho / (n * residual * (fixedVariance * movingVariance).squareRoot())
      let onMoving = rho * rho / (n * residual * movingVariance)
      return linear(
        fixed: onFixed, moving: onMoving, one: -(onFixed * sums.fixed + onMoving * sums.moving) / n)
    case .mutualInformation:
      guard let joint else { return [] }
      let scale = -movingScale / Float(joint.count)
      let (shift, factor, highest, bins) = (movingShift, movingScale, Float(bins - 4) - 1e-4, bins)
      return deformed.values.withUnsafeBufferPointer { values in
        fixedBins.withUnsafeBufferPointer { fixedBins in
          joint.logRatios.withUnsafeBufferPointer { ratios in
            deformed.gradient { index in
              let value = (values[index] - shift) * factor
              guard value > 0, value < highest else { return 0 }
              return scale * JointHistogram.rise(value + 2, ratios.baseAddress! + Int(fixedBins[index]) * bins)
            }
          }
        }
      }
    }
  }

  /// The diagonal of an approximate second derivative at the last ``cost(_:)``: Gauss and Newton's for squares; mutual information is taken for
  /// that of jointly normal intensities.
  func curvature() -> [SIMD4<Float>] {
    let n = sums.count
    let scale: Double
    switch metric {
    case .meanSquares: scale = 1 / (n * residual)
    case .crossCorrelation, .gradientFields:
      scale = sums.correlation * sums.correlation / (n * residual * max(sums.movingVariance, 1e-20))
    case .mutualInformation:
      let rest = exp(-2 * (joint?.information ?? 0))
      scale = (1 - rest) / (rest * n * max(sums.movingVariance, 1e-20))
    }
    return deformed.curvature().map { $0 * Float(scale) }
  }

  /// The gradient of a cost whose derivative by m is fixed · f + moving · m + one.
  private func linear(fixed: Double, moving: Double, one: Double) -> [SIMD4<Float>] {
    let (a, b, c) = (Float(fixed), Float(moving), Float(one))
    return deformed.pair.fixed.samples.withUnsafeBufferPointer { f in
      deformed.values.withUnsafeBufferPointer { m in deformed.gradient { a * f[$0] + b * m[$0] + c } }
    }
  }

  private func histogram() -> [Double] {
    let total = deformed.values.count
    let chunks = chunkRanges(total, chunks: 16)
    let cells = bins * bins
    var partial = [Float](repeating: 0, count: cells * chunks.count)
    let (shift, factor, highest) = (movingShift, movingScale, Float(bins - 4) - 1e-4)
    partial.withUnsafeMutableBufferPointer { partial in
      let base = partial.baseAddress!
      deformed.values.withUnsafeBufferPointer { values in
        deformed.marks.withUnsafeBufferPointer { marks in
          fixedBins.withUnsafeBufferPointer { fixedBins in
            forEachChunk(chunks.count, threads: deformed.threads) { chunk in
              let cell = base + chunk * cells
              for index in chunks[chunk] where marks[index] != 0 {
                let value = min(max((values[index] - shift) * factor, 0), highest) + 2
                JointHistogram.add(value, to: cell + Int(fixedBins[index]) * bins)
              }
            }
          }
        }
      }
    }
    var sum = [Double](repeating: 0, count: cells)
    for chunk in chunks.indices { for cell in 0..<cells { sum[cell] += Double(partial[chunk * cells + cell]) } }
    return sum
  }
}
