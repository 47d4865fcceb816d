import CVernier
import Vernier

extension AnyImage {
  /// The image that C describes. Samples that are not finite are left out, as they are of files.
  ///
  /// - Throws: `ImageError`
  init(_ image: vernier_image) throws(ImageError) {
    switch image.rank {
    case 2: self = .plane(try Image(image))
    case 3: self = .volume(try Image(image))
    default: throw .unsupportedRank(Int(image.rank))
    }
  }
}

extension Image {
  /// - Throws: `ImageError`
  fileprivate init(_ image: vernier_image) throws(ImageError) {
    let grid = try Grid<rank>(image)
    guard let start = image.samples else { throw .sampleCount(expected: grid.count, found: 0) }
    let samples = Array(UnsafeBufferPointer(start: start, count: grid.count))
    var mask = image.mask.map { Array(UnsafeBufferPointer(start: $0, count: grid.count)) }
    // A sum is finite where all of its terms are, but for overflow, which the second look then clears.
    if !samples.reduce(0, +).isFinite {
      let broken = samples.count { !$0.isFinite }
      guard broken < samples.count else { throw .notFinite(count: broken) }
      if broken > 0 {
        mask = samples.indices.map { samples[$0].isFinite ? mask?[$0] ?? 1 : 0 }
      }
    }
    try self.init(grid: grid, samples: samples, mask: mask)
  }
}

extension Grid {
  /// The grid that C describes.
  ///
  /// - Throws: `ImageError`
  init(_ image: vernier_image) throws(ImageError) {
    guard image.rank == rank else { throw .unsupportedRank(Int(image.rank)) }
    let (size, spacing, origin, direction) = (
      elements(of: image.size, Int64.self), elements(of: image.spacing, Double.self),
      elements(of: image.origin, Double.self), elements(of: image.direction, Double.self)
    )
    try self.init(
      size: size.prefix(rank).map(Int.init), spacing: Vector { spacing[$0] }, origin: Vector { origin[$0] },
      direction: Matrix(rowMajor: Array(direction.prefix(rank * rank))))
  }
}

/// The elements of an array of C's, which Swift sees as a tuple.
private func elements<Tuple, Element>(of tuple: Tuple, _ type: Element.Type) -> [Element] {
  withUnsafeBytes(of: tuple) { Array($0.bindMemory(to: type)) }
}
