/// A free-form alignment at one resolution of the images and one control grid.
struct FreeFormLevel<let rank: Int> {
  private let similarity: FreeFormSimilarity<rank>
  private let energy: BendingEnergy<rank>
  private let controls: Grid<rank>
  private let threads: Int
  private let bending: Double
  private let sample: Double

  struct Outcome {
    var nodes: [SIMD4<Float>]
    var iterations: Int
    var stopReason: StopReason
    /// The similarity's cost and the NCC without a deformation and with the one found.
    var before: (cost: Double, correlation: Double)
    var after: (cost: Double, correlation: Double)
  }

  init(
    _ pair: LevelPair<rank>, affine: Affine<rank>, controls: Grid<rank>, metric: Metric, bending: Double,
    bendingLength: Double, threads: Int
  ) {
    similarity = FreeFormSimilarity(pair, affine: affine, controls: controls, metric: metric, threads: threads)
    energy = BendingEnergy(on: controls, length: bendingLength)
    self.controls = controls
    self.threads = threads
    self.bending = bending
    sample = pair.fixed.grid.spacing.elements.min() ?? 1
  }

  /// Improves the control points' displacements; nil where the images do not overlap enough.
  ///
  /// - Parameters:
  ///   - measuresStart: whether the outcome says what there was without a deformation.
  ///   - caution: how often this was tried before and folded: the barrier gets ten times the weight each time, and acts
  ///     earlier.
  func minimize(from start: [SIMD4<Float>], measuresStart: Bool, caution: Int = 0) -> Outcome? {
    let barrier = FoldingBarrier(on: controls, least: 0.3 + 0.1 * Double(caution), threads: threads)
    let barrierWeight = (0..<caution).reduce(3.0) { weight, _ in weight * 10 }
    var before = (cost: 0.0, correlation: 0.0)
    if measuresStart {
      guard let rest = similarity.evaluate([SIMD4<Float>](repeating: .zero, count: start.count)) else { return nil }
      before = (rest.cost, rest.correlation)
    }
    func evaluate(_ nodes: [SIMD4<Float>]) -> (cost: Double, gradient: () -> [SIMD4<Float>])? {
      guard let data = similarity.evaluate(nodes) else { return nil }
      let kept = barrier.cost(nodes)
      let halfBend = energy.halfGradient(nodes)
      var bend = 0.0
      for index in nodes.indices { bend += Double((nodes[index] * halfBend[index]).sum()) }
      return (
        data.cost + bending * bend + barrierWeight * kept.value,
        { [similarity, bending] in
          var sum = similarity.gradient(data)
          let (bend, against) = (Float(2 * bending), Float(barrierWeight))
          for index in sum.indices { sum[index] += halfBend[index] * bend + kept.gradient[index] * against }
          return sum
        }
      )
    }
    guard let first = similarity.evaluate(start) else { return nil }
    var optimizer = LimitedMemory()
    optimizer.longest = Float(2 * sample)
    optimizer.tolerance = Float(0.05 * sample)
    let outcome = optimizer.minimize(from: start, preconditioner: preconditioner(first), evaluate)
    guard let after = similarity.evaluate(outcome.position) else { return nil }
    return Outcome(
      nodes: outcome.position, iterations: outcome.iterations, stopReason: outcome.stopReason,
      before: before, after: (after.cost, after.correlation))
  }

  /// The inverse of the cost's approximate diagonal; control points that see nothing of the images count a thousandth
  /// of the mean.
  private func preconditioner(_ evaluation: FreeFormSimilarity<rank>.Evaluation) -> [SIMD4<Float>] {
    let seen = similarity.curvature(evaluation)
    let bend = energy.halfCurvature()
    let mean = seen.reduce(0.0) { $0 + Double($1.sum()) } / Double(rank * max(seen.count, 1))
    let floor = Float(max(mean * 1e-3, 1e-20))
    return zip(seen, bend).map { seen, bend in
      var inverse = SIMD4<Float>.zero
      for axis in 0..<rank { inverse[axis] = 1 / (seen[axis] + Float(2 * bending) * bend + floor) }
      return inverse
    }
  }
}
