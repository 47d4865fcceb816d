/// A point of the fixed image and the point of the moving image that is taken for the same, physical coordinates.
struct PointMatch: Sendable, Hashable {
  var fixed: SIMD2<Double>
  var moving: SIMD2<Double>
}
