/// L-BFGS (Nocedal 1980) with a diagonal preconditioner and a backtracking line search: for costs of very many
/// unknowns.
///
/// Four unknowns stand together, as the control points of a free-form deformation do; sums over them are taken in
/// double precision.
struct LimitedMemory: Sendable {
  /// The number of steps that are remembered; 0 is preconditioned gradient descent.
  var memory = 6
  var iterationLimit = 40
  /// Stops after two steps in which no unknown changes by more than this.
  var tolerance: Float = 0.02
  /// Stops after two steps that lower the cost by less than this share of what all steps have lowered it by.
  var leastProgress = 0.002
  /// The most that an unknown changes in a step.
  var longest: Float = 1

  struct Outcome {
    var position: [SIMD4<Float>]
    var cost: Double
    var iterations: Int
    var stopReason: StopReason
  }

  /// Minimises a cost.
  ///
  /// - Parameters:
  ///   - start: where to begin.
  ///   - preconditioner: for each unknown about what a step is to the gradient there.
  ///   - evaluate: the cost of a position and, where it is asked for, its derivatives there; nil where the position is
  ///     not allowed.
  func minimize(
    from start: [SIMD4<Float>], preconditioner: [SIMD4<Float>],
    _ evaluate: ([SIMD4<Float>]) -> (cost: Double, gradient: () -> [SIMD4<Float>])?
  ) -> Outcome {
    guard let beginning = evaluate(start) else {
      return Outcome(position: start, cost: .infinity, iterations: 0, stopReason: .lostOverlap)
    }
    let first = beginning.cost
    var position = start
    var value = first
    var slope = beginning.gradient()
    var history: [(step: [SIMD4<Float>], change: [SIMD4<Float>], curvature: Double)] = []
    var idle = 0
    for iteration in 0..<iterationLimit {
      if Activity.isCancelled { break }
      var direction = descent(slope, preconditioner, history)
      var along = dot(direction, slope)
      if along >= 0 {
        history = []
        direction = descent(slope, preconditioner, history)
        along = dot(direction, slope)
      }
      let reach = largest(direction)
      guard along < 0, reach > 0 else {
        return Outcome(position: position, cost: value, iterations: iteration, stopReason: .converged)
      }
      var length = min(1, longest / reach)
      var accepted: (position: [SIMD4<Float>], cost: Double, slope: [SIMD4<Float>])?
      for _ in 0..<10 {
        let next = zip(position, direction).map { $0 + $1 * length }
        if let trial = evaluate(next), trial.cost <= value + 1e-4 * Double(length) * along {
          accepted = (next, trial.cost, trial.gradient())
          break
        }
        length *= 0.4
        if length * reach < 0.1 * tolerance { break }
      }
      guard let accepted else {
        guard history.isEmpty else {
          // Curvature learned elsewhere may mislead; try once more downhill.
          history = []
          continue
        }
        return Outcome(position: position, cost: value, iterations: iteration, stopReason: .noImprovement)
      }
      let nextSlope = accepted.slope
      let step = direction.map { $0 * length }
      let change = zip(nextSlope, slope).map { $0 - $1 }
      let curvature = dot(step, change)
      if memory > 0, curvature > 1e-12 {
        history.append((step, change, curvature))
        if history.count > memory { history.removeFirst() }
      }
      let progress = value - accepted.cost
      (position, value, slope) = (accepted.position, accepted.cost, nextSlope)
      let isIdle = length * reach < tolerance || progress < leastProgress * (first - value)
      idle = isIdle ? idle + 1 : 0
      if idle == 2 {
        return Outcome(position: position, cost: value, iterations: iteration + 1, stopReason: .converged)
      }
    }
    return Outcome(position: position, cost: value, iterations: iterationLimit, stopReason: .iterationLimit)
  }

  /// −H · slope by the two loops of the method.
  private func descent(
    _ slope: [SIMD4<Float>], _ preconditioner: [SIMD4<Float>],
    _ history: [(step: [SIMD4<Float>], change: [SIMD4<Float>], curvature: Double)]
  ) -> [SIMD4<Float>] {
    var direction = slope
    var shares: [Double] = []
    for item in history.reversed() {
      let share = dot(item.step, direction) / item.curvature
      shares.append(share)
      add(item.change, -Float(share), to: &direction)
    }
    var scale: Float = 1
    if let last = history.last {
      let weighted = zip(last.change, preconditioner).reduce(0.0) { sum, pair in
        sum + Double((pair.0 * pair.0 * pair.1).sum())
      }
      scale = Float(last.curvature / max(weighted, 1e-300))
    }
    for index in direction.indices { direction[index] *= preconditioner[index] * scale }
    for (item, share) in zip(history, shares.reversed()) {
      let other = dot(item.change, direction) / item.curvature
      add(item.step, Float(share - other), to: &direction)
    }
    return direction.map { -$0 }
  }

  private func dot(_ left: [SIMD4<Float>], _ right: [SIMD4<Float>]) -> Double {
    var sum = SIMD4<Double>.zero
    for index in left.indices { sum += SIMD4<Double>(left[index] * right[index]) }
    return sum.sum()
  }

  private func add(_ vector: [SIMD4<Float>], _ factor: Float, to target: inout [SIMD4<Float>]) {
    for index in target.indices { target[index] += vector[index] * factor }
  }

  private func largest(_ vector: [SIMD4<Float>]) -> Float {
    vector.reduce(Float(0)) { most, element in
      let size = element.replacing(with: -element, where: element .< 0)
      return max(most, size.max())
    }
  }
}
