import Vernier

/// Pictures of one size in rows and columns on white, 255.
enum TileSheet {
  /// Between the pictures, in samples.
  private static let gap = 8

  /// - Parameter rows: of squares; a row may be shorter than others.
  static func image(of rows: [[Image<2>]], side: Int) throws -> Image<2> {
    let step = side + gap
    let columns = rows.map(\.count).max() ?? 0
    let (width, height) = (columns * step - gap, rows.count * step - gap)
    var samples = [Float](repeating: 255, count: width * height)
    for (row, pictures) in rows.enumerated() {
      for (column, picture) in pictures.enumerated() {
        for y in 0..<side {
          let start = (row * step + y) * width + column * step
          samples.replaceSubrange(start..<start + side, with: picture.samples[y * side..<(y + 1) * side])
        }
      }
    }
    return try Image(width: width, height: height, samples: samples)
  }
}
