/// Where two views lie upon each other when the second is shifted by whole samples.
package struct Overlap {
  /// Indices of the fixed view.
  let columns: Range<Int>
  let rows: Range<Int>
  let shift: SIMD2<Int>

  /// The fixed view at i against the moving one at i + `shift`; nil where they do not meet.
  package init?(fixed: Size<2>, moving: Size<2>, shift: SIMD2<Int>) {
    let columns = (max(0, -shift.x), min(fixed[0], moving[0] - shift.x))
    let rows = (max(0, -shift.y), min(fixed[1], moving[1] - shift.y))
    guard columns.0 < columns.1, rows.0 < rows.1 else { return nil }
    self.columns = columns.0..<columns.1
    self.rows = rows.0..<rows.1
    self.shift = shift
  }

  /// The normalized cross-correlation over the samples that both views hold, and how many these are.
  ///
  /// Nil where they are fewer than `least` or one view is constant there.
  package func correlation(_ fixed: Image<2>, _ moving: Image<2>, least: Int) -> (value: Double, count: Int)? {
    var count = 0
    var (f, m, ff, mm, fm) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for y in rows {
      let here = y * fixed.width
      let there = (y + shift.y) * moving.width + shift.x
      for x in columns {
        if let mask = fixed.mask, mask[here + x] == 0 { continue }
        if let mask = moving.mask, mask[there + x] == 0 { continue }
        let (a, b) = (Double(fixed.samples[here + x]), Double(moving.samples[there + x]))
        count += 1
        f += a
        m += b
        ff += a * a
        mm += b * b
        fm += a * b
      }
    }
    guard count >= max(least, 2) else { return nil }
    let n = Double(count)
    let (varianceF, varianceM) = (ff - f * f / n, mm - m * m / n)
    guard varianceF > 1e-9 * ff, varianceM > 1e-9 * mm else { return nil }
    return ((fm - f * m / n) / (varianceF * varianceM).squareRoot(), count)
  }

  /// The overlapping parts of both views, as pictures of their own.
  func cut(_ fixed: Image<2>, _ moving: Image<2>) -> (fixed: Image<2>, moving: Image<2>)? {
    guard let grid = try? Grid<2>(size: [columns.count, rows.count]) else { return nil }
    func part(_ image: Image<2>, from x: Int, _ y: Int) -> Image<2> {
      let starts = rows.indices.map { ($0 - rows.lowerBound + y) * image.width + x }
      return Image(
        unchecked: grid, samples: starts.flatMap { image.samples[$0..<$0 + columns.count] },
        mask: image.mask.map { mask in starts.flatMap { mask[$0..<$0 + columns.count] } })
    }
    return (
      part(fixed, from: columns.lowerBound, rows.lowerBound),
      part(moving, from: columns.lowerBound + shift.x, rows.lowerBound + shift.y)
    )
  }
}
