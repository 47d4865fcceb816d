/// The control grids of a free-form alignment, finest first: each has half the spacing of the next and contains its
/// splines.
///
/// All begin just before the fixed image's first sample and run along its axes; each ends in the first cell that
/// reaches beyond the last sample.
struct ControlGrids<let rank: Int>: Sendable {
  let grids: [Grid<rank>]

  /// - Parameters:
  ///   - fixed: the fixed image's grid.
  ///   - spacing: of the finest control grid, in physical units; axes of thicker samples have at least 2 samples to a
  ///     cell.
  ///   - leastCells: a grid with fewer cells along some axis is not made, unless it is the finest.
  init(over fixed: Grid<rank>, spacing: Double, leastCells: Int) {
    let finest = Vector<rank> { max(spacing, 2 * fixed.spacing[$0]) }
    // ITK's spline ends at its last control point but one, so that a sample there by rounding would be beyond.
    let margin = finest * 0.01
    var cells = (0..<rank).map { axis in
      let extent = Double(fixed.size[axis] - 1) * fixed.spacing[axis] + 2 * margin[axis]
      return max(1, Int((extent / finest[axis]).rounded(.up)))
    }
    var grids: [Grid<rank>] = []
    var step = finest
    while true {
      let first = Vector<rank> { -(step[$0] + margin[$0]) / fixed.spacing[$0] }
      guard
        let grid = try? Grid<rank>(
          size: cells.map { $0 + 3 }, spacing: step, origin: fixed.point(atIndex: first), direction: fixed.direction)
      else { break }
      grids.append(grid)
      cells = cells.map { ($0 + 1) / 2 }
      step = step * 2
      if (cells.min() ?? 0) < leastCells { break }
    }
    self.grids = grids
  }

  /// The control points of the next finer grid that make the same spline: the two-scale relation of cubic B-splines,
  /// (1, 4, 6, 4, 1) / 8.
  func refined(_ nodes: [SIMD4<Float>], from level: Int) -> [SIMD4<Float>] {
    var size = grids[level].size
    let target = grids[level - 1].size
    var field = nodes
    for axis in 0..<rank {
      let stride = size.prefix(axis).reduce(1, *)
      let outer = size.suffix(from: axis + 1).reduce(1, *)
      let (length, finer) = (size[axis], target[axis])
      field = [SIMD4<Float>](unsafeUninitializedCapacity: outer * finer * stride) { output, count in
        count = outer * finer * stride
        for block in 0..<outer {
          for place in 0..<finer {
            let middle = (place + 1) / 2
            let source = (block * length + middle) * stride
            let sink = (block * finer + place) * stride
            for inner in 0..<stride {
              let at = source + inner
              output[sink + inner] =
                place % 2 == 0
                ? 0.5 * (field[at] + field[at + stride])
                : 0.125 * (field[at - stride] + field[at + stride]) + 0.75 * field[at]
            }
          }
        }
      }
      size[axis] = finer
    }
    return field
  }
}
