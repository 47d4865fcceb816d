import Glibc

/// The last refinement of a motion at full resolution, close to the least variance that the noise allows.
///
/// It solves Σ J(p) r(p) = 0 with r = m(T(p)) − gain · f(p) − offset and J the gradient of the *mean* of both images, smoothed. The mean's noise
/// is independent of the difference's, so that noise in J costs no bias; the smoothing keeps it from
/// costing precision, and is chosen for each pair so that the predicted variance is least. The moving image is interpolated by
/// cubic splines, which hardly smooth its noise, and the gain is the ratio of the deviations, which noise in the fixed image
/// does not lower as it does a regression's.
struct PatchPolish {
  private let fit: PatchFit
  private let blur: PatchBlur
  private let mean: PatchScratch
  private let spline: PatchSpline

  /// - Parameters:
  ///   - fit: of the finest level.
  ///   - mean: scratch of the same level.
  init(_ fit: PatchFit, spline: PatchSpline, blur: PatchBlur, mean: PatchScratch) {
    self.fit = fit
    self.spline = spline
    self.blur = blur
    self.mean = mean
  }

  /// The motion improved, or nil where it did not settle within `reach` samples of the start.
  func refined(_ start: PatchMotion, reach: Double) -> PatchMotion? {
    var motion = start
    let radius = 0.5 * hypot(Double(fit.fixed.width), Double(fit.fixed.height))
    var variance: Double?
    // Samples enter and leave the overlap with each step; under noise that keeps the steps from ever becoming small.
    var tolerance = 0.002
    for _ in 0..<16 {
      guard let relation = relation(under: motion) else { return nil }
      let smoothing = variance ?? leastVariance(relation)
      variance = smoothing
      guard let step = equations(relation, smoothing: smoothing).solved(damping: 0.3, turns: fit.turns) else {
        return nil
      }
      motion = motion.stepped(turn: step.turn, step: step.shift)
      guard motion.distance(to: start, radius: 0.8 * radius) < reach else { return nil }
      if abs(step.turn) * radius + abs(step.shift.x) + abs(step.shift.y) < tolerance { return motion }
      tolerance *= 1.35
    }
    return nil
  }

  /// The covariance of a step (turn in radians, x and y in samples) at a motion, 3 × 3 row by row, or nil where the images
  /// do not determine it.
  ///
  /// The matrix multiplies one image's gradient with the other's, so that noise does not pass for structure.
  func covariance(at motion: PatchMotion) -> InlineArray<9, Double>? {
    guard let relation = relation(under: motion) else { return nil }
    let equations = PatchEquations(
      fit, gain: Double(relation.gain), offset: Double(relation.offset), crossed: true)
    guard equations.count > 8, var block = equations.inverse(turns: fit.turns) else { return nil }
    let variance = equations.squares / (equations.count - 5)
    for index in 0..<9 { block[index] *= variance }
    return block
  }

  /// Gain and offset from the deviations and means over the overlap.
  private struct Relation {
    var gain: Float
    var offset: Float
    var correlation: Double
  }

  /// Warps the moving image; nil where too little overlaps or the images do not correlate.
  private func relation(under motion: PatchMotion) -> Relation? {
    let (warped, valid) = fit.result
    spline.warp(PatchMap(motion, fixed: fit.fixed, moving: fit.moving), onto: fit.fixed, values: warped, valid: valid)
    let sums = fit.sums()
    guard sums.count >= max(0.1 * fit.fixed.count, 12), sums.correlation > 0, sums.fixedVariance > 0 else { return nil }
    let gain = (sums.movingVariance / sums.fixedVariance).squareRoot()
    return Relation(
      gain: Float(gain), offset: Float((sums.moving - gain * sums.fixed) / sums.count), correlation: sums.correlation)
  }

  private func equations(_ relation: Relation, smoothing: Double) -> PatchEquations {
    let (fixed, (warped, valid)) = (fit.fixed, fit.result)
    let count = fixed.stride * fixed.height
    for index in Swift.stride(from: 0, to: count, by: 8) {
      let weight = RowMoments.load(fixed.weights + index) * RowMoments.load(valid + index)
      let sum =
        relation.gain * RowMoments.load(fixed.values + index) + RowMoments.load(warped + index) - relation.offset
      UnsafeMutableRawPointer(mean.values + index).storeBytes(of: 0.5 * weight * sum, as: SIMD8<Float>.self)
      UnsafeMutableRawPointer(mean.valid + index).storeBytes(of: weight, as: SIMD8<Float>.self)
    }
    if smoothing > 0 { blur.apply(to: mean.values, weights: mean.valid, of: fixed, variance: smoothing) }
    return PatchEquations(
      level: fixed, gradientsOf: mean.values, valid: mean.valid, warped: warped, gain: relation.gain,
      offset: relation.offset)
  }

  /// The variance of the Gaussian for which the shifts' predicted variance is least.
  ///
  /// With smoothing B the variance of an estimate is proportional to Σ J_B² / (Σ J_B · J)², J the true gradient. Products of one
  /// image's gradient with the other's stand for those of the true one, since their noise is independent.
  private func leastVariance(_ relation: Relation) -> Double {
    let (fixed, (warped, valid)) = (fit.fixed, fit.result)
    let count = fixed.stride * fixed.height
    // With so little noise none of it pays.
    guard relation.correlation < 0.97 else { return 0 }
    var best = (variance: 0.0, precision: 0.0)
    for variance in [0, 0.25, 0.5, 1, 2, 4] {
      // The smoothed images, as far as both hold them: the fixed one in `mean.values`, the moving one in `fit`'s spare plane.
      let (first, second, weights) = (mean.values, mean.spare, mean.valid)
      for index in Swift.stride(from: 0, to: count, by: 8) {
        let weight = RowMoments.load(fixed.weights + index) * RowMoments.load(valid + index)
        let a = weight * relation.gain * RowMoments.load(fixed.values + index)
        let b = weight * (RowMoments.load(warped + index) - relation.offset)
        UnsafeMutableRawPointer(first + index).storeBytes(of: a, as: SIMD8<Float>.self)
        UnsafeMutableRawPointer(second + index).storeBytes(of: b, as: SIMD8<Float>.self)
        UnsafeMutableRawPointer(weights + index).storeBytes(of: weight, as: SIMD8<Float>.self)
      }
      if variance > 0 {
        blur.apply(to: first, weights: weights, of: fixed, variance: variance)
        blur.apply(to: second, weights: weights, of: fixed, variance: variance)
      }
      var (cross, own, mixed) = (0.0, 0.0, 0.0)
      let stride = fixed.stride
      let gain = SIMD8(repeating: relation.gain)
      for y in 1..<max(fixed.height - 1, 1) {
        var (rowCross, rowOwn, rowMixed) = (SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero)
        for x in Swift.stride(from: 0, to: fixed.width, by: 8) {
          let index = y * stride + x
          let inner =
            RowMoments.load(fixed.interior + index) * RowMoments.load(weights + index)
            * RowMoments.load(weights + (index - 1)) * RowMoments.load(weights + (index + 1))
            * RowMoments.load(weights + (index - stride)) * RowMoments.load(weights + (index + stride))
          for step in [1, stride] {
            func difference(_ plane: UnsafeMutablePointer<Float>) -> SIMD8<Float> {
              RowMoments.load(plane + (index + step)) - RowMoments.load(plane + (index - step))
            }
            let (a, b) = (inner * difference(first), inner * difference(second))
            rowCross += a * b
            rowOwn += a * a + b * b
            rowMixed += a * difference(warped) + b * gain * difference(fixed.values)
          }
        }
        cross += Double(rowCross.sum())
        own += Double(rowOwn.sum())
        mixed += Double(rowMixed.sum())
      }
      // Of the mean of both images, whose noise has half the variance of one's.
      let energy = 0.5 * cross + 0.25 * own
      guard mixed > 0, energy > 0 else { continue }
      let precision = 0.25 * mixed * mixed / energy
      if precision > best.precision { best = (variance, precision) }
    }
    return best.variance
  }
}
