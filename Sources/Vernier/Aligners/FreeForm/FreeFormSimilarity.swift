import Glibc

/// A similarity of two images as a cost over the control points of a free-form deformation, with its analytic gradient.
///
/// Costs are in nats, see ``Similarity``, so that one weight of the regularisation suits them all. What leaves the
/// overlap changes the number of samples; the gradient takes that as fixed.
final class FreeFormSimilarity<let rank: Int> {
  private let deformed: DeformedPair<rank>
  private let similarity: any Similarity
  private let context: SimilarityContext

  init(_ pair: LevelPair<rank>, affine: Affine<rank>, controls: Grid<rank>, metric: Metric, threads: Int) {
    deformed = DeformedPair(pair, affine: affine, controls: controls, threads: threads)
    similarity = metric.similarity
    var context = SimilarityContext(pair)
    context.threads = deformed.threads
    self.context = context
  }

  /// What a deformation's similarity is, and what its derivatives are made of.
  struct Evaluation {
    var cost: Double
    fileprivate var view: DeformedPair<rank>.View

    /// The NCC.
    var correlation: Double { view.sums.correlation }
  }

  /// The similarity at the control points' displacements; nil where less than a twentieth of the fixed samples find a
  /// moving one.
  func evaluate(_ nodes: [SIMD4<Float>]) -> Evaluation? {
    let view = deformed.view(nodes)
    let count = view.sums.count
    guard count > 0, count >= 0.05 * deformed.pair.fixedCount else { return nil }
    // Taken out, so that it is not copied.
    var forces: [Float] = []
    swap(&forces, &view.forces)
    let cost = cost(view.values, view.marks, &forces)
    swap(&forces, &view.forces)
    return cost.map { Evaluation(cost: $0, view: view) }
  }

  private func cost(_ moved: [Float], _ marks: [Float], _ forces: inout [Float]) -> Double? {
    let fixed = deformed.pair.fixed.samples
    var slopes = forces.mutableSpan
    return similarity.cost(
      of: moved.span, against: fixed.span, weights: marks.span, in: context, slopes: &slopes)
  }

  /// The derivatives of the cost, by component of each control point's displacement.
  func gradient(_ evaluation: Evaluation) -> [SIMD4<Float>] { deformed.gradient(evaluation.view) }

  /// The diagonal of an approximate second derivative: Gauss and Newton's for squares, that of jointly normal
  /// intensities of the same cost for others.
  func curvature(_ evaluation: Evaluation) -> [SIMD4<Float>] {
    let sums = evaluation.view.sums
    let rest = exp(2 * evaluation.cost)
    let scale =
      similarity.relation == .same
      ? 1 / (sums.count * rest) : max(1 - rest, 0) / (rest * sums.count * max(sums.movingVariance, 1e-20))
    return deformed.curvature(evaluation.view).map { $0 * Float(scale) }
  }
}
