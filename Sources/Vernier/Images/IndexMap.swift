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
    var low = 0.0
    var high = Double(count - 1)
    let tolerance = reach + Border.tolerance
    for axis in 0..<rank {
      let step = linear[axis, 0]
      guard start[axis].isFinite, step.isFinite else { return 0..<0 }
      let least = -tolerance
      let most = Double(size[axis] - 1) + tolerance
      if abs(step) < 1e-12 {
        if start[axis] < least || start[axis] > most { return 0..<0 }
      } else {
        let first = (least - start[axis]) / step
        let last = (most - start[axis]) / step
        low = max(low, min(first, last))
        high = min(high, max(first, last))
      }
    }
    guard low <= high else { return 0..<0 }
    let begin = Int(low.rounded(.up))
    let end = Int(high.rounded(.down)) + 1
    return begin < end ? begin..<end : 0..<0
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
