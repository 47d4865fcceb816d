import Vernier

/// The control points of a free-form deformation whose rank is known at run time only.
struct SplineMap: Equatable {
  var size: [Int]
  var spacing: [Double]
  var origin: [Double]
  /// Row by row.
  var direction: [Double]
  /// All first components, x fastest, then all second ones, and so on.
  var coefficients: [Double]

  init<let rank: Int>(_ transform: BSplineTransform<rank>) {
    let controls = transform.controls
    size = controls.size
    spacing = controls.spacing.elements
    origin = controls.origin.elements
    direction = controls.direction.rowMajor
    coefficients = transform.coefficients
  }

  /// - Returns: nil where the numbers do not make a control grid, or are not as many as it needs.
  init?(size: [Int], spacing: [Double], origin: [Double], direction: [Double], coefficients: [Double]) {
    let rank = size.count
    // A file's text bounds its numbers; more control points than that cannot be there.
    guard rank == 2 || rank == 3, size.allSatisfy({ $0 >= 4 && $0 <= 1 << 20 }), spacing.count == rank,
      origin.count == rank, direction.count == rank * rank, coefficients.count == rank * size.reduce(1, *)
    else { return nil }
    self.size = size
    self.spacing = spacing
    self.origin = origin
    self.direction = direction
    self.coefficients = coefficients
    guard rank == 2 ? (grid() as Grid<2>?) != nil : (grid() as Grid<3>?) != nil else { return nil }
  }

  var isFinite: Bool { (spacing + origin + direction + coefficients).allSatisfy(\.isFinite) }

  private func grid<let rank: Int>() -> Grid<rank>? {
    try? Grid(
      size: size, spacing: Vector(spacing), origin: Vector(origin), direction: Matrix(rowMajor: direction))
  }

  /// The whole map.
  ///
  /// - Precondition: `rank` is this map's and the linear one's.
  func transform<let rank: Int>(after linear: LinearMap) -> BSplineTransform<rank> {
    guard let grid: Grid<rank> = grid() else { preconditionFailure("a control grid is checked when it is read") }
    return BSplineTransform(affine: linear.affine(), controls: grid, coefficients: coefficients)
  }

  /// What first applies a linear map, then the deformation, then another linear map; nil where the first is singular.
  func composed<let rank: Int>(_ linear: LinearMap, after first: LinearMap) -> BSplineTransform<rank>? {
    (transform(after: linear) as BSplineTransform<rank>).composed(after: first.affine())
  }
}

extension InsightEntry {
  /// The control points, where this is ITK's `BSplineTransform` of order 3; nil for another kind.
  ///
  /// Its fixed parameters are the size, origin, spacing and direction of the control grid.
  func spline(path: String) throws(FileError) -> SplineMap? {
    guard kind == "BSplineTransform" else { return nil }
    guard let parameters, let fixed else {
      throw FileError(path, line: line, .truncated("the parameters of \(kind) are missing"))
    }
    guard fixed.count == rank * (rank + 3),
      fixed.prefix(rank).allSatisfy({ $0 >= 0 && $0 < 1e6 && $0 == $0.rounded() }),
      let map = SplineMap(
        size: fixed.prefix(rank).map { Int($0) }, spacing: Array(fixed[(2 * rank)..<(3 * rank)]),
        origin: Array(fixed[rank..<(2 * rank)]), direction: Array(fixed[(3 * rank)...]), coefficients: parameters)
    else {
      let what = "its fixed parameters do not make a control grid of \(parameters.count) numbers"
      throw FileError(path, line: line, .malformed(what))
    }
    return map
  }
}
