extension Image where rank == 2 {
  /// A rectangle of this picture, its samples where they were in physical space.
  ///
  /// - Precondition: it holds samples, and lies within the picture.
  public func cropped(columns: Range<Int>, rows: Range<Int>) -> Image<2> {
    precondition(
      columns.lowerBound >= 0 && columns.upperBound <= width && rows.lowerBound >= 0 && rows.upperBound <= height,
      "the rectangle lies within the picture")
    let corner = grid.point(atIndex: [Double(columns.lowerBound), Double(rows.lowerBound)])
    guard
      let part = try? Grid<2>(
        size: [columns.count, rows.count], spacing: grid.spacing, origin: corner, direction: grid.direction)
    else { preconditionFailure("the rectangle holds samples of a picture") }
    func cut<Element>(_ elements: [Element]) -> [Element] {
      [Element](unsafeUninitializedCapacity: part.count) { output, count in
        count = part.count
        elements.withUnsafeBufferPointer { input in
          for (line, row) in rows.enumerated() {
            let from = input.baseAddress! + row * width + columns.lowerBound
            (output.baseAddress! + line * columns.count).initialize(from: from, count: columns.count)
          }
        }
      }
    }
    return Image(unchecked: part, samples: cut(samples), mask: mask.map(cut))
  }
}
