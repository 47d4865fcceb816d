import Glibc

/// Normalized cross-correlation: up to gain and offset. Its cost is ½ ln(1 − NCC²).
public struct CrossCorrelation: Similarity {
  public var name: String { "ncc" }
  public var title: String { "normalized cross-correlation" }
  public var relation: IntensityRelation { .linear }

  public init() {}

  public func cost(
    of moved: Span<Float>, against fixed: Span<Float>, weights: Span<Float>, in context: SimilarityContext,
    slopes: inout MutableSpan<Float>
  ) -> Double? {
    let sums = GainOffsetSums(fixed: fixed, moved: moved, weights: weights, threads: context.threads)
    guard sums.count > 0 else { return nil }
    let (n, rho) = (sums.count, sums.correlation)
    let residual = GainOffsetSums.floor + 1 - rho * rho
    guard slopes.count > 0 else { return 0.5 * log(residual) }
    var (onFixed, onMoved) = (0.0, 0.0)
    if sums.fixedVariance > 1e-20, sums.movingVariance > 1e-20 {
      onFixed = -rho / (n * residual * (sums.fixedVariance * sums.movingVariance).squareRoot())
      onMoved = rho * rho / (n * residual * sums.movingVariance)
    }
    let one = -(onFixed * sums.fixed + onMoved * sums.moving) / n
    slopes.combine(fixed, moved, weights, onFixed, onMoved, one, threads: context.threads)
    return 0.5 * log(residual)
  }
}

/// Mean squared difference: intensities mean the same in both images. Its cost is ½ ln of it, of intensities of
/// deviation 1.
public struct MeanSquares: Similarity {
  public var name: String { "mse" }
  public var title: String { "mean squared difference" }
  public var relation: IntensityRelation { .same }

  public init() {}

  public func cost(
    of moved: Span<Float>, against fixed: Span<Float>, weights: Span<Float>, in context: SimilarityContext,
    slopes: inout MutableSpan<Float>
  ) -> Double? {
    let sums = GainOffsetSums(fixed: fixed, moved: moved, weights: weights, threads: context.threads)
    guard sums.count > 0 else { return nil }
    let residual = GainOffsetSums.floor + sums.meanSquaredDifference
    if slopes.count > 0 {
      let scale = 1 / (sums.count * residual)
      slopes.combine(fixed, moved, weights, -scale, scale, 0, threads: context.threads)
    }
    return 0.5 * log(residual)
  }
}

extension GainOffsetSums {
  /// The mean square that is left gets 0.01 % more, which keeps its logarithm from growing without bound on images that
  /// are one.
  static let floor = 1e-4

  /// Over the samples that count, in single precision along stretches of some thousand.
  init(fixed: Span<Float>, moved: Span<Float>, weights: Span<Float>, threads: Int) {
    self.init()
    fixed.withUnsafeBufferPointer { fixed in
      moved.withUnsafeBufferPointer { moved in
        weights.withUnsafeBufferPointer { weights in
          let chunks = chunkRanges(fixed.count, chunks: max(32, fixed.count / 4096))
          var partial = [GainOffsetSums](repeating: GainOffsetSums(), count: chunks.count)
          partial.withUnsafeMutableBufferPointer { partial in
            let places = partial.baseAddress!
            let (f, m, w) = (fixed.baseAddress!, moved.baseAddress!, weights.baseAddress!)
            forEachChunk(chunks.count, threads: worthwhileThreads(threads, samples: fixed.count)) { chunk in
              let first = chunks[chunk].lowerBound
              places[chunk] = GainOffsetSums(row: f + first, m + first, w + first, w + first, chunks[chunk].count)
            }
          }
          self = partial.reduce(into: GainOffsetSums()) { $0 += $1 }
        }
      }
    }
  }
}

extension MutableSpan<Float> {
  /// fixed · f + moved · m + one at each sample that counts, else 0.
  fileprivate mutating func combine(
    _ fixed: Span<Float>, _ moved: Span<Float>, _ weights: Span<Float>, _ onFixed: Double, _ onMoved: Double,
    _ one: Double, threads: Int
  ) {
    let (a, b, c) = (Float(onFixed), Float(onMoved), Float(one))
    withUnsafeMutableBufferPointer { slopes in
      fixed.withUnsafeBufferPointer { f in
        moved.withUnsafeBufferPointer { m in
          weights.withUnsafeBufferPointer { w in
            let chunks = chunkRanges(slopes.count)
            let target = slopes.baseAddress!
            forEachChunk(chunks.count, threads: worthwhileThreads(threads, samples: slopes.count)) { chunk in
              for place in chunks[chunk] { target[place] = w[place] != 0 ? a * f[place] + b * m[place] + c : 0 }
            }
          }
        }
      }
    }
  }
}
