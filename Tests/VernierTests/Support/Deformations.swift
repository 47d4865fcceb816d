@testable import Vernier

/// A deformation whose control points are moved at random by up to `reach`.
func drawnDeformation<let rank: Int>(
  over grid: Grid<rank>, spacing: Double, reach: Double, affine: Affine<rank> = .identity, seed: UInt64
) -> BSplineTransform<rank> {
  let controls = ControlGrids(over: grid, spacing: spacing, leastCells: 1).grids[0]
  var random = SplitMix64(seed: seed)
  let coefficients = (0..<(rank * controls.count)).map { _ in random.uniform(-reach...reach) }
  return BSplineTransform(affine: affine, controls: controls, coefficients: coefficients)
}

extension Alignment {
  /// The free-form deformation that was found; nil where the transform is another kind of map.
  var spline: BSplineTransform<rank>? { transform.base as? BSplineTransform<rank> }
}

extension SmoothField {
  /// The image whose sample at a point p is the field at any transform of p.
  func image(on grid: Grid<rank>, through transform: some SpatialTransform<Vector<rank>>) -> Image<rank> {
    Image(
      unchecked: grid,
      samples: (0..<grid.count).map { index in
        var rest = index
        let place = Vector<rank> { axis in
          let (next, here) = rest.quotientAndRemainder(dividingBy: grid.size[axis])
          rest = next
          return Double(here)
        }
        return value(at: transform(grid.point(atIndex: place)))
      })
  }
}
