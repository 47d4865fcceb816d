/// Levenberg–Marquardt on a least-squares similarity, in the group of a transform model.
struct LevenbergMarquardt: Sendable {
  /// At most this many accepted steps.
  var iterationLimit = 40
  /// Stops when a step moves no corner by more than this, in samples of the level.
  var tolerance = 0.002
  /// A step that moves no corner by more than this, in samples of the level, and raises the cost by less than ``negligible`` of it is not tried
  /// shorter: images that differ leave the optimum no better known.
  var shortStep = 0.25
  var negligible = 1e-4
  /// The least share of the fixed image's samples that must keep a moving sample.
  var leastOverlap = 0.05

  struct Outcome<let rank: Int> {
    var transform: Affine<rank>
    var evaluation: LeastSquares<rank>.Evaluation
    var iterations: Int
    var stopReason: StopReason
  }

  func minimize<let rank: Int>(
    _ problem: LeastSquares<rank>, from start: Affine<rank>, generators: [Generator<rank>], grid: Grid<rank>
  ) -> Outcome<rank> {
    var transform = start
    var evaluation = problem.evaluate(transform)
    let least = max(leastOverlap * Double(grid.count), Double(4 * generators.count))
    guard evaluation.sums.count >= least else {
      return Outcome(transform: transform, evaluation: evaluation, iterations: 0, stopReason: .lostOverlap)
    }
    let corners = grid.corners
    let sample = grid.spacing.elements.min() ?? 1
    var damping = 1e-4
    for iteration in 0..<iterationLimit {
      let system = problem.normalEquations(evaluation)
      var improved = false
      var moved = 0.0
      for _ in 0..<6 {
        guard let solution = system.solved(damping: damping) else {
          damping = max(damping * 100, 1e-6)
          continue
        }
        let step = Array(solution.prefix(generators.count))
        let candidate = transform.stepped(by: step, along: generators)
        moved = corners.map { (candidate($0) - transform($0)).length }.max() ?? 0
        let trial = problem.evaluate(candidate)
        if trial.sums.count >= least, trial.cost < evaluation.cost {
          transform = candidate
          evaluation = trial
          damping = max(damping * 0.1, 1e-9)
          improved = true
          break
        }
        let rise = trial.cost - evaluation.cost
        if moved < tolerance * sample || (moved < shortStep * sample && rise < negligible * evaluation.cost) { break }
        damping = max(damping * 10, 1e-4)
      }
      if !improved {
        let reason: StopReason =
          moved < tolerance * sample ? .converged : system.solved() == nil ? .undetermined : .noImprovement
        return Outcome(transform: transform, evaluation: evaluation, iterations: iteration, stopReason: reason)
      }
      if moved < tolerance * sample {
        return Outcome(
          transform: transform, evaluation: evaluation, iterations: iteration + 1, stopReason: .converged)
      }
    }
    return Outcome(
      transform: transform, evaluation: evaluation, iterations: iterationLimit, stopReason: .iterationLimit)
  }
}
