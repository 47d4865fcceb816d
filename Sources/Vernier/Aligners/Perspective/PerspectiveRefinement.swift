import Glibc

/// Refines linear candidates to homographies: Levenberg–Marquardt from coarse to fine, in the group of homographies.
struct PerspectiveRefinement {
  /// Holds the pictures at all levels.
  let refiner: Refiner<2>

  /// At most this many steps a level.
  private static let iterationLimit = 40
  /// A step that moves no corner by more than this, in samples of the level, is the last.
  private static let tolerance = 0.002
  /// The least share of the fixed picture that must keep a moving sample.
  private static let leastOverlap = 0.1

  /// A homography on its way down the levels.
  private struct State {
    var map: Homography
    /// At the latest level.
    var score = 0.0
    /// At the coarse level, where all are compared.
    var coarseScore = 0.0
    var iterations: Int
    var stopReason = StopReason.searched
    var cornerDeviation: Double?
  }

  /// The candidates as homographies, best first: all refined at the coarse level, where their scores were taken, the best
  /// two at the next one, the very best at the others. Those that lead to the same place are one.
  func refined(_ candidates: [Candidate<2>]) -> [Candidate<2>] {
    let frame = PerspectiveFrame(refiner.fixed.levels[0].grid)
    let first = refiner.coarseLevel()
    // Precise to a thousandth of the side long before the last of many samples.
    let finest = min(refiner.level(withAtMost: 1_200_000), first)
    var states = candidates.map { candidate in
      State(map: Homography(candidate.linear.centered(at: refiner.center)), iterations: candidate.iterations)
    }
    for level in stride(from: first, through: finest, by: -1) {
      Activity.advance(to: 1 - Double(level - finest + 1) / Double(first - finest + 2))
      let problem = PerspectiveLevel(refiner.pair(level), frame: frame, threads: refiner.threads)
      let kept = level == first ? states.count : level == first - 1 ? 2 : 1
      for index in 0..<min(kept, states.count) {
        minimize(&states[index], problem, frame)
        if level == first { states[index].coarseScore = states[index].score }
      }
      if level >= first - 1 {
        states = distinct(states.prefix(kept).sorted { $0.score > $1.score } + states.dropFirst(kept))
      }
      if Activity.isCancelled { break }
    }
    return states.map { state in
      Candidate(
        transform: state.map, score: state.coarseScore, iterations: state.iterations, stopReason: state.stopReason,
        metric: .crossCorrelation, cornerDeviation: state.cornerDeviation)
    }
  }

  private func distinct(_ states: [State]) -> [State] {
    var kept: [State] = []
    for state in states where !kept.contains(where: { refiner.isNear($0.map.linearPart, state.map.linearPart) }) {
      kept.append(state)
    }
    return kept
  }

  private func minimize(_ state: inout State, _ problem: PerspectiveLevel, _ frame: PerspectiveFrame) {
    let grid = problem.pair.fixed.grid
    let corners = grid.corners
    let sample = grid.spacing.elements.min() ?? 1
    let least = max(Self.leastOverlap * problem.pair.fixedCount, 40)
    var evaluation = problem.evaluate(state.map)
    guard evaluation.sums.count >= least else {
      (state.score, state.stopReason) = (0, .lostOverlap)
      return
    }
    var damping = 1e-4
    state.stopReason = .iterationLimit
    search: for _ in 0..<Self.iterationLimit {
      if Activity.isCancelled { break }
      let system = problem.normalEquations(evaluation)
      var moved = Double.infinity
      for attempt in 0..<7 {
        guard attempt < 6, let solution = system.solved(damping: damping) else {
          state.stopReason = moved.isFinite ? .noImprovement : .undetermined
          break search
        }
        let next = frame.stepped(state.map, by: Array(solution.prefix(PerspectiveLevel.stepCount)))
        if let next {
          moved = corners.map { (next($0) - state.map($0)).length }.max() ?? 0
          let trial = problem.evaluate(next)
          // Of a corner that would be seen from behind the move is not a number.
          if moved.isFinite, trial.sums.count >= least, trial.cost < evaluation.cost {
            (state.map, evaluation) = (next, trial)
            damping = max(damping * 0.1, 1e-9)
            state.iterations += 1
            break
          }
          if moved < Self.tolerance * sample {
            state.stopReason = .converged
            break search
          }
        }
        damping = max(damping * 10, 1e-4)
      }
      if moved < Self.tolerance * sample {
        state.stopReason = .converged
        break
      }
    }
    let share = problem.pair.share(evaluation.sums.count, under: state.map.linearPart)
    state.score = significance(abs(evaluation.sums.correlation), share: share)
    state.cornerDeviation = problem.cornerDeviation(evaluation, at: state.map)
  }
}
