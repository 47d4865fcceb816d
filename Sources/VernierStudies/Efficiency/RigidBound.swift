import Vernier

/// The Cramér–Rao bound of a rigid registration: no unbiased method can have smaller variances.
///
/// The fixed image is f(p) = s(p) + n₁ and the moving one m(T(p)) = s(p) + n₂ with independent white noise of variance
/// σ² in each; neither tells the scene s itself, so what bears on T is their difference, of variance 2σ². With the
/// parameters (tx, ty, θ) about the fixed image's centre c and g = ∇s(p), a sample's derivatives are
///
///     ∂m/∂t = R g,   ∂m/∂θ = gₓ · −(y − c_y) + g_y · (x − cₓ)
///
/// and the information is Σ J Jᵀ / 2σ² over the fixed samples p for which T(p) lies between the moving image's
/// outermost samples. Where gain and offset between the two images are unknown, as for normalized cross-correlation,
/// what the derivatives have in common with 1 and s over those samples tells nothing of T and is projected out.
struct RigidBound: Sendable {
  /// Of (tx, ty, θ), in 1/px² and 1/rad², with gain and offset unknown.
  let information: Matrix<3>
  /// The same with gain and offset known.
  let informationOfKnownGain: Matrix<3>
  /// The fixed samples that took part.
  let points: [Vector<2>]
  /// Their derivatives by (tx, ty, θ), free of what gain and offset explain.
  private let derivatives: [[Double]]

  /// - Parameters:
  ///   - truth: T, rigid, in samples.
  ///   - grid: of both images.
  ///   - variance: σ² in each image.
  ///   - scene: s and its gradient at a fixed point.
  init(
    truth: Affine<2>, on grid: Grid<2>, variance: Double,
    scene: (Vector<2>) -> (value: Double, gradient: Vector<2>)
  ) {
    var rows: [(derivatives: [Double], value: Double)] = []
    var points: [Vector<2>] = []
    for y in 0..<grid.size[1] {
      for x in 0..<grid.size[0] {
        let point: Vector<2> = [Double(x), Double(y)]
        let place = truth(point)
        guard (0..<2).allSatisfy({ Self.holds(place[$0], grid.size[$0]) }) else { continue }
        let sample = scene(point)
        let along = truth.linear * sample.gradient
        let arm = point - grid.center
        let turning = sample.gradient[1] * arm[0] - sample.gradient[0] * arm[1]
        rows.append(([along[0], along[1], turning], sample.value))
        points.append(point)
      }
    }
    self.points = points
    func information(_ rows: [[Double]]) -> Matrix<3> {
      var sums = [Double](repeating: 0, count: 9)
      for row in rows { for place in 0..<9 { sums[place] += row[place / 3] * row[place % 3] } }
      return Matrix(rowMajor: sums.map { $0 / (2 * variance) })
    }
    informationOfKnownGain = information(rows.map(\.derivatives))
    derivatives = Self.freeOfGain(rows)
    self.information = information(derivatives)
  }

  /// What someone finds who knows the scene and the answer, and corrects the answer by one linear step: the least
  /// squares of m(T(p)) − f(p) on the scene's own derivatives. Its variance is the bound, so that it shows whether the
  /// bound holds.
  ///
  /// - Parameters:
  ///   - truth: T.
  ///   - residual: m(T(p)) − f(p) at a fixed point.
  /// - Returns: nil where the scene does not determine the motion.
  func step(from truth: Affine<2>, residual: (Vector<2>) -> Double) -> Affine<2>? {
    var right = [Double](repeating: 0, count: 3)
    var products = [Double](repeating: 0, count: 9)
    for (point, row) in zip(points, derivatives) {
      let value = residual(point)
      for column in 0..<3 { right[column] -= row[column] * value }
      for place in 0..<9 { products[place] += row[place / 3] * row[place % 3] }
    }
    guard let inverse = Matrix<3>(rowMajor: products).inverted() else { return nil }
    let step = inverse * Vector<3>(right)
    let known = truth.parameters
    return Affine(
      Affine<2>.Parameters(
        rotation: known.rotation[0] + step[2] * 180 / .pi, translation: known.translation + [step[0], step[1]],
        center: known.center))
  }

  /// Whether a place lies between the outermost of `count` samples, up to rounding.
  private static func holds(_ place: Double, _ count: Int) -> Bool { place > -1e-9 && place < Double(count - 1) + 1e-9 }

  /// The derivatives less their regression on 1 and the scene's value.
  private static func freeOfGain(_ rows: [(derivatives: [Double], value: Double)]) -> [[Double]] {
    let total = Double(max(rows.count, 1))
    let mean = rows.reduce(0) { $0 + $1.value } / total
    let spread = rows.reduce(0) { $0 + ($1.value - mean) * ($1.value - mean) }
    let means = (0..<3).map { column in rows.reduce(0) { $0 + $1.derivatives[column] } / total }
    let slopes = (0..<3).map { column in
      spread > 0 ? rows.reduce(0) { $0 + ($1.value - mean) * $1.derivatives[column] } / spread : 0
    }
    return rows.map { row in
      (0..<3).map { row.derivatives[$0] - means[$0] - slopes[$0] * (row.value - mean) }
    }
  }

  /// The least variances, or nil where the scene does not determine the motion.
  var variances: Variances? { Self.variances(information) }
  var variancesOfKnownGain: Variances? { Self.variances(informationOfKnownGain) }

  struct Variances: Sendable, Equatable {
    /// The shift's covariance, in px².
    var shift: Matrix<2>
    /// In degrees².
    var rotation: Double

    /// Of the shift, the mean of its two axes, in px².
    var translation: Double { (shift[0, 0] + shift[1, 1]) / 2 }

    /// dᵀ C⁻¹ d with the shift's covariance C: χ² with two degrees of freedom for errors d at the bound.
    func squaredDistance(of error: Vector<2>) -> Double {
      let determinant = shift[0, 0] * shift[1, 1] - shift[0, 1] * shift[1, 0]
      let mixed = (shift[0, 1] + shift[1, 0]) * error[0] * error[1]
      return (shift[1, 1] * error[0] * error[0] - mixed + shift[0, 0] * error[1] * error[1]) / determinant
    }
  }

  private static func variances(_ information: Matrix<3>) -> Variances? {
    guard let covariance = information.inverted() else { return nil }
    let degrees = 180 / Double.pi
    return Variances(
      shift: Matrix(rowMajor: [covariance[0, 0], covariance[0, 1], covariance[1, 0], covariance[1, 1]]),
      rotation: covariance[2, 2] * degrees * degrees)
  }
}
