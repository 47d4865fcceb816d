import Glibc

/// The covariance of a transform's parameters, from the curvature of the residual at the optimum.
///
/// With residual variance σ² and normal matrix H (gain and offset eliminated) the steps' covariance is σ² H⁻¹; the
/// derivative of the parameters by the steps carries it to the model's parameters. H multiplies one image's gradient
/// with the other's, so that noise does not pass for structure; and σ² makes up for what interpolation takes from the
/// moving image's noise, taken to be as strong as the fixed one's. For mutual information and gradient fields the
/// moving intensities are first put through the curve that best predicts the fixed ones, which makes a least-squares
/// problem of the same optimum (Roche et al. 1998).
struct ParameterCovariance {
  let matrix: [[Double]]
  /// The root mean square deviation at the fixed image's corners, physical units.
  let cornerDeviation: Double

  init?<let rank: Int>(_ refiner: Refiner<rank>, level: Int, transform: Affine<rank>, matches metric: Metric) {
    var pair = refiner.pair(level)
    if metric.relation == .any {
      pair = pair.movingPredicted(through: transform, threads: refiner.threads)
    }
    let problem = LeastSquares(
      pair, generators: refiner.generators, about: refiner.center,
      fitsGainAndOffset: metric.relation != .same, threads: refiner.threads)
    let evaluation = problem.evaluate(transform)
    let system = problem.normalEquations(evaluation, crossed: true)
    guard let inverse = system.inverted() else { return nil }
    let sums = evaluation.sums
    let freedom = sums.count - Double(system.count)
    guard freedom > 0 else { return nil }
    let residual =
      metric.relation == .same
      ? sums.meanSquaredDifference : sums.movingVariance - evaluation.gain * evaluation.gain * sums.fixedVariance
    let kept = pair.interpolation == .cubic ? 1 : pair.keptNoise(through: transform)
    let variance = max(residual, 0) * 2 / (1 + kept) * sums.count / freedom
    let steps = refiner.generators.count
    let step = 1e-4
    let model = refiner.model
    func parameters(_ index: Int, _ amount: Double) -> [Double] {
      var direction = [Double](repeating: 0, count: steps)
      direction[index] = amount
      return transform.stepped(by: direction, along: refiner.generators).parameterVector(of: model)
    }
    // Rows: parameters; columns: steps.
    let columns = (0..<steps).map { index in
      zip(parameters(index, step), parameters(index, -step)).map { difference(from: $0.1, to: $0.0) / (2 * step) }
    }
    let stepCovariance = (0..<steps).map { row in
      (0..<steps).map { variance * inverse[row * system.count + $0] }
    }
    let covariance = (0..<steps).map { i in
      (0..<steps).map { j in
        var sum = 0.0
        for a in 0..<steps { for b in 0..<steps { sum += columns[a][i] * stepCovariance[a][b] * columns[b][j] } }
        return sum
      }
    }
    guard covariance.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { return nil }
    matrix = covariance
    let corners = refiner.fixed.levels[0].grid.corners
    var total = 0.0
    for corner in corners {
      let velocities = refiner.generators.map { generator in
        transform.linear * (generator.linear * (corner - refiner.center) + generator.translation)
      }
      for a in 0..<steps { for b in 0..<steps { total += velocities[a].dot(velocities[b]) * stepCovariance[a][b] } }
    }
    cornerDeviation = (max(total, 0) / Double(corners.count)).squareRoot()
  }
}

/// The difference of two parameters, of which a turn by 360° may lie between.
private func difference(from first: Double, to second: Double) -> Double {
  let change = second - first
  return abs(change) > 180 ? remainder(change, 360) : change
}

extension LevelPair {
  /// The share of white noise's variance that linear interpolation leaves, on average over the fixed grid: the mean of
  /// Π (t² + (1 − t)²) over the axes, with t the position between samples; (2/3)^rank for positions spread evenly, 1 on
  /// whole samples.
  func keptNoise(through transform: Affine<rank>) -> Double {
    let map = IndexMap(transform, fixed: fixed.grid, moving: moving.grid)
    var random = SplitMix64(seed: 1)
    var sum = 0.0
    let draws = 2000
    for _ in 0..<draws {
      let index = Vector<rank> { Double(Int.random(in: 0..<fixed.size[$0], using: &random)) }
      let position = map.linear * index + map.offset
      var share = 1.0
      for axis in 0..<rank {
        let t = position[axis] - position[axis].rounded(.down)
        share *= t * t + (1 - t) * (1 - t)
      }
      sum += share
    }
    return sum / Double(draws)
  }

  /// The pair with the moving intensities replaced by the mean fixed intensity that goes with them under `transform`:
  /// 64 bins, linear in between.
  func movingPredicted(through transform: Affine<rank>, threads: Int) -> Self {
    let range = IntensityRange(of: moving)
    let bins = 64
    let scale = Float(bins - 1) / range.width
    let moved = moving.resampled(onto: fixed.grid, through: transform, threads: threads)
    var sums = [Double](repeating: 0, count: bins)
    var counts = sums
    for index in moved.samples.indices where fixedWeights[index] > 0 && moved.mask?[index] != 0 {
      let place = min(max((moved.samples[index] - range.low) * scale, 0), Float(bins) - 1.001)
      let lower = Int(place)
      let share = Double(place) - Double(lower)
      let value = Double(fixed.samples[index])
      sums[lower] += (1 - share) * value
      counts[lower] += 1 - share
      sums[lower + 1] += share * value
      counts[lower + 1] += share
    }
    var curve = [Float](repeating: 0, count: bins)
    var last: Float? = nil
    for bin in 0..<bins {
      if counts[bin] > 0.5 { last = Float(sums[bin] / counts[bin]) }
      curve[bin] = last ?? 0
    }
    var predicted = self
    predicted.moving = moving.mapSamples { sample in
      let place = min(max((sample - range.low) * scale, 0), Float(bins) - 1.001)
      let lower = Int(place)
      return curve[lower] + (place - Float(lower)) * (curve[lower + 1] - curve[lower])
    }
    predicted.movingSource = predicted.moving.samples
    predicted.interpolation = .linear
    return predicted
  }
}
