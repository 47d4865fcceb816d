import Glibc

/// The comparison by any similarity, from its cost over every sample and the cost's derivatives.
///
/// With m∘T the moving image as it is seen on the fixed grid, ∂cost/∂xᵢ = Σ ∂cost/∂m(p) · ∇(m∘T)(p) · Gᵢ(p).
final class SampleComparison<let rank: Int>: Comparison<rank> {
  private let similarity: any Similarity
  private let context: SimilarityContext
  private let basis: [[Double]]
  private let middle: Vector<rank>

  init(_ similarity: any Similarity, _ level: ComparisonLevel<rank>) {
    self.similarity = similarity
    context = SimilarityContext(level.pair)
    let grid = level.pair.fixed.grid
    middle = Vector { Double(grid.size[$0] - 1) / 2 }
    basis = IndexBasis.coefficients(level.generators, about: level.center, on: grid, origin: middle)
    super.init(level)
  }

  override func refine(_ start: Affine<rank>, limit: Int, threads: Int) -> Refined<rank> {
    Ranks.open(rank, (self, start)) { (work: (SampleComparison<2>, Affine<2>)) in
      work.0.refined(work.1, limit: limit, threads: threads)
    } space: { (work: (SampleComparison<3>, Affine<3>)) in
      work.0.refined(work.1, limit: limit, threads: threads)
    }
  }

  private func refined(_ start: Affine<rank>, limit: Int, threads: Int) -> Refined<rank> {
    let outcome = level.descend(from: start, limit: limit) {
      evaluate($0, threads: threads).map { ($0.cost, $0.gradient) }
    }
    let found = evaluate(outcome.transform, threads: threads)
    let correlation = max(1 - exp(2 * (found?.cost ?? 0)), 0).squareRoot()
    let share = level.pair.share(found?.count ?? 0, under: outcome.transform)
    return Refined(
      transform: outcome.transform, score: significance(correlation, share: share), iterations: outcome.iterations,
      stopReason: outcome.stopReason)
  }

  private func evaluate(
    _ transform: Affine<rank>, threads: Int
  ) -> (cost: Double, gradient: [Double], count: Double)? {
    let pair = level.pair
    let moved = pair.moving.resampled(onto: pair.fixed.grid, through: transform, threads: threads)
    let weights = pair.fixedWeights.indices.map { moved.isValid($0) ? pair.fixedWeights[$0] : 0 }
    let count = weights.reduce(0) { $0 + Double($1) }
    guard count >= 0.05 * pair.fixedCount, count > 0 else { return nil }
    var slopes = [Float](repeating: 0, count: weights.count)
    var context = context
    context.threads = threads
    var span = slopes.mutableSpan
    let cost = similarity.cost(
      of: moved.samples.span, against: pair.fixed.samples.span, weights: weights.span, in: context, slopes: &span)
    guard let cost, cost.isFinite else { return nil }
    return (cost, gradient(slopes, moved, weights), count)
  }

  private func gradient(_ slopes: [Float], _ moved: Image<rank>, _ weights: [Float]) -> [Double] {
    let size = moved.size
    var moments = [Double](repeating: 0, count: rank * (rank + 1))
    for place in slopes.indices where weights[place] != 0 && slopes[place] != 0 {
      var at = Vector<rank>.zero
      for axis in 0..<rank {
        at[axis] = Double(place / size.stride(along: axis) % size[axis]) - middle[axis]
      }
      for axis in 0..<rank {
        let stride = size.stride(along: axis)
        let (low, high) = (place - stride, place + stride)
        // Samples that count have neighbours, which the moving image need not cover.
        guard low >= 0, high < slopes.count, moved.isValid(low), moved.isValid(high) else { continue }
        let force = Double(slopes[place]) * Double(moved.samples[high] - moved.samples[low]) / 2
        for column in 0..<rank { moments[axis * (rank + 1) + column] += force * at[column] }
        moments[axis * (rank + 1) + rank] += force
      }
    }
    return basis.map { coefficients in zip(coefficients, moments).reduce(0) { $0 + $1.0 * $1.1 } }
  }
}

extension SimilarityContext {
  init<let rank: Int>(_ pair: LevelPair<rank>) {
    let (fixed, moving) = (IntensityRange(of: pair.fixed), IntensityRange(of: pair.moving))
    self.init(fixedRange: fixed.low...fixed.high, movingRange: moving.low...moving.high)
  }
}
