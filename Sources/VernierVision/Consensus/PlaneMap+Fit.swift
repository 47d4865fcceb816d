import Glibc
import Vernier

extension PlaneMap {
  /// The map of a model with the least sum of squared errors over some matches.
  ///
  /// With p and q the fixed and moving points less their means, and the mean of q = the map of the mean of p in all
  /// models:
  ///
  ///     rigid        the angle atan2(Σ p × q, Σ p · q)
  ///     similarity   the same angle, scale |(Σ p · q, Σ p × q)| / Σ |p|²
  ///     affine       (Σ q pᵀ) (Σ p pᵀ)⁻¹
  ///
  /// The first two are the Procrustes problem in the plane (Umeyama 1991, doi:10.1109/34.88573, where the rotation is
  /// an angle).
  ///
  /// - Returns: nil where the matches do not determine the model: none, all in one place or, for an affine map, in one
  ///   line.
  init?(_ model: TransformModel, fitting matches: some Collection<PointMatch>) {
    guard !matches.isEmpty else { return nil }
    let count = Double(matches.count)
    var fixedMean = SIMD2<Double>.zero
    var movingMean = SIMD2<Double>.zero
    for match in matches {
      fixedMean += match.fixed
      movingMean += match.moving
    }
    fixedMean /= count
    movingMean /= count

    // Σ q pᵀ by columns, and Σ p pᵀ.
    var crossFirst = SIMD2<Double>.zero
    var crossSecond = SIMD2<Double>.zero
    var spread = SIMD2<Double>.zero
    var mixed = 0.0
    for match in matches {
      let p = match.fixed - fixedMean
      let q = match.moving - movingMean
      crossFirst += q * p.x
      crossSecond += q * p.y
      spread += p * p
      mixed += p.x * p.y
    }
    let cosine = crossFirst.x + crossSecond.y
    let sine = crossFirst.y - crossSecond.x

    switch model {
    case .translation: (first, second) = ([1, 0], [0, 1])
    case .rigid, .similarity:
      let length = model == .rigid ? hypot(cosine, sine) : spread.sum()
      guard length > 0, hypot(cosine, sine) > 0 else { return nil }
      (first, second) = ([cosine / length, sine / length], [-sine / length, cosine / length])
    case .affine, .homography:
      let determinant = spread.x * spread.y - mixed * mixed
      guard determinant > 1e-9 * spread.sum() * spread.sum() else { return nil }
      first = (crossFirst * spread.y - crossSecond * mixed) / determinant
      second = (crossSecond * spread.x - crossFirst * mixed) / determinant
    }
    shift = movingMean - first * fixedMean.x - second * fixedMean.y
  }
}
