/// An affine map between the sample indices of two grids: moving index = linear · fixed index + offset.
struct IndexMap<let rank: Int>: Sendable {
  var linear: Matrix<rank>
  var offset: Vector<rank>

  /// The transform between the physical spaces of two images, in their indices.
  init(_ transform: Affine<rank>, fixed: Grid<rank>, moving: Grid<rank>) {
    linear = moving.toIndex * transform.linear * fixed.toPhysical
    offset = moving.index(atPoint: transform(fixed.origin))
  }

  /// The positions x = 0, 1, … along a row whose map lies within −reach…size − 1 + reach along every axis.
  ///
  /// Positions may exceed the range by 10⁻⁶ samples; those beyond the outermost centres are held at them when sampled.
  func inside(start: Vector<rank>, count: Int, size: Size<rank>, reach: Double) -> Range<Int> {
    ranges(start: start, count: count, size: size, reach: reach).outer
  }

  /// As ``inside(start:count:size:reach:)``, and those of the positions that lie between the outermost centres.
  func ranges(start: Vector<rank>, count: Int, size: Size<rank>, reach: Double) -> (
    outer: Range<Int>, inner: Range<Int>
  ) {
    var (outer, inner) = (Span(low: 0, high: Double(count - 1)), Span(low: 0, high: Double(count - 1)))
    for axis in 0..<rank {
      let step = linear[axis, 0]
      guard start[axis].isFinite, step.isFinite else { return (0..<0, 0..<0) }
      let last = Double(size[axis] - 1)
      let (far, near) = (reach + Border.tolerance, Border.tolerance)
      if abs(step) < 1e-12 {
        if start[axis] < -far || start[axis] > last + far { return (0..<0, 0..<0) }
        if start[axis] < -near || start[axis] > last + near { inner.high = -1 }
      } else {
        let inverse = 1 / step
        let (first, end) = (-start[axis] * inverse, (last - start[axis]) * inverse)
        let (farSteps, nearSteps) = (far * abs(inverse), near * abs(inverse))
        let (least, most) = (min(first, end), max(first, end))
        outer.narrow(to: least - farSteps, most + farSteps)
        inner.narrow(to: least - nearSteps, most + nearSteps)
      }
    }
    let whole = outer.range
    return (whole, inner.range.clamped(to: whole))
  }

  private struct Span {
    var low: Double
    var high: Double

    mutating func narrow(to least: Double, _ most: Double) {
      low = max(low, least)
      high = min(high, most)
    }

    var range: Range<Int> {
      guard low <= high else { return 0..<0 }
      let (begin, end) = (Int(low.rounded(.up)), Int(high.rounded(.down)) + 1)
      return begin < end ? begin..<end : 0..<0
    }
  }

  /// The moving index of the first sample of the row whose other coordinates are `rest` (y, or y and z).
  @inline(__always)
  func rowStart(_ row: Int, size: Size<rank>) -> Vector<rank> {
    var start = offset
    if rank == 2 {
      for axis in 0..<rank { start[axis] += linear[axis, 1] * Double(row) }
    } else {
      let (z, y) = row.quotientAndRemainder(dividingBy: size[1])
      for axis in 0..<rank { start[axis] += linear[axis, 1] * Double(y) + linear[axis, 2] * Double(z) }
    }
    return start
  }
}
