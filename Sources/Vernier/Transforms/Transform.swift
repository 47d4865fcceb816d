/// Any map from the fixed image to the moving one: linear, a homography, a deformation, a displacement field, one after
/// another, or one of your own.
///
/// What an alignment finds, a file holds and resampling takes is this type. It passes everything on to the map that it
/// carries.
public struct Transform<let rank: Int>: SpatialTransform {
  /// The map as its own type: ``Affine``, ``Homography``, ``BSplineTransform``, ``DisplacementField``, ``Composition``,
  /// an ``IterativeInverse`` of one of these, or one of your own.
  public let base: any SpatialTransform<Vector<rank>>

  public init(_ map: some SpatialTransform<Vector<rank>>) {
    base = (map as? Self)?.base ?? map
  }

  public static var identity: Self { Self(Affine<rank>.identity) }

  /// The map, where it is linear.
  public var affine: Affine<rank>? { base as? Affine<rank> }

  /// The linear part: the map itself where it is linear, what follows a deformation, the first-order expansion about
  /// its centre for a homography.
  public var linear: Affine<rank> { base.linearPart }

  public var linearPart: Affine<rank> { linear }

  public func callAsFunction(_ point: Vector<rank>) -> Vector<rank> { base(point) }

  public func jacobian(at point: Vector<rank>) -> Matrix<rank> { base.jacobian(at: point) }

  /// Where a deformation is given: its control points, or its displacements, perhaps with an affine map after them.
  public var deformationGrid: Grid<rank>? {
    if let maps = (base as? Composition<rank>)?.maps {
      return maps.count == 2 && maps[1].affine != nil ? maps[0].deformationGrid : nil
    }
    return (base as? BSplineTransform<rank>)?.controls ?? (base as? DisplacementField<rank>)?.grid
  }

  /// The map that undoes this one; nil where there is none.
  public func inverted() -> Self? {
    guard let inverse = base.inverted() else { return nil }
    return Self(erasing: inverse)
  }

  private init(erasing map: any SpatialTransform<Vector<rank>>) {
    func opened(_ map: some SpatialTransform<Vector<rank>>) -> Self { Self(map) }
    self = opened(map)
  }

  public func map(_ points: inout MutableSpan<Vector<rank>>) { base.map(&points) }

  public func map(rowFrom start: Vector<rank>, step: Vector<rank>, into points: inout MutableSpan<Vector<rank>>) {
    base.map(rowFrom: start, step: step, into: &points)
  }

  public func solve(
    rowFrom start: Vector<rank>, step: Vector<rank>, guess: Affine<rank>, into points: inout MutableSpan<Vector<rank>>
  ) {
    base.solve(rowFrom: start, step: step, guess: guess, into: &points)
  }

  /// The map that first applies `first`, then this one; as simple as the two allow.
  ///
  ///     t.composed(after: u)(p) = t(u(p))
  public func composed(after first: some SpatialTransform<Vector<rank>>) -> Self {
    let first = Self(first)
    if let affine {
      if let before = first.affine { return Self(affine.composed(after: before)) }
      if let before = first.base as? BSplineTransform<rank> { return Self(affine.composed(after: before)) }
    } else if let before = first.affine, let spline = base as? BSplineTransform<rank>,
      let moved = spline.composed(after: before)
    {
      return Self(moved)
    }
    if let both = Homography.composed(self, after: first) { return both }
    return Self(Composition([first, self]))
  }

  /// The largest distance, over the samples of a coarse lattice on a grid, between a point and where this map sends
  /// what `inverse` makes of it; points that the inverse does not reach are left out.
  ///
  /// - Parameters:
  ///   - inverse: meant to undo this map.
  ///   - grid: the moving image's.
  ///   - perAxis: lattice points along each axis, at least 2.
  /// - Returns: not a number where the inverse reaches no point.
  public func largestError(
    ofInverse inverse: some SpatialTransform<Vector<rank>>, on grid: Grid<rank>, perAxis: Int = 9
  )
    -> Double
  {
    precondition(perAxis >= 2, "a lattice has two points along each axis at least")
    let places = Size<rank>(repeating: perAxis)
    var largest = Double.nan
    for place in 0..<places.product {
      let index = Vector<rank> { axis in
        let step = place / places.stride(along: axis) % perAxis
        return Double(step) / Double(perAxis - 1) * Double(grid.size[axis] - 1)
      }
      let point = grid.point(atIndex: index)
      let error = (self(inverse(point)) - point).length
      if error.isFinite { largest = largest.isNaN ? error : max(largest, error) }
    }
    return largest
  }

  /// The mean distance, at the corners of a grid, between where this map and another send them.
  public func cornerDistance(to other: some SpatialTransform<Vector<rank>>, on grid: Grid<rank>) -> Double {
    let corners = grid.corners
    return corners.reduce(0) { $0 + (self($1) - other($1)).length } / Double(corners.count)
  }
}

extension Transform: Equatable {
  /// Whether both carry the same kind of map with the same numbers; false where the kind cannot be compared.
  public static func == (left: Self, right: Self) -> Bool {
    func equals<Map: Equatable>(_ map: Map) -> Bool { right.base as? Map == map }
    guard let map = left.base as? any Equatable else { return false }
    return equals(map)
  }
}
