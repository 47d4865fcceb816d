/// How well a patch fits another at each whole shift of a window.
///
/// Products are summed directly, eight at a time and four shifts together; what depends on one patch alone comes from
/// running sums. At 31 × 31 shifts of 200 × 200 samples that is faster than Fourier transforms, and exact to single
/// precision.
///
/// Works on unsafe pointers into arrays that it keeps alive.
package struct ShiftScores {
  /// The largest shifts along x and y.
  let reach: SIMD2<Int>
  /// One value a shift, from −reach to reach, x fastest: the mean squared difference, or the similarity.
  let values: [Double]
  let metric: ShiftMetric

  var columns: Int { 2 * reach.x + 1 }

  /// - Parameters:
  ///   - fixed: width × height samples.
  ///   - moving: the surroundings of the patch that it is compared with: `reach` samples more on each side.
  package init(
    fixed: [Float], width: Int, height: Int, moving: [Float], reach: SIMD2<Int>, metric: ShiftMetric, threads: Int
  ) {
    precondition(fixed.count == width * height, "a patch has width × height samples")
    precondition(
      moving.count == (width + 2 * reach.x) * (height + 2 * reach.y), "the surroundings reach beyond the patch")
    self.reach = reach
    self.metric = metric
    if metric == .structuralSimilarity {
      values = StructuralSimilarity(fixed: fixed, width: width, height: height, moving: moving, reach: reach)
        .values(threads: threads)
      return
    }
    let mean = Float(fixed.reduce(0) { $0 + Double($1) } / Double(max(fixed.count, 1)))
    let still = fixed.map { $0 - mean }
    let other = moving.map { $0 - mean }
    let columns = 2 * reach.x + 1
    let rows = 2 * reach.y + 1
    let stride = width + 2 * reach.x
    let sums = RunningSums(other, width: stride, height: height + 2 * reach.y)
    let count = Double(fixed.count)
    let fixedSquared = still.reduce(0) { $0 + Double($1) * Double($1) }
    values = [Double](unsafeUninitializedCapacity: columns * rows) { output, initialized in
      initialized = columns * rows
      let output = output.baseAddress!
      still.withUnsafeBufferPointer { still in
        other.withUnsafeBufferPointer { other in
          forEachChunk(rows, threads: worthwhileThreads(threads, samples: fixed.count * rows)) { row in
            let line = output + row * columns
            let products = ShiftProducts(
              fixed: still.baseAddress!, moving: other.baseAddress! + row * stride, width: width, height: height,
              stride: stride)
            products.run(columns, into: line)
            for column in 0..<columns {
              let (sum, squared) = sums.window(column, row, width, height)
              let product = line[column]
              if metric == .meanSquares {
                line[column] = max(fixedSquared - 2 * product + squared, 0) / count
              } else {
                let variance = max(squared - sum * sum / count, 0) * fixedSquared
                line[column] = variance > 1e-12 * squared * fixedSquared ? product / variance.squareRoot() : 0
              }
            }
          }
        }
      }
    }
  }

  func shift(at index: Int) -> SIMD2<Int> { SIMD2(index % columns - reach.x, index / columns - reach.y) }

  subscript(shift: SIMD2<Int>) -> Double { values[(shift.y + reach.y) * columns + shift.x + reach.x] }

  /// A value as a similarity, larger for better: an inverse of the mean squared difference, the others as they are.
  func similarity(_ value: Double) -> Double { metric == .meanSquares ? 1 / (value + 1e-9) : value }

  /// The shifts no two of which are within `distance` of each other along both axes, best first; of equals the first.
  package func best(_ count: Int, apart distance: Int) -> [(shift: SIMD2<Int>, value: Double)] {
    let order = metric == .meanSquares ? values.map { -$0 } : values
    var taken = [Bool](repeating: false, count: values.count)
    var kept: [(shift: SIMD2<Int>, value: Double)] = []
    while kept.count < count {
      var top = -1
      for index in order.indices where !taken[index] && (top < 0 || order[index] > order[top]) { top = index }
      guard top >= 0 else { break }
      let place = shift(at: top)
      kept.append((place, values[top]))
      for y in max(place.y - distance, -reach.y)...min(place.y + distance, reach.y) {
        for x in max(place.x - distance, -reach.x)...min(place.x + distance, reach.x) {
          taken[(y + reach.y) * columns + x + reach.x] = true
        }
      }
    }
    return kept
  }

  /// A shift to a fraction of a sample: the vertex of the parabolas through it and its neighbours along each axis.
  package func vertex(at shift: SIMD2<Int>) -> Vector<2> {
    func offset(_ step: SIMD2<Int>) -> Double {
      let (before, after) = (shift &- step, shift &+ step)
      guard abs(before.x) <= reach.x, abs(before.y) <= reach.y, abs(after.x) <= reach.x, abs(after.y) <= reach.y else {
        return 0
      }
      let (a, b, c) = (self[before], self[shift], self[after])
      let bend = a - 2 * b + c
      return abs(bend) > 1e-300 ? min(max(0.5 * (a - c) / bend, -0.5), 0.5) : 0
    }
    return [Double(shift.x) + offset(SIMD2(1, 0)), Double(shift.y) + offset(SIMD2(0, 1))]
  }
}

/// Σ f(p) m(p + u) for the shifts u of one row of a window.
private struct ShiftProducts {
  let fixed: UnsafePointer<Float>
  let moving: UnsafePointer<Float>
  let width: Int
  let height: Int
  let stride: Int

  /// Rows whose products are summed in single precision before they are added in double.
  private static let block = 8

  func run(_ count: Int, into sums: UnsafeMutablePointer<Double>) {
    for column in 0..<count { sums[column] = 0 }
    for start in Swift.stride(from: 0, to: height, by: Self.block) {
      let rows = start..<min(start + Self.block, height)
      var column = 0
      while column + 4 <= count {
        four(rows, column, sums + column)
        column += 4
      }
      while column < count {
        sums[column] += one(rows, column)
        column += 1
      }
    }
  }

  @inline(__always)
  private func four(_ rows: Range<Int>, _ column: Int, _ sums: UnsafeMutablePointer<Double>) {
    var (a, b, c, d) = (SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero)
    var rest = SIMD4<Float>.zero
    let whole = width / 8 * 8
    for y in rows {
      let f = fixed + y * width
      let m = moving + y * stride + column
      for x in Swift.stride(from: 0, to: whole, by: 8) {
        let still = RowMoments.load(f + x)
        a.addProduct(still, RowMoments.load(m + x))
        b.addProduct(still, RowMoments.load(m + x + 1))
        c.addProduct(still, RowMoments.load(m + x + 2))
        d.addProduct(still, RowMoments.load(m + x + 3))
      }
      for x in whole..<width { rest += f[x] * SIMD4(m[x], m[x + 1], m[x + 2], m[x + 3]) }
    }
    sums[0] += Double(a.sum() + rest[0])
    sums[1] += Double(b.sum() + rest[1])
    sums[2] += Double(c.sum() + rest[2])
    sums[3] += Double(d.sum() + rest[3])
  }

  @inline(__always)
  private func one(_ rows: Range<Int>, _ column: Int) -> Double {
    var sum = SIMD8<Float>.zero
    var rest: Float = 0
    let whole = width / 8 * 8
    for y in rows {
      let f = fixed + y * width
      let m = moving + y * stride + column
      for x in Swift.stride(from: 0, to: whole, by: 8) {
        sum.addProduct(RowMoments.load(f + x), RowMoments.load(m + x))
      }
      for x in whole..<width { rest += f[x] * m[x] }
    }
    return Double(sum.sum() + rest)
  }
}
