/// The map that undoes a free-form deformation: moving point to fixed point.
///
/// With r = A⁻¹(q) it finds p with p + u(p) = r by the iteration p ← p − (I + Du)⁻¹ (p + u(p) − r), which starts at r and halves a
/// step that leads no closer. Where the deformation does not fold there is one such p.
public struct BSplineInverse<let rank: Int>: SpatialTransform {
  public let transform: BSplineTransform<rank>
  private let affineInverse: Affine<rank>
  private let tolerance: Double

  fileprivate init?(_ transform: BSplineTransform<rank>) {
    guard let inverse = transform.affine.inverted() else { return nil }
    self.transform = transform
    affineInverse = inverse
    tolerance = 1e-9 * (transform.controls.spacing.elements.min() ?? 1)
  }

  /// The point that the deformation sends to `point`, to 10⁻⁹ of the control spacing; not a number where none was found, as beyond a fold
  /// or where the edge of the control grid tears.
  public func callAsFunction(_ point: Vector<rank>) -> Vector<rank> {
    let target = affineInverse(point)
    var place = target
    var away = place + transform.displacement(at: place) - target
    var distance = away.length
    for _ in 0..<40 {
      if distance <= tolerance { return place }
      guard let back = transform.stretch(at: place).inverted() else { break }
      let step = back * away
      var share = 1.0
      var improved = false
      while share > 1e-3 {
        let next = place - step * share
        let nextAway = next + transform.displacement(at: next) - target
        if nextAway.length < distance {
          (place, away, distance) = (next, nextAway, nextAway.length)
          improved = true
          break
        }
        share /= 2
      }
      if !improved { break }
    }
    return distance <= tolerance ? place : Vector(repeating: .nan)
  }
}

extension BSplineTransform {
  /// The inverse map, or nil where the affine part is singular.
  public func inverted() -> BSplineInverse<rank>? { BSplineInverse(self) }
}
