/// Levenberg–Marquardt on a least-squares similarity, in the group of a transform model.
///
/// Where images differ by more than a motion, steps may follow each other in one direction, each ρ times as long as the
/// one before. Such a step is tried 1/(1 − ρ) times as long, as far as all that follow would lead (Aitken's
/// extrapolation), and as it is if that raises the cost.
struct LevenbergMarquardt: Sendable {
  /// At most this many accepted steps.
  var iterationLimit = 40
  /// Stops when a step moves no corner by more than this, in samples of the level.
  var tolerance = 0.002
  /// A step that moves no corner by more than this, in samples of the level, and raises the cost by less than
  /// ``negligible`` of it is not tried shorter: images that differ leave the optimum no better known.
  var shortStep = 0.25
  var negligible = 1e-4
  /// Steps are not tried more than this many times as long as they come out.
  var longestStretch = 20.0
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
    // Where the last step moved the corners, unless it was stretched.
    var last: [Vector<rank>]?
    for iteration in 0..<iterationLimit {
      if Activity.isCancelled { break }
      let system = problem.normalEquations(evaluation)
      var improved = false
      var moved = 0.0
      var stretch: Double?
      for _ in 0..<6 {
        guard let solution = system.solved(damping: damping) else {
          damping = max(damping * 100, 1e-6)
          continue
        }
        var step = Array(solution.prefix(generators.count))
        var candidate = transform.stepped(by: step, along: generators)
        var moves = corners.map { candidate($0) - transform($0) }
        stretch = stretch == nil ? last.flatMap { extrapolation(of: moves, after: $0) } : 1
        if let stretch, stretch > 1 {
          step = step.map { stretch * $0 }
          candidate = transform.stepped(by: step, along: generators)
          moves = corners.map { candidate($0) - transform($0) }
        }
        moved = moves.map(\.length).max() ?? 0
        let trial = problem.evaluate(candidate)
        if trial.sums.count >= least, trial.cost < evaluation.cost {
          transform = candidate
          evaluation = trial
          damping = max(damping * 0.1, 1e-9)
          last = stretch ?? 1 > 1 ? nil : moves
          improved = true
          break
        }
        if let stretch, stretch > 1 { continue }
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

  /// How many times as long as itself a step is that goes where it and those that follow would lead together; nil where
  /// it does not continue the last one, shrinking slowly.
  private func extrapolation<let rank: Int>(of moves: [Vector<rank>], after last: [Vector<rank>]) -> Double? {
    func product(_ left: [Vector<rank>], _ right: [Vector<rank>]) -> Double {
      zip(left, right).reduce(0) { $0 + $1.0.dot($1.1) }
    }
    let lengths = (product(last, last).squareRoot(), product(moves, moves).squareRoot())
    let ratio = lengths.1 / lengths.0
    guard product(last, moves) > 0.9 * lengths.0 * lengths.1, ratio > 0.4, ratio < 1 else { return nil }
    let stretch = 1 / (1 - ratio)
    return stretch < longestStretch ? stretch : nil
  }
}
