import Glibc
import Vernier
import VernierFiles

extension Picture {
  /// Two images in one space: where exactly one of them has a pixel size, both in pixels.
  ///
  /// - Returns: the images and what to tell a person; nil where nothing is to be said.
  static func inOneSpace(_ fixed: Self, _ moving: Self) throws -> (fixed: Self, moving: Self, remark: String?) {
    let units = [fixed, moving].map(\.contents.source?.unit)
    guard (units[0] == nil) != (units[1] == nil), !fixed.isOfPixels || !moving.isOfPixels else {
      return (fixed, moving, nil)
    }
    let (sized, plain) = units[0] == nil ? (moving, fixed) : (fixed, moving)
    let remark = "\(plain.file): has no pixel size, and \(sized.file) has one: both are taken in pixels"
    return (try fixed.measuredInPixels(), try moving.measuredInPixels(), remark)
  }

  /// Whether the grid is one of pixels already, whatever its unit.
  var isOfPixels: Bool {
    grid.spacing == Vector(repeating: 1) && grid.origin == .zero && grid.direction == .identity
  }

  private func measuredInPixels() throws -> Self {
    var picture = Self(
      file: file, contents: contents, channels: try Self.replacing(channels, grid: Grid(size: grid.size)))
    picture.isInPixels = true
    return picture
  }

  private static func replacing(_ channels: [Image<rank>], grid: Grid<rank>) throws -> [Image<rank>] {
    try channels.map { try Image(grid: grid, samples: $0.samples, mask: $0.mask) }
  }

  /// This image moved onto the grid of a fixed one, as a file keeps it: with that image's pixel size; with its own where
  /// the fixed one has none.
  ///
  /// - Parameters:
  ///   - moved: this image's channels on the fixed one's grid.
  ///   - fixed: the fixed image.
  ///   - transform: fixed point to moving point.
  func contents(movedTo moved: Self, on fixed: Self, through transform: Transform<rank>) throws -> ImageFile {
    guard isInPixels else { return moved.contents.placed(like: fixed.contents) }
    let sized = fixed.contents.source?.unit == nil ? contents : fixed.contents
    guard var grid = sized.channels(as: Image<rank>.self)?.first?.grid else { return moved.contents }
    if fixed.contents.source?.unit == nil {
      // A pixel of the fixed image is so many of the moving one's.
      let scale = pow(abs(transform.linear.linear.determinant), 1 / Double(rank))
      grid = try Grid(size: fixed.grid.size, spacing: grid.spacing * scale)
    }
    return try moved.contents.replacingChannels(by: Self.replacing(moved.channels, grid: grid)).placed(like: sized)
  }
}
