import Glibc

/// The last refinement of a motion at full resolution, close to the least variance that the noise allows.
///
/// It solves Σ J(p) r(p) = 0 with r = m(T(p)) − gain · f(p) − offset and J the gradient of the *mean* of both images,
/// smoothed (``PatchSmoothing``). The mean's noise is independent of the difference's, so that noise in J costs no
/// bias; the smoothing keeps it from costing precision. The moving image is interpolated by cubic splines, which hardly
/// smooth its noise, and the gain is the ratio of the deviations, which noise in the fixed image does not lower as it
/// does a regression's.
struct PatchPolish {
  private let fit: PatchFit
  private let smoothing: PatchSmoothing
  private let spline: PatchSpline

  /// - Parameters:
  ///   - fit: of the finest level.
  ///   - smoothing: made for the same level.
  init(_ fit: PatchFit, spline: PatchSpline, smoothing: PatchSmoothing) {
    self.fit = fit
    self.smoothing = smoothing
    self.spline = spline
  }

  /// The motion improved, or nil where it did not settle within `reach` samples of the start.
  func refined(_ start: PatchMotion, reach: Double) -> PatchMotion? {
    var motion = start
    let radius = 0.5 * hypot(Double(fit.fixed.width), Double(fit.fixed.height))
    var shares: PatchSmoothing.Shares?
    // Samples enter and leave the overlap with each step; under noise that keeps the steps from ever becoming small.
    var tolerance = 0.002
    for _ in 0..<16 {
      guard let relation = relation(under: motion) else { return nil }
      // With so little noise smoothing gains nothing.
      let chosen = shares ?? (relation.correlation > 0.97 ? .none : smoothing.bestShares(fit, relation))
      shares = chosen
      let plane = smoothing.smoothedMean(fit, relation, shares: chosen)
      let equations = PatchEquations(
        level: fit.fixed, gradientsOf: plane.values, valid: plane.weights, warped: fit.result.values,
        gain: relation.gain, offset: relation.offset)
      guard let step = equations.solved(damping: 0.3, turns: fit.turns) else { return nil }
      motion = motion.stepped(turn: step.turn, step: step.shift)
      guard motion.distance(to: start, radius: 0.8 * radius) < reach else { return nil }
      if abs(step.turn) * radius + abs(step.shift.x) + abs(step.shift.y) < tolerance { return motion }
      tolerance *= 1.35
    }
    return nil
  }

  /// The covariance of a step (turn in radians, x and y in samples) at a motion, 3 × 3 row by row, or nil where the
  /// images do not determine it.
  ///
  /// The matrix multiplies one image's gradient with the other's, so that noise does not pass for structure.
  /// Differences between samples turn the gradients of fine stripes by up to 2°: a thousandth of the information, or
  /// less, is none.
  func covariance(at motion: PatchMotion) -> InlineArray<9, Double>? {
    guard let relation = relation(under: motion) else { return nil }
    let equations = PatchEquations(
      fit, gain: Double(relation.gain), offset: Double(relation.offset), crossed: true)
    guard equations.count > 8, var block = equations.inverse(turns: fit.turns) else { return nil }
    let variance = equations.squares / (equations.count - 5)
    let radius = 0.5 * hypot(Double(fit.fixed.width), Double(fit.fixed.height))
    let most = equations.matrix[0] / (radius * radius) + equations.matrix[5] + equations.matrix[9]
    let least = 1 / (radius * radius * block[0] + block[4] + block[8])
    guard least > 1e-3 * most else { return nil }
    for index in 0..<9 { block[index] *= variance }
    return block
  }

  /// Warps the moving image through a motion into the planes of the fit.
  func warp(through motion: PatchMotion) {
    let (warped, valid) = fit.result
    spline.warp(PatchMap(motion, fixed: fit.fixed, moving: fit.moving), onto: fit.fixed, values: warped, valid: valid)
  }

  /// Warps the moving image; nil where too little overlaps or the images do not correlate.
  private func relation(under motion: PatchMotion) -> PatchRelation? {
    warp(through: motion)
    let sums = fit.sums()
    guard sums.count >= fit.leastCount, sums.correlation > 0, sums.fixedVariance > 0 else { return nil }
    let gain = (sums.movingVariance / sums.fixedVariance).squareRoot()
    return PatchRelation(
      gain: Float(gain), offset: Float((sums.moving - gain * sums.fixed) / sums.count), correlation: sums.correlation)
  }
}

/// How the intensities of two images go together: moving ≈ gain · fixed + offset.
struct PatchRelation {
  var gain: Float
  var offset: Float
  var correlation: Double
}
