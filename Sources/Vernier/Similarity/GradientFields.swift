/// Normalized gradient fields (Haber and Modersitzki 2006): edges in the same places, whatever their contrasts.
public struct GradientFields: Similarity {
  public var name: String { "ngf" }
  public var title: String { "normalized gradient fields" }
  public var relation: IntensityRelation { .any }
  /// Its edges are made of neighbours.
  public var comparesSamples: Bool { false }

  public init() {}

  public func cost(
    of moved: Span<Float>, against fixed: Span<Float>, weights: Span<Float>, in context: SimilarityContext,
    slopes: inout MutableSpan<Float>
  ) -> Double? { nil }
}

/// Edges at sampled points.
final class GradientFieldsComparison<let rank: Int>: Comparison<rank> {
  private let fields: SampledGradientFields<rank>

  override init(_ level: ComparisonLevel<rank>) {
    fields = SampledGradientFields(
      level.pair, generators: level.generators, about: level.center, count: level.sampleCount, seed: 1,
      threads: level.threads)
    super.init(level)
  }

  override func refine(_ start: Affine<rank>, limit: Int, threads: Int) -> Refined<rank> {
    Ranks.open(rank, (self, start)) { (work: (GradientFieldsComparison<2>, Affine<2>)) in
      work.0.refined(work.1, limit: limit, threads: threads)
    } space: { (work: (GradientFieldsComparison<3>, Affine<3>)) in
      work.0.refined(work.1, limit: limit, threads: threads)
    }
  }

  private func refined(_ start: Affine<rank>, limit: Int, threads: Int) -> Refined<rank> {
    let outcome = level.descend(from: start, limit: limit) { transform in
      fields.evaluate(transform).map { (-$0.agreement, $0.gradient.map { -$0 }) }
    }
    let share = level.pair.share(
      (fields.evaluate(outcome.transform)?.share ?? 0) * level.pair.fixedCount, under: outcome.transform)
    return Refined(
      transform: outcome.transform, score: significance(max(-outcome.cost, 0).squareRoot(), share: share),
      iterations: outcome.iterations, stopReason: outcome.stopReason)
  }
}

extension GradientFields: ComparableSimilarity {
  func comparison<let rank: Int>(_ level: ComparisonLevel<rank>) -> Comparison<rank> {
    Ranks.open(rank, level) { (level: ComparisonLevel<2>) in
      GradientFieldsComparison(level)
    } space: { (level: ComparisonLevel<3>) in
      GradientFieldsComparison(level)
    }
  }
}
