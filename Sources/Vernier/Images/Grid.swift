/// Where the samples of an image lie in physical space.
///
/// The sample with index *i* lies at `origin + direction · (spacing ∘ i)`. Sample centres are
/// integers, x varies fastest. A plain picture has spacing 1, origin 0 and the identity direction, so that its
/// physical coordinates are pixels; a medical volume keeps millimetres in LPS, as ITK does.
@frozen
public struct Grid<let rank: Int>: Sendable, Equatable {
  /// The number of samples along each axis, x first.
  public let size: Size<rank>
  public let spacing: Vector<rank>
  public let origin: Vector<rank>
  public let direction: Matrix<rank>

  /// Index to physical, and back.
  @usableFromInline let toPhysical: Matrix<rank>
  @usableFromInline let toIndex: Matrix<rank>

  /// - Throws: `ImageError` when the rank is neither 2 nor 3, the size has an axis below 1, a spacing is not a positive
  ///   finite number, or the direction is singular.
  public init(
    size: Size<rank>, spacing: Vector<rank> = Vector(repeating: 1), origin: Vector<rank> = .zero,
    direction: Matrix<rank> = .identity
  ) throws(ImageError) {
    guard rank == 2 || rank == 3 else { throw .unsupportedRank(rank) }
    guard size.allSatisfy({ $0 > 0 }) else { throw .emptySize(Array(size)) }
    guard spacing.elements.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw .unusableSpacing(spacing.elements)
    }
    let toPhysical = direction * .diagonal(spacing)
    guard origin.isFinite, let toIndex = toPhysical.inverted() else { throw .singularDirection }
    self.size = size
    self.spacing = spacing
    self.origin = origin
    self.direction = direction
    self.toPhysical = toPhysical
    self.toIndex = toIndex
  }

  /// A grid whose size is known at run time only.
  ///
  /// - Throws: as the other; `ImageError.emptySize` also where `size` has not `rank` numbers.
  public init(
    size: [Int], spacing: Vector<rank> = Vector(repeating: 1), origin: Vector<rank> = .zero,
    direction: Matrix<rank> = .identity
  ) throws(ImageError) {
    guard let known = Size<rank>(exactly: size) else { throw .emptySize(size) }
    try self.init(size: known, spacing: spacing, origin: origin, direction: direction)
  }

  /// The number of samples.
  @inlinable
  public var count: Int { size.product }

  /// The physical point of a continuous index.
  @inlinable
  public func point(atIndex index: Vector<rank>) -> Vector<rank> { toPhysical * index + origin }

  /// The continuous index of a physical point.
  @inlinable
  public func index(atPoint point: Vector<rank>) -> Vector<rank> { toIndex * (point - origin) }

  /// The physical displacement from a sample to the next along an axis.
  @inlinable
  public func step(along axis: Int) -> Vector<rank> { Vector { toPhysical[$0, axis] } }

  /// The physical point midway between the first and the last sample.
  @inlinable
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
