import Glibc

@testable import Vernier

/// A map that these tests alone know, with no more than what every transform needs: it bends each axis along the next.
struct Wave<let rank: Int>: SpatialTransform {
  var height = 0.8

  func callAsFunction(_ point: Vector<rank>) -> Vector<rank> {
    point + Vector { height * sin(0.3 * point[($0 + 1) % rank] + Double($0)) }
  }
}

extension SpatialTransform {
  /// The evenly spaced points of a row, through the map at once.
  func row(from start: Point, step: Point, count: Int) -> [Point] {
    var points = [Point](repeating: .zero, count: count)
    var span = points.mutableSpan
    map(rowFrom: start, step: step, into: &span)
    return points
  }

  /// Points through the map at once.
  func mapped(_ points: [Point]) -> [Point] {
    var points = points
    var span = points.mutableSpan
    map(&span)
    return points
  }
}

/// The samples' positions along each axis, in the order of the samples.
func places<let rank: Int>(of size: Size<rank>) -> [Vector<rank>] {
  (0..<size.product).map { index in Vector { axis in Double(index / size.stride(along: axis) % size[axis]) } }
}

struct TransformKind<let rank: Int> {
  var name: String
  var map: Transform<rank>
}

/// A map of every kind that any rank has, smooth and free of folds on a grid and twelve samples around it.
func transformKinds<let rank: Int>(around grid: Grid<rank>) throws -> [TransformKind<rank>] {
  let wide = try Grid<rank>(
    size: Size { grid.size[$0] + 24 }, spacing: grid.spacing, origin: grid.point(atIndex: Vector(repeating: -12)),
    direction: grid.direction)
  let affine: Affine<rank> = motion(.affine, on: grid, strength: 0.5)
  let spline = drawnDeformation(
    over: wide, spacing: 8, reach: 1.2, affine: motion(.rigid, on: grid, strength: 0.5), seed: 901)
  let field = DisplacementField(of: drawnDeformation(over: wide, spacing: 9, reach: 1, seed: 902), on: wide)
  let wave = Wave<rank>()
  let several = Composition([Transform(affine), Transform(field), Transform(wave)])
  return [
    TransformKind(name: "affine", map: Transform(affine)), TransformKind(name: "B-spline", map: Transform(spline)),
    TransformKind(name: "field", map: Transform(field)), TransformKind(name: "composition", map: Transform(several)),
    TransformKind(name: "of these tests", map: Transform(wave)),
  ]
}

/// Those, and a homography.
func planeKinds(around grid: Grid<2>) throws -> [TransformKind<2>] {
  let view = Homography([[1.04, 0.06, -0.7], [-0.05, 0.97, 0.9], [0.003, -0.002, 1]], center: grid.center)
  guard let view else { throw Singular() }
  return try transformKinds(around: grid) + [TransformKind(name: "homography", map: Transform(view))]
}
