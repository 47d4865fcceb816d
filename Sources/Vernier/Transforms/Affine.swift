/// A linear map about a centre, followed by a translation.
///
///     T(p) = linear · (p − center) + center + translation
///
/// Every linear model (translation, rigid, similarity, affine) is carried by this type; the model is
/// its parametrisation, see ``TransformModel``. The centre changes how a transform is written, not what it
/// maps: keep it at the fixed image's centre so that translation and rotation can be read apart.
@frozen
public struct Affine<let rank: Int>: SpatialTransform, Equatable {
  public var linear: Matrix<rank>
  public var translation: Vector<rank>
  public var center: Vector<rank>

  @inlinable
  public init(
    linear: Matrix<rank> = .identity, translation: Vector<rank> = .zero,
    center: Vector<rank> = .zero
  ) {
    self.linear = linear
    self.translation = translation
    self.center = center
  }

  @inlinable
  public static var identity: Self { Self() }

  @inlinable
  public func callAsFunction(_ point: Vector<rank>) -> Vector<rank> {
    linear * (point - center) + center + translation
  }

  @inlinable
  public func jacobian(at point: Vector<rank>) -> Matrix<rank> { linear }

  @inlinable
  public var linearPart: Self { self }

  /// Where the transform sends the origin: the last column of its homogeneous matrix.
  @inlinable
  public var offset: Vector<rank> { self(.zero) }

  /// The homogeneous matrix, fixed point to moving point, row by row.
  ///
  /// Shape: (rank + 1) × (rank + 1).
  public var homogeneous: [[Double]] {
    let offset = offset
    var rows = (0..<rank).map { row in (0..<rank).map { linear[row, $0] } + [offset[row]] }
    rows.append([Double](repeating: 0, count: rank) + [1])
    return rows
  }

  /// The transform of a homogeneous matrix, written about `center`.
  ///
  /// - Precondition: `homogeneous` has rank + 1 rows and columns; its last row is not read.
  public init(homogeneous: [[Double]], center: Vector<rank> = .zero) {
    precondition(homogeneous.count == rank + 1 && homogeneous.allSatisfy { $0.count == rank + 1 })
    linear = Matrix { homogeneous[$0][$1] }
    let offset = Vector<rank> { homogeneous[$0][rank] }
    self.center = center
    translation = linear * center + offset - center
  }

  /// The same map written about another centre.
  @inlinable
  public func centered(at center: Vector<rank>) -> Self {
    Self(linear: linear, translation: self(center) - center, center: center)
  }

  /// The map that first applies `first`, then this one; written about the centre of `first`.
  ///
  ///     t.composed(after: u)(p) = t(u(p))
  @inlinable
  public func composed(after first: Self) -> Self {
    let product = linear * first.linear
    return Self(
      linear: product, translation: self(first(first.center)) - first.center, center: first.center)
  }

  /// The map that undoes this one, or nil where the linear part is singular.
  ///
  /// It is written about the point to which this transform sends its centre.
  @inlinable
  public func inverted() -> Self? {
    guard let inverse = linear.inverted() else { return nil }
    return Self(linear: inverse, translation: -translation, center: center + translation)
  }

  /// Whether every coefficient is a finite number.
  @inlinable
  public var isFinite: Bool { linear.isFinite && translation.isFinite && center.isFinite }

  /// The mean distance, at the corners of a grid, between where this map and another send them.
  public func cornerDistance(to other: Self, on grid: Grid<rank>) -> Double {
    let corners = grid.corners
    return corners.reduce(0) { $0 + (self($1) - other($1)).length } / Double(corners.count)
  }

  @inlinable
  public func solve(
    rowFrom start: Vector<rank>, step: Vector<rank>, guess: Self, into points: inout MutableSpan<Vector<rank>>
  ) {
    guess.map(rowFrom: start, step: step, into: &points)
  }
}
