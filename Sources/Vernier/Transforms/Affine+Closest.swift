extension Affine {
  /// The affine map that is closest to another over a grid: by least squares at a lattice of points, those without an
  /// image left out.
  ///
  /// It is written about the grid's centre; where too few points have an image it is not a number.
  public init(closestTo map: some SpatialTransform<Vector<rank>>, on grid: Grid<rank>, perAxis: Int = 8) {
    let center = grid.center
    var system = SymmetricSystem(count: rank + 1)
    var sides = [[Double]](repeating: [Double](repeating: 0, count: rank + 1), count: rank)
    let places = Size<rank>(repeating: perAxis)
    for place in 0..<places.product {
      let point = grid.point(
        atIndex: Vector { axis in
          Double(place / places.stride(along: axis) % perAxis) / Double(perAxis - 1) * Double(grid.size[axis] - 1)
        })
      let image = map(point)
      guard image.isFinite else { continue }
      let terms = (point - center).elements + [1]
      for row in 0...rank {
        for column in 0...rank { system.matrix[row * (rank + 1) + column] += terms[row] * terms[column] }
        for axis in 0..<rank { sides[axis][row] += terms[row] * (image[axis] - center[axis]) }
      }
    }
    let rows = sides.map { side -> [Double] in
      system.right = side
      return system.solved() ?? [Double](repeating: .nan, count: rank + 1)
    }
    self.init(linear: Matrix { rows[$0][$1] }, translation: Vector { rows[$0][rank] }, center: center)
  }
}
