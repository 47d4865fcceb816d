import Vernier

/// A linear map of the plane with a shift: first · x + second · y + shift.
///
/// The arithmetic of ``Affine`` in two dimensions without its generic rank, for loops over many points.
struct PlaneMap: Sendable, Equatable {
  /// The columns of the linear part.
  var first: SIMD2<Double>
  var second: SIMD2<Double>
  var shift: SIMD2<Double>

  func callAsFunction(_ point: SIMD2<Double>) -> SIMD2<Double> { first * point.x + second * point.y + shift }

  /// The square of the distance in the moving image by which the map misses a match.
  func squaredError(_ match: PointMatch) -> Double {
    let error = self(match.fixed) - match.moving
    return (error * error).sum()
  }

  var determinant: Double { first.x * second.y - second.x * first.y }

  /// The same map as a transform written about `center`.
  func transform(center: Vector<2>) -> Affine<2> {
    Affine(linear: Matrix(rowMajor: [first.x, second.x, first.y, second.y]), translation: [shift.x, shift.y])
      .centered(at: center)
  }
}
