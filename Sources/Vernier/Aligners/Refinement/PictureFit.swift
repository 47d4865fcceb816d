/// Two pictures at one resolution as a refinement by NCC sees them, for modules that bring pyramids of their own.
package struct PictureFit: Sendable {
  /// The NCC over what both pictures hold, and the share of the fixed one that this is.
  package typealias Agreement = (value: Double, overlap: Double)

  /// Where a refinement has come to.
  package struct Outcome: Sendable {
    package var transform: Affine<2>
    package var agreement: Agreement = (0, 0)
    /// Of this refinement and those before it.
    package var iterations = 0
    package var stopReason = StopReason.searched

    /// What has not been refined yet.
    package init(_ transform: Affine<2>) { self.transform = transform }
  }

  private let pair: LevelPair<2>
  private let center: Vector<2>
  private let threads: Int

  /// - Parameter center: about which the moving picture turns and grows.
  package init(fixed: Image<2>, moving: Image<2>, about center: Vector<2>, threads: Int) {
    pair = LevelPair(fixed: fixed, moving: moving, comparable: false, interpolation: .linear, threads: threads)
    self.center = center
    self.threads = threads
  }

  /// How well the pictures agree under a transform.
  package func agreement(_ transform: Affine<2>) -> Agreement {
    agreement(problem([]).evaluate(transform).sums)
  }

  /// The transform of a model that maximises the NCC, from where another refinement has come to.
  ///
  /// - Parameter tolerance: a step that moves no corner by more samples is the last.
  package func refined(
    _ start: Outcome, model: TransformModel, iterationLimit: Int, tolerance: Double
  ) -> Outcome {
    let generators = model.generators(center: center)
    var optimizer = LevenbergMarquardt()
    optimizer.iterationLimit = iterationLimit
    optimizer.tolerance = tolerance
    let found = optimizer.minimize(
      problem(generators), from: start.transform, generators: generators, grid: pair.fixed.grid)
    var outcome = Outcome(found.transform)
    outcome.agreement = agreement(found.evaluation.sums)
    outcome.iterations = start.iterations + found.iterations
    outcome.stopReason = found.stopReason
    return outcome
  }

  private func problem(_ generators: [Generator<2>]) -> LeastSquares<2> {
    LeastSquares(pair, generators: generators, about: center, fitsGainAndOffset: true, threads: threads)
  }

  private func agreement(_ sums: GainOffsetSums) -> Agreement {
    (sums.correlation, sums.count / max(pair.fixedCount, 1))
  }
}
