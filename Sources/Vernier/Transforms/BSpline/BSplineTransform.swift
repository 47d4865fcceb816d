/// A free-form deformation by cubic B-splines over a control grid, followed by an affine map (Rueckert et al. 1999,
/// doi:10.1109/42.796284).
///
///     T(p) = A(p + u(p)),   u(p) = Σ β³(x − i) β³(y − j) β³(z − k) c(i, j, k)
///
/// with (x, y, z) the index of p in the control grid. Four control points along each axis shape a point, so that u is
/// defined from control index 1 to size − 2; beyond, it is 0. This is ITK's composite of an affine transform and a
/// `BSplineTransform` of order 3, to the bit of its parameters.
@frozen
public struct BSplineTransform<let rank: Int>: SpatialTransform {
  /// What acts after the deformation.
  public let affine: Affine<rank>
  /// Where the control points lie, in the fixed image's physical space.
  public let controls: Grid<rank>
  /// The displacement of each control point, in physical units: all first components, x fastest, then all second ones,
  /// and so on, as ITK orders them.
  public let coefficients: [Double]
  /// The same, a control point together; places beyond the rank are 0.
  @usableFromInline let nodes: [SIMD4<Double>]

  /// - Precondition: `controls` has at least 4 points along each axis, and `coefficients` rank numbers for each.
  public init(affine: Affine<rank>, controls: Grid<rank>, coefficients: [Double]) {
    precondition(controls.size.allSatisfy { $0 >= 4 } && coefficients.count == rank * controls.count)
    self.affine = affine
    self.controls = controls
    self.coefficients = coefficients
    let count = controls.count
    nodes = (0..<count).map { index in
      var node = SIMD4<Double>.zero
      for axis in 0..<rank { node[axis] = coefficients[axis * count + index] }
      return node
    }
  }

  /// - Parameter nodes: the control points' displacements.
  init(affine: Affine<rank>, controls: Grid<rank>, nodes: [SIMD4<Float>]) {
    self.init(
      affine: affine, controls: controls,
      coefficients: (0..<rank).flatMap { axis in nodes.map { Double($0[axis]) } })
  }

  @inlinable
  public func callAsFunction(_ point: Vector<rank>) -> Vector<rank> { affine(point + displacement(at: point)) }

  /// u at a point of the fixed image, in physical units; 0 outside the control grid's inner part.
  @inlinable
  public func displacement(at point: Vector<rank>) -> Vector<rank> {
    guard let place = SplinePlace(controls.index(atPoint: point), size: controls.size) else { return .zero }
    let value = nodes.withUnsafeBufferPointer { place.value(of: $0.baseAddress!) }
    return Vector { value[$0] }
  }

  /// The derivatives of the map at a point: row a, column b holds ∂Tₐ/∂p_b.
  @inlinable
  public func jacobian(at point: Vector<rank>) -> Matrix<rank> { affine.linear * stretch(at: point) }

  /// What acts after the deformation.
  @inlinable
  public var linearPart: Affine<rank> { affine }

  /// How much the map enlarges a small volume around a point; 0 or less where it folds (or where the affine part
  /// mirrors).
  public func jacobianDeterminant(at point: Vector<rank>) -> Double { jacobian(at: point).determinant }

  /// The derivatives of p + u(p).
  @inlinable
  func stretch(at point: Vector<rank>) -> Matrix<rank> {
    guard let place = SplinePlace(controls.index(atPoint: point), size: controls.size) else { return .identity }
    let slopes = nodes.withUnsafeBufferPointer { place.slopes(of: $0.baseAddress!) }
    let byIndex = Matrix<rank> { row, column in slopes[column][row] }
    return .identity + byIndex * controls.toIndex
  }

  /// The map that first applies an affine one, then this: T ∘ first.
  ///
  /// The control grid moves along, and its displacements turn back: A(q + u(q)) at q = F(p) is A ∘ F at p + F⁻¹u(F(p)).
  ///
  /// - Returns: nil where `first` is singular.
  public func composed(after first: Affine<rank>) -> Self? {
    guard let inverse = first.inverted() else { return nil }
    let direction = inverse.linear * controls.direction
    guard
      let moved = try? Grid<rank>(
        size: controls.size, spacing: controls.spacing, origin: inverse(controls.origin), direction: direction)
    else { return nil }
    let count = controls.count
    var turned = coefficients
    for index in 0..<count {
      let back = inverse.linear * Vector<rank> { coefficients[$0 * count + index] }
      for axis in 0..<rank { turned[axis * count + index] = back[axis] }
    }
    return Self(affine: affine.composed(after: first), controls: moved, coefficients: turned)
  }

  /// Whether every coefficient is a finite number.
  public var isFinite: Bool { affine.isFinite && coefficients.allSatisfy(\.isFinite) }
}

extension BSplineTransform: Equatable {
  public static func == (left: Self, right: Self) -> Bool {
    left.affine == right.affine && left.controls == right.controls && left.coefficients == right.coefficients
  }
}

extension Affine {
  /// The map that first applies a free-form one, then this.
  public func composed(after first: BSplineTransform<rank>) -> BSplineTransform<rank> {
    // The identity would still move the centre about which this is written.
    BSplineTransform(
      affine: first.affine == .identity ? self : composed(after: first.affine), controls: first.controls,
      coefficients: first.coefficients)
  }
}
