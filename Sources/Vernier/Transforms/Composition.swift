/// Maps one after another.
public struct Composition<let rank: Int>: SpatialTransform, Equatable {
  /// In the order in which they act; none of them is a composition.
  public let maps: [Transform<rank>]

  /// - Parameter maps: in the order in which they act: `Composition([u, t])(p) = t(u(p))`.
  public init(_ maps: [Transform<rank>]) {
    self.maps = maps.flatMap { ($0.base as? Self)?.maps ?? [$0] }
  }

  public func callAsFunction(_ point: Vector<rank>) -> Vector<rank> { maps.reduce(point) { $1($0) } }

  public func jacobian(at point: Vector<rank>) -> Matrix<rank> {
    var place = point
    var product = Matrix<rank>.identity
    for map in maps {
      product = map.jacobian(at: place) * product
      place = map(place)
    }
    return product
  }

  /// The linear parts one after another.
  public var linearPart: Affine<rank> { maps.reduce(.identity) { $1.linear.composed(after: $0) } }

  /// The inverses one after another, the last first; nil where one of them has none.
  public func inverted() -> Self? {
    var inverses: [Transform<rank>] = []
    for map in maps.reversed() {
      guard let inverse = map.inverted() else { return nil }
      inverses.append(inverse)
    }
    return Self(inverses)
  }

  public func map(_ points: inout MutableSpan<Vector<rank>>) {
    for map in maps { map.map(&points) }
  }

  public func map(rowFrom start: Vector<rank>, step: Vector<rank>, into points: inout MutableSpan<Vector<rank>>) {
    // A row stays one as long as maps are linear.
    let linear = maps.prefix { $0.affine != nil }
    let whole = linear.reduce(Affine<rank>.identity) { $1.linear.composed(after: $0) }
    let rest = maps.dropFirst(linear.count)
    let (first, along) = (whole(start), whole.linear * step)
    guard let next = rest.first else { return whole.map(rowFrom: start, step: step, into: &points) }
    next.map(rowFrom: first, step: along, into: &points)
    for map in rest.dropFirst() { map.map(&points) }
  }
}
