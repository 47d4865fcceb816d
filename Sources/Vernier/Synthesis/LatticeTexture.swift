/// Values drawn on a lattice, smoothly interpolated between: the texture of drawn scenes and the shading of imitated
/// modalities.
struct LatticeTexture {
  private let cell: Int
  private let columns: Int
  private let values: [Float]

  /// Draws values from ±`amplitude` for a picture of `width` × `height` samples, `cell` samples apart.
  init(width: Int, height: Int, cell: Int, amplitude: Float, using random: inout some RandomNumberGenerator) {
    self.cell = cell
    columns = width / cell + 2
    values = (0..<columns * (height / cell + 2)).map { _ in Float.random(in: -amplitude...amplitude, using: &random) }
  }

  /// Calls `body` with each sample's number and the texture there, row by row.
  @inline(__always)
  func forEach(width: Int, height: Int, _ body: (Int, Float) -> Void) {
    let ease = (0..<cell).map { place in
      let t = Float(place) / Float(cell)
      return t * t * (3 - 2 * t)
    }
    for y in 0..<height {
      let (row, fy) = (y / cell, ease[y % cell])
      var column = 0
      while column * cell < width {
        let base = row * columns + column
        let (upperLeft, upperRight) = (values[base], values[base + 1])
        let (lowerLeft, lowerRight) = (values[base + columns], values[base + columns + 1])
        let first = column * cell
        for x in first..<min(first + cell, width) {
          let fx = ease[x - first]
          let upper = upperLeft + fx * (upperRight - upperLeft)
          let lower = lowerLeft + fx * (lowerRight - lowerLeft)
          body(y * width + x, upper + fy * (lower - upper))
        }
        column += 1
      }
    }
  }
}
