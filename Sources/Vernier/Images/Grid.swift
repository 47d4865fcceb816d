/// Where the samples of an image lie in physical space.
///
/// The sample with index *i* lies at `origin + direction · (spacing ∘ i)`. Sample centres are
/// integers, x varies fastest. A plain picture has spacing 1, origin 0 and the identity direction, so that its
/// physical coordinates are pixels; a medical volume keeps millimetres in LPS, as ITK does.
public struct Grid<let rank: Int>: Sendable, Equatable {
  /// The number of samples along each axis, x first.
  public let size: [Int]
  public let spacing: Vector<rank>
  public let origin: Vector<rank>
  public let direction: Matrix<rank>

  /// Index to physical, and back.
  let toPhysical: Matrix<rank>
  let toIndex: Matrix<rank>

  /// - Throws: `ImageError` when the size has an axis below 1, a spacing is not a positive finite
  ///   number, or the direction is singular.
  public init(
    size: [Int], spacing: Vector<rank> = Vector(repeating: 1), origin: Vector<rank> = .zero,
    direction: Matrix<rank> = .identity
  ) throws(ImageError) {
    guard size.count == rank, size.allSatisfy({ $0 > 0 }) else { throw .emptySize(size) }
    guard spacing.elements.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw .unusableSpacing(spacing.elements)
    }
    let toPhysical = direction * .diagonal(spacing)
    guard origin.elements.allSatisfy(\.isFinite), let toIndex = toPhysical.inverted() else {
      throw .singularDirection
    }
    self.size = size
    self.spacing = spacing
    self.origin = origin
    self.direction = direction
    self.toPhysical = toPhysical
    self.toIndex = toIndex
  }

  /// The number of samples.
  public var count: Int { size.reduce(1, *) }

  /// The physical point of a continuous index.
  public func point(atIndex index: Vector<rank>) -> Vector<rank> { toPhysical * index + origin }

  /// The continuous index of a physical point.
  public func index(atPoint point: Vector<rank>) -> Vector<rank> { toIndex * (point - origin) }

  /// The physical point midway between the first and the last sample.
  public var center: Vector<rank> { point(atIndex: Vector { Double(size[$0] - 1) / 2 }) }

  /// The physical positions of the 2^rank corner samples.
  public var corners: [Vector<rank>] {
    (0..<(1 << rank)).map { corner in
      point(atIndex: Vector { corner & (1 << $0) == 0 ? 0 : Double(size[$0] - 1) })
    }
  }

  /// The length of the diagonal from the first sample to the last, in physical units.
  public var diagonal: Double {
    Vector<rank> { Double(size[$0] - 1) * spacing[$0] }.length
  }
}
