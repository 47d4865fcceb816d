/// Mutual information by Mattes et al. (2003, doi:10.1109/TMI.2003.809072): any relation of the intensities. Its cost
/// is −MI.
public struct MutualInformation: Similarity {
  public var name: String { "mi" }
  public var title: String { "mutual information" }
  public var relation: IntensityRelation { .any }

  public init() {}

  public func cost(
    of moved: Span<Float>, against fixed: Span<Float>, weights: Span<Float>, in context: SimilarityContext,
    slopes: inout MutableSpan<Float>
  ) -> Double? {
    var count = 0
    for place in weights.indices where weights[place] != 0 { count += 1 }
    guard count > 0 else { return nil }
    // As many bins as the fixed image's samples fill: they must not change as samples enter and leave.
    let bins = JointHistogram.bins(samples: weights.count)
    let scale = HistogramScale(context, bins: bins)
    let threads = worthwhileThreads(context.threads, samples: weights.count)
    let joint = JointHistogram(scale.histogram(fixed, moved, weights, threads: threads), bins: bins)
    if slopes.count > 0 { scale.slopes(of: joint, fixed, moved, weights, into: &slopes, threads: threads) }
    return -joint.information
  }
}

/// How intensities fall into the bins of a joint histogram.
private struct HistogramScale {
  private let bins: Int
  private let fixedLow: Float
  private let fixedScale: Float
  private let movingLow: Float
  private let movingScale: Float
  private let highest: Float

  init(_ context: SimilarityContext, bins: Int) {
    self.bins = bins
    let inner = Float(bins - 4)
    func width(_ range: ClosedRange<Float>) -> Float { max(range.upperBound - range.lowerBound, .leastNormalMagnitude) }
    fixedLow = context.fixedRange.lowerBound
    fixedScale = 1 / width(context.fixedRange)
    movingLow = context.movingRange.lowerBound
    movingScale = inner / width(context.movingRange)
    highest = inner - 1e-4
  }

  @inline(__always)
  private func row(_ fixed: Float) -> Int {
    (Int(min(max((fixed - fixedLow) * fixedScale, 0), 0.999_999) * Float(bins - 4)) + 2) * bins
  }

  func histogram(_ fixed: Span<Float>, _ moved: Span<Float>, _ weights: Span<Float>, threads: Int) -> [Double] {
    let chunks = chunkRanges(moved.count, chunks: 16)
    let cells = bins * bins
    var partial = [Float](repeating: 0, count: cells * chunks.count)
    partial.withUnsafeMutableBufferPointer { partial in
      let base = partial.baseAddress!
      fixed.withUnsafeBufferPointer { fixed in
        moved.withUnsafeBufferPointer { moved in
          weights.withUnsafeBufferPointer { weights in
            forEachChunk(chunks.count, threads: threads) { chunk in
              let cell = base + chunk * cells
              for index in chunks[chunk] where weights[index] != 0 {
                let value = min(max((moved[index] - movingLow) * movingScale, 0), highest) + 2
                JointHistogram.add(value, to: cell + row(fixed[index]))
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

  func slopes(
    of joint: JointHistogram, _ fixed: Span<Float>, _ moved: Span<Float>, _ weights: Span<Float>,
    into slopes: inout MutableSpan<Float>, threads: Int
  ) {
    let scale = -movingScale / Float(joint.count)
    let chunks = chunkRanges(moved.count, chunks: 16)
    slopes.withUnsafeMutableBufferPointer { slopes in
      let target = slopes.baseAddress!
      fixed.withUnsafeBufferPointer { fixed in
        moved.withUnsafeBufferPointer { moved in
          weights.withUnsafeBufferPointer { weights in
            joint.logRatios.withUnsafeBufferPointer { ratios in
              forEachChunk(chunks.count, threads: threads) { chunk in
                for index in chunks[chunk] {
                  let value = (moved[index] - movingLow) * movingScale
                  guard weights[index] != 0, value > 0, value < highest else {
                    target[index] = 0
                    continue
                  }
                  target[index] = scale * JointHistogram.rise(value + 2, ratios.baseAddress! + row(fixed[index]))
                }
              }
            }
          }
        }
      }
    }
  }
}

/// Information over sampled points.
final class InformationComparison<let rank: Int>: Comparison<rank> {
  let information: SampledInformation<rank>

  override init(_ level: ComparisonLevel<rank>) {
    let count = min(level.pair.fixed.grid.count, level.sampleCount)
    information = SampledInformation(
      level.pair, generators: level.generators, about: level.center, bins: JointHistogram.bins(samples: count),
      count: level.sampleCount, seed: 1, threads: level.threads)
    super.init(level)
  }

  override func refine(_ start: Affine<rank>, limit: Int, threads: Int) -> Refined<rank> {
    Ranks.open(rank, (self, start)) { (work: (InformationComparison<2>, Affine<2>)) in
      work.0.refined(work.1, limit: limit, threads: threads)
    } space: { (work: (InformationComparison<3>, Affine<3>)) in
      work.0.refined(work.1, limit: limit, threads: threads)
    }
  }

  private func refined(_ start: Affine<rank>, limit: Int, threads: Int) -> Refined<rank> {
    let outcome = level.descend(from: start, limit: limit) { transform in
      information.evaluate(transform).map { (-$0.information, $0.gradient.map { -$0 }) }
    }
    return Refined(
      transform: outcome.transform, score: information.score(outcome.transform), iterations: outcome.iterations,
      stopReason: outcome.stopReason)
  }
}

extension MutualInformation: ComparableSimilarity {
  func comparison<let rank: Int>(_ level: ComparisonLevel<rank>) -> Comparison<rank> {
    Ranks.open(rank, level) { (level: ComparisonLevel<2>) in
      InformationComparison(level)
    } space: { (level: ComparisonLevel<3>) in
      InformationComparison(level)
    }
  }
}
