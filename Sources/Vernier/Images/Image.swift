/// Samples of one channel on a regular grid of 2 or 3 dimensions, with an optional mask.
///
/// Samples are `Float` in one contiguous buffer, x fastest: the sample (x, y, z) is element
/// x + width · (y + height · z). A colour image is three images.
@frozen
public struct Image<let rank: Int>: Sendable {
  public let grid: Grid<rank>
  /// The sample values; as many as the grid counts.
  public let samples: [Float]
  /// Which samples hold data: non-zero where they do. Nil means everywhere.
  public let mask: [UInt8]?

  /// - Throws: `ImageError` when the number of samples or of mask elements does not agree with the grid.
  public init(grid: Grid<rank>, samples: [Float], mask: [UInt8]? = nil) throws(ImageError) {
    guard samples.count == grid.count else {
      throw .sampleCount(expected: grid.count, found: samples.count)
    }
    if let mask, mask.count != grid.count {
      throw .sampleCount(expected: grid.count, found: mask.count)
    }
    self.init(unchecked: grid, samples: samples, mask: mask)
  }

  /// For callers inside the package whose counts agree by construction.
  package init(unchecked grid: Grid<rank>, samples: [Float], mask: [UInt8]? = nil) {
    self.grid = grid
    self.samples = samples
    self.mask = mask
  }

  /// The number of samples along each axis, x first.
  @inlinable
  public var size: Size<rank> { grid.size }

  /// The sample with an index, x first.
  ///
  /// - Precondition: the index lies within ``size``.
  @inlinable
  public subscript(index: Size<rank>) -> Float {
    var place = 0
    for axis in (0..<rank).reversed() {
      precondition(index[axis] >= 0 && index[axis] < grid.size[axis], "an index lies within the image")
      place = place * grid.size[axis] + index[axis]
    }
    return samples[place]
  }

  /// Whether the sample with a place in ``samples`` holds data.
  @inlinable
  public func isValid(_ place: Int) -> Bool { mask == nil || mask![place] != 0 }

  /// The same samples with another mask.
  ///
  /// - Throws: `ImageError.sampleCount` when the mask does not have one element a sample.
  public func masked(by mask: [UInt8]?) throws(ImageError) -> Self {
    try Self(grid: grid, samples: samples, mask: mask)
  }

  /// The same grid and mask with each sample put through `transform`.
  public func mapSamples(_ transform: (Float) throws -> Float) rethrows -> Self {
    Self(unchecked: grid, samples: try samples.map(transform), mask: mask)
  }
}

extension Image where rank == 2 {
  @inlinable
  public var width: Int { size[0] }
  @inlinable
  public var height: Int { size[1] }

  /// The sample in a column and a row.
  ///
  /// - Precondition: both lie within the picture.
  @inlinable
  public subscript(x: Int, y: Int) -> Float { self[[x, y]] }

  /// A plain picture: spacing 1, origin 0.
  ///
  /// - Throws: `ImageError` as `init(grid:samples:mask:)` does.
  public init(width: Int, height: Int, samples: [Float], mask: [UInt8]? = nil) throws(ImageError) {
    try self.init(grid: Grid(size: [width, height]), samples: samples, mask: mask)
  }
}

extension Image where rank == 3 {
  /// The sample in a column, a row and a slice.
  ///
  /// - Precondition: all three lie within the volume.
  @inlinable
  public subscript(x: Int, y: Int, z: Int) -> Float { self[[x, y, z]] }
}
