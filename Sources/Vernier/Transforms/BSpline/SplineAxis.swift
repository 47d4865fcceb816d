/// The weights of cubic B-splines at evenly spaced positions along one axis of a control grid.
///
/// They depend on the position alone, so that a whole lattice needs no more than one such table an axis.
struct SplineAxis: Sendable {
  /// For each position the first of the four control points around it.
  private(set) var first: [Int] = []
  private(set) var weights: [SIMD4<Float>] = []
  /// The derivatives by the control index.
  private(set) var slopes: [SIMD4<Float>] = []

  /// - Parameters:
  ///   - start: the control index of position 0.
  ///   - step: control indices from one position to the next.
  ///   - count: the number of positions.
  ///   - controls: the number of control points, at least 4; a position that has not two on either side is given the
  ///     nearest cell's.
  init(start: Double, step: Double, count: Int, controls: Int) {
    for position in 0..<count {
      let x = start + step * Double(position)
      let cell = min(max(Int(x), 1), controls - 3)
      let fraction = x - Double(cell)
      first.append(cell - 1)
      weights.append(SIMD4<Float>(CubicSpline.weights(fraction)))
      slopes.append(SIMD4<Float>(CubicSpline.slopes(fraction)))
    }
  }

  /// The one position of an axis that is not there.
  static let flat: Self = {
    var axis = Self(start: 1, step: 1, count: 1, controls: 4)
    axis.weights = [SIMD4(1, 0, 0, 0)]
    axis.slopes = [.zero]
    return axis
  }()
}

/// A lattice of positions in a control grid, its rows parallel to the control grid's.
///
/// A row takes the weights along y and z once for all its samples: the control points of its cells are drawn together
/// to a row of control points, of which each sample then needs four.
struct SplineLattice<let rank: Int>: Sendable {
  let axes: [SplineAxis]
  /// Control points along each axis; 1 for one that is not there.
  let controls: [Int]

  init(axes: [SplineAxis], controls: Size<rank>) {
    self.axes = rank == 3 ? axes : axes + [.flat]
    self.controls = Array(controls) + (rank == 3 ? [] : [1])
  }

  /// The lattice of a grid's samples, whose axes run along the control grid's.
  init(samplesOf grid: Grid<rank>, in controls: Grid<rank>) {
    let start = controls.index(atPoint: grid.origin)
    self.init(
      axes: (0..<rank).map { axis in
        SplineAxis(
          start: start[axis], step: grid.spacing[axis] / controls.spacing[axis], count: grid.size[axis],
          controls: controls.size[axis])
      }, controls: controls.size)
  }

  /// The number of samples along each axis; 1 for one that is not there.
  var size: [Int] { axes.map(\.first.count) }

  /// The slices along the last axis that a lattice really has, cut for several threads; the cut depends on the lattice
  /// alone.
  var chunks: [Range<Int>] { chunkRanges(size[rank - 1], chunks: 16) }

  /// The control points' slices, along the last axis, that the samples of a chunk need.
  func controlSlices(_ chunk: Range<Int>) -> Range<Int> {
    let axis = axes[rank - 1]
    return axis.first[chunk.lowerBound]..<(axis.first[chunk.upperBound - 1] + 4)
  }

  /// The number of control points in a slice along the last axis.
  var sliceCount: Int { rank == 3 ? controls[0] * controls[1] : controls[0] }

  /// The rows (y, z) of a chunk.
  @inline(__always)
  func forEachRow(_ chunk: Range<Int>, _ body: (_ y: Int, _ z: Int) -> Void) {
    if rank == 2 {
      for y in chunk { body(y, 0) }
    } else {
      for z in chunk { for y in 0..<size[1] { body(y, z) } }
    }
  }

  /// Draws the control points around a row together.
  ///
  /// - Parameters:
  ///   - yWeights: of the four control rows, the axis's weights or slopes at y; zWeights alike.
  ///   - row: receives one control point for each along x.
  @inline(__always)
  func gather(
    _ nodes: UnsafePointer<SIMD4<Float>>, y: Int, z: Int, yWeights: SIMD4<Float>, zWeights: SIMD4<Float>,
    into row: UnsafeMutablePointer<SIMD4<Float>>
  ) {
    let width = controls[0]
    for x in 0..<width { row[x] = .zero }
    for c in 0..<(rank == 3 ? 4 : 1) {
      for b in 0..<4 {
        let weight = zWeights[c] * yWeights[b]
        let line = nodes + ((axes[2].first[z] + c) * controls[1] + axes[1].first[y] + b) * width
        for x in 0..<width { row[x] += line[x] * weight }
      }
    }
  }

  /// The reverse of ``gather(_:y:z:yWeights:zWeights:into:)``: adds a row's share to the control points around it.
  ///
  /// - Parameter nodes: control points from the slice `firstSlice` on.
  @inline(__always)
  func scatter(
    _ row: UnsafePointer<SIMD4<Float>>, y: Int, z: Int, yWeights: SIMD4<Float>, zWeights: SIMD4<Float>,
    firstSlice: Int, into nodes: UnsafeMutablePointer<SIMD4<Float>>
  ) {
    let width = controls[0]
    let base = nodes - firstSlice * sliceCount
    for c in 0..<(rank == 3 ? 4 : 1) {
      for b in 0..<4 {
        let weight = zWeights[c] * yWeights[b]
        let line = base + ((axes[2].first[z] + c) * controls[1] + axes[1].first[y] + b) * width
        for x in 0..<width { line[x] += row[x] * weight }
      }
    }
  }

  /// Sums what each chunk adds to the control points, in the chunks' order, so that the bits do not depend on the
  /// threads.
  ///
  /// - Parameter body: is given a chunk, the first slice of control points that it may add to, and these, zero at
  ///   first.
  func sums(
    threads: Int, _ body: (Range<Int>, _ firstSlice: Int, UnsafeMutablePointer<SIMD4<Float>>) -> Void
  ) -> [SIMD4<Float>] {
    let chunks = chunks
    let slices = chunks.map(controlSlices)
    var offsets = [0]
    for slice in slices { offsets.append(offsets[offsets.count - 1] + slice.count * sliceCount) }
    var partial = [SIMD4<Float>](repeating: .zero, count: offsets[chunks.count])
    partial.withUnsafeMutableBufferPointer { partial in
      let base = partial.baseAddress!
      forEachChunk(chunks.count, threads: threads) { chunk in
        body(chunks[chunk], slices[chunk].lowerBound, base + offsets[chunk])
      }
    }
    var total = [SIMD4<Float>](repeating: .zero, count: controls.reduce(1, *))
    for (chunk, slice) in slices.enumerated() {
      let first = slice.lowerBound * sliceCount
      for index in 0..<(slice.count * sliceCount) { total[first + index] += partial[offsets[chunk] + index] }
    }
    return total
  }
}
