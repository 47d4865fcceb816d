/// BFGS with a backtracking line search, for similarities that give a value and a gradient but no least squares.
struct QuasiNewton: Sendable {
  var iterationLimit = 60
  /// Stops when a step moves no corner by more than this, in samples of the level.
  var tolerance = 0.005
  /// The longest first step, as the motion of a corner in samples of the level.
  var firstStep = 1.0

  struct Outcome<let rank: Int> {
    var transform: Affine<rank>
    var cost: Double
    var iterations: Int
    var stopReason: StopReason
  }

  /// Minimises `cost` over transforms reached from `start` by steps along `generators`.
  ///
  /// - Parameter cost: the value at a transform and its derivatives along the generators there; nil where the overlap
  ///   is too small to compare.
  func minimize<let rank: Int>(
    from start: Affine<rank>, generators: [Generator<rank>], grid: Grid<rank>,
    cost: (Affine<rank>) -> (value: Double, gradient: [Double])?
  ) -> Outcome<rank> {
    var transform = start
    guard var current = cost(transform) else {
      return Outcome(transform: start, cost: .infinity, iterations: 0, stopReason: .lostOverlap)
    }
    let corners = grid.corners
    let sample = grid.spacing.elements.min() ?? 1
    // Each generator is scaled so that a unit step moves the farthest corner by one sample.
    let scales = generators.map { generator -> Double in
      let reach = corners.map { (generator.linear * ($0 - start.center) + generator.translation).length }.max() ?? 1
      return sample / max(reach, 1e-12)
    }
    let count = generators.count
    func scaled(_ gradient: [Double]) -> [Double] { zip(gradient, scales).map { $0 * $1 } }
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    var gradient = scaled(current.gradient)
    var inverse = [[Double]](repeating: [], count: count)
    func reset(_ size: Double) {
      inverse = (0..<count).map { row in (0..<count).map { $0 == row ? size : 0 } }
    }
    let steepness = dot(gradient, gradient).squareRoot()
    guard steepness > 1e-12 else {
      return Outcome(transform: transform, cost: current.value, iterations: 0, stopReason: .converged)
    }
    reset(firstStep / steepness)
    var fresh = true
    for iteration in 0..<iterationLimit {
      if Activity.isCancelled { break }
      var direction = inverse.map { -dot($0, gradient) }
      var slope = dot(direction, gradient)
      if slope >= 0 {
        reset(firstStep / max(dot(gradient, gradient).squareRoot(), 1e-12))
        fresh = true
        direction = inverse.map { -dot($0, gradient) }
        slope = dot(direction, gradient)
      }
      var length = 1.0
      let longest = dot(direction, direction).squareRoot()
      if longest > 8 { length = 8 / longest }
      var accepted: (Affine<rank>, (value: Double, gradient: [Double]), [Double])? = nil
      for _ in 0..<12 {
        let step = direction.map { $0 * length }
        let candidate = transform.stepped(by: zip(step, scales).map { $0 * $1 }, along: generators)
        if let trial = cost(candidate), trial.value <= current.value + 1e-4 * length * slope {
          accepted = (candidate, trial, step)
          break
        }
        length *= 0.4
        if length * longest < 0.1 * tolerance { break }
      }
      guard let (next, trial, step) = accepted else {
        if !fresh {
          // Curvature learned elsewhere may mislead; try once more downhill.
          reset(firstStep / max(dot(gradient, gradient).squareRoot(), 1e-12))
          fresh = true
          continue
        }
        return Outcome(transform: transform, cost: current.value, iterations: iteration, stopReason: .noImprovement)
      }
      let moved = corners.map { (next(($0)) - transform($0)).length }.max() ?? 0
      let newGradient = scaled(trial.gradient)
      let change = zip(newGradient, gradient).map { $0 - $1 }
      let curvature = dot(change, step)
      if curvature > 1e-12 {
        if fresh {
          let size = curvature / max(dot(change, change), 1e-30)
          reset(size)
          fresh = false
        }
        // H ← (I − s yᵀ/ρ) H (I − y sᵀ/ρ) + s sᵀ/ρ.
        let product = inverse.map { dot($0, change) }
        let factor = (1 + dot(change, product) / curvature) / curvature
        for row in 0..<count {
          for column in 0..<count {
            inverse[row][column] +=
              factor * step[row] * step[column]
              - (product[row] * step[column] + step[row] * product[column]) / curvature
          }
        }
      }
      transform = next
      current = trial
      gradient = newGradient
      if moved < tolerance * sample {
        return Outcome(transform: transform, cost: current.value, iterations: iteration + 1, stopReason: .converged)
      }
    }
    return Outcome(transform: transform, cost: current.value, iterations: iterationLimit, stopReason: .iterationLimit)
  }
}
