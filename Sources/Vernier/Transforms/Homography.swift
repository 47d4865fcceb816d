/// A perspective map of the plane: how one view of a flat scene, or of a distant one, goes over into another.
///
///     T(p) = (h₀ · p̃, h₁ · p̃) / (h₂ · p̃),   p̃ = (x, y, 1), hᵢ the rows of the matrix
///
/// Straight lines stay straight; where the last row is (0, 0, 1) the map is affine. Points whose denominator has not
/// the sign that it has at the centre are seen from behind and have no image: T is not a number there. The matrix is
/// defined up to a factor; it is kept such that the denominator at the centre is 1.
public struct Homography: SpatialTransform, Equatable {
  public let matrix: Matrix<3>
  /// Where ``linearPart`` is taken: keep it at the fixed image's centre.
  public let center: Vector<2>

  /// - Returns: nil where the matrix is singular, not finite, or gives the centre no image.
  public init?(_ matrix: Matrix<3>, center: Vector<2> = .zero) {
    let denominator = matrix[2, 0] * center[0] + matrix[2, 1] * center[1] + matrix[2, 2]
    guard matrix.isFinite, denominator != 0, matrix.inverted() != nil else { return nil }
    let scaled = matrix * (1 / denominator)
    guard scaled.isFinite else { return nil }
    self.matrix = scaled
    self.center = center
  }

  public init(_ affine: Affine<2>) {
    let rows = affine.homogeneous
    matrix = Matrix { rows[$0][$1] }
    center = affine.center
  }

  public func callAsFunction(_ point: Vector<2>) -> Vector<2> {
    let image = matrix * Vector<3>([point[0], point[1], 1])
    return image[2] > 0 ? [image[0] / image[2], image[1] / image[2]] : Vector(repeating: .nan)
  }

  ///     ∂Tₐ/∂p_b = (hₐ_b − Tₐ h₂_b) / (h₂ · p̃)
  public func jacobian(at point: Vector<2>) -> Matrix<2> {
    let image = matrix * Vector<3>([point[0], point[1], 1])
    return Matrix { row, column in (matrix[row, column] - image[row] / image[2] * matrix[2, column]) / image[2] }
  }

  /// The first-order expansion about the centre.
  public var linearPart: Affine<2> {
    Affine(linear: jacobian(at: center), translation: self(center) - center, center: center)
  }

  public func inverted() -> Self? { matrix.inverted().flatMap { Self($0, center: self(center)) } }

  public func map(rowFrom start: Vector<2>, step: Vector<2>, into points: inout MutableSpan<Vector<2>>) {
    let first = matrix * Vector<3>([start[0], start[1], 1])
    let along = matrix * Vector<3>([step[0], step[1], 0])
    for index in points.indices {
      let image = first + along * Double(index)
      let inverse = 1 / image[2]
      points[index] = image[2] > 0 ? [image[0] * inverse, image[1] * inverse] : Vector(repeating: .nan)
    }
  }

  /// The map that first applies `first`, then this one.
  ///
  /// - Returns: nil where `first` sends its centre to where this map gives no image.
  public func composed(after first: Self) -> Self? {
    guard self(first(first.center)).isFinite else { return nil }
    return Self(matrix * first.matrix, center: first.center)
  }

  /// Two maps of which at least one is a homography and the other may be linear, as one homography; nil for others.
  static func composed<let rank: Int>(_ last: Transform<rank>, after first: Transform<rank>) -> Transform<rank>? {
    Ranks.inPlane(rank, (last, first)) { (maps: (Transform<2>, Transform<2>)) -> Transform<2>? in
      func known(_ map: Transform<2>) -> Self? { map.base as? Self ?? map.affine.map(Self.init) }
      guard let last = known(maps.0), let first = known(maps.1) else { return nil }
      return last.composed(after: first).map { Transform($0) }
    }
  }
}
