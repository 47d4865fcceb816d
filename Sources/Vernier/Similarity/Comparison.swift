import Glibc

/// Two images at one resolution, compared by one similarity under linear transforms: what a refinement asks of it.
///
/// Each similarity has its own: normal equations where there are any, else a value and its derivatives. A comparison
/// may be asked from several threads at once.
class Comparison<let rank: Int> {
  let level: ComparisonLevel<rank>

  init(_ level: ComparisonLevel<rank>) { self.level = level }

  /// Where a refinement from a transform ends.
  func refine(_ start: Affine<rank>, limit: Int, threads: Int) -> Refined<rank> {
    preconditionFailure("each similarity refines its own way")
  }

  /// The significance of a transform as it is: comparable with that of other transforms at this level, and among
  /// similarities.
  func score(_ transform: Affine<rank>, threads: Int) -> Double {
    refine(transform, limit: 0, threads: threads).score
  }
}

/// What a comparison works on.
struct ComparisonLevel<let rank: Int>: Sendable {
  let pair: LevelPair<rank>
  let generators: [Generator<rank>]
  /// About which the generators turn.
  let center: Vector<rank>
  /// Whether it is the finest resolution, where steps are followed to the end.
  let isFinest: Bool
  /// Samples that the sampled similarities use at most.
  let sampleCount: Int
  /// Threads that its kernels are made for.
  let threads: Int
}

/// Where a refinement ended.
struct Refined<let rank: Int> {
  var transform: Affine<rank>
  /// The ``significance(_:share:)`` of the correlation that the similarity amounts to.
  var score: Double
  var iterations: Int
  var stopReason: StopReason
}

extension ComparisonLevel {
  /// Climbs by values and derivatives.
  ///
  /// - Parameter cost: what falls, and its derivatives along the generators; nil where too little overlaps.
  func descend(
    from start: Affine<rank>, limit: Int, _ cost: (Affine<rank>) -> (value: Double, gradient: [Double])?
  ) -> QuasiNewton.Outcome<rank> {
    var optimizer = QuasiNewton()
    optimizer.iterationLimit = limit
    optimizer.tolerance = isFinest ? 0.005 : 0.02
    return optimizer.minimize(from: start, generators: generators, grid: pair.fixed.grid, cost: cost)
  }
}

/// A similarity that has a kernel of its own for linear transforms.
///
/// The kernel opens its rank where it is made and where it refines: a method of a generic class is called by its table,
/// and is not compiled for the rank.
protocol ComparableSimilarity: Similarity {
  func comparison<let rank: Int>(_ level: ComparisonLevel<rank>) -> Comparison<rank>
}

extension Metric {
  /// The comparison by this similarity: its own kernel, or one over every sample for those that have none.
  func comparison<let rank: Int>(_ level: ComparisonLevel<rank>) -> Comparison<rank> {
    if let own = similarity as? any ComparableSimilarity { return own.comparison(level) }
    return Ranks.open(rank, level) { (level: ComparisonLevel<2>) in
      SampleComparison(similarity, level)
    } space: { (level: ComparisonLevel<3>) in
      SampleComparison(similarity, level)
    }
  }
}
