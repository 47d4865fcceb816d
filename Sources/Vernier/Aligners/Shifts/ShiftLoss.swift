/// The loss of a shift and its gradient: mean squared difference, or negative normalized cross-correlation, over the
/// whole fixed image.
///
/// A shift weighs the four neighbours of every sample alike, so that one pass of four products a sample gives the
/// warped image and its derivatives, and nothing is stored. Sums run in single precision along a row, in double over
/// the rows.
struct ShiftLoss {
  private let fixed: [Float]
  /// The moving image within a rim of zeros, wide enough for the vectors to read beyond.
  private let moving: [Float]
  private let width: Int
  private let height: Int
  private let stride: Int
  private let metric: ShiftMetric
  private let threads: Int
  private let fixedSquared: Double

  private static let rim = 8

  init(moving: Image<2>, to fixed: Image<2>, metric: ShiftMetric, threads: Int) {
    (width, height) = (fixed.width, fixed.height)
    self.metric = metric
    self.threads = worthwhileThreads(threads, samples: fixed.grid.count)
    let rim = Self.rim
    stride = fixed.width + 2 * rim
    // NCC asks for the fixed image without its mean; then the warped one's mean falls out of the products.
    let mean =
      metric == .meanSquares ? 0 : Float(fixed.samples.reduce(0) { $0 + Double($1) } / Double(fixed.samples.count))
    let still = fixed.samples.map { $0 - mean }
    self.fixed = still + [Float](repeating: 0, count: rim)
    fixedSquared = still.reduce(0) { $0 + Double($1) * Double($1) }
    var padded = [Float](repeating: 0, count: stride * (fixed.height + 2))
    for y in 0..<fixed.height {
      padded.replaceSubrange(
        (y + 1) * stride + rim..<(y + 1) * stride + rim + fixed.width,
        with: moving.samples[y * fixed.width..<(y + 1) * fixed.width])
    }
    self.moving = padded
  }

  /// Sums over the fixed image f, the warped one o and its derivatives.
  private struct Sums {
    /// Σ o, Σ o², Σ f o, Σ oₓ, Σ o oₓ, Σ f oₓ, Σ o_y, Σ o o_y
    var first = SIMD8<Double>.zero
    /// Σ f o_y
    var last = 0.0
  }

  /// The loss of a shift in samples, and its derivatives along x and y.
  func evaluate(_ shift: Vector<2>) -> (loss: Double, gradient: Vector<2>) {
    // A warped sample beyond the border and all its neighbours are zero: no farther shift shows more than that.
    let x = min(max(shift[0], -Double(width) - 2), Double(width) + 2)
    let y = min(max(shift[1], -Double(height) - 2), Double(height) + 2)
    let (left, top) = (Int(x.rounded(.down)), Int(y.rounded(.down)))
    let (fx, fy) = (Float(x - Double(left)), Float(y - Double(top)))
    let chunks = chunkRanges(height, chunks: 8)
    var partial = [Sums](repeating: Sums(), count: chunks.count)
    partial.withUnsafeMutableBufferPointer { partial in
      let results = partial.baseAddress!
      fixed.withUnsafeBufferPointer { fixed in
        moving.withUnsafeBufferPointer { moving in
          forEachChunk(chunks.count, threads: threads) { chunk in
            var sums = Sums()
            for row in chunks[chunk] {
              let above = row + top
              guard above >= -1, above < height else { continue }
              add(fixed.baseAddress! + row * width, moving.baseAddress! + (above + 1) * stride, left, fx, fy, &sums)
            }
            results[chunk] = sums
          }
        }
      }
    }
    let sums = partial.reduce(into: Sums()) { total, part in
      total.first += part.first
      total.last += part.last
    }
    return metric == .meanSquares ? meanSquares(sums) : correlation(sums)
  }

  private func meanSquares(_ sums: Sums) -> (Double, Vector<2>) {
    let s = sums.first
    let count = Double(width * height)
    return ((fixedSquared - 2 * s[2] + s[1]) / count, [2 * (s[4] - s[5]) / count, 2 * (s[7] - sums.last) / count])
  }

  private func correlation(_ sums: Sums) -> (Double, Vector<2>) {
    let s = sums.first
    let count = Double(width * height)
    let variance = s[1] - s[0] * s[0] / count
    guard variance > 1e-12 * s[1], fixedSquared > 0 else { return (0, .zero) }
    let (norm, spread) = (fixedSquared.squareRoot(), variance.squareRoot())
    let correlation = s[2] / (norm * spread)
    func slope(_ withFixed: Double, _ withMoved: Double, _ plain: Double) -> Double {
      // −∂/∂o of Σ f o / (|f| |o − ō|), along o's derivative.
      -(withFixed / (norm * spread) - correlation * (withMoved - s[0] * plain / count) / variance)
    }
    return (-correlation, [slope(s[5], s[4], s[3]), slope(sums.last, s[7], s[6])])
  }

  @inline(__always)
  private func add(
    _ f: UnsafePointer<Float>, _ m: UnsafePointer<Float>, _ left: Int, _ fx: Float, _ fy: Float, _ sums: inout Sums
  ) {
    // Where a warped sample has a neighbour within the image: −1 ≤ x + left < width.
    let first = max(0, -1 - left)
    let last = min(width, width - left)
    guard first < last else { return }
    let upper = m + Self.rim + left
    let lower = upper + stride
    var (o1, oo, fo) = (SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero)
    var (ox, oox, fox) = (SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero)
    var (oy, ooy, foy) = (SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero)
    for x in Swift.stride(from: first, to: last, by: 8) {
      var still = RowMoments.load(f + x)
      var (a, b) = (RowMoments.load(upper + x), RowMoments.load(upper + x + 1))
      var (c, d) = (RowMoments.load(lower + x), RowMoments.load(lower + x + 1))
      if x + 8 > last {
        let beyond = SIMD8<Int32>(0, 1, 2, 3, 4, 5, 6, 7) .>= Int32(truncatingIfNeeded: last - x)
        still.replace(with: 0, where: beyond)
        a.replace(with: 0, where: beyond)
        b.replace(with: 0, where: beyond)
        c.replace(with: 0, where: beyond)
        d.replace(with: 0, where: beyond)
      }
      let (alongTop, alongBottom) = (b - a, d - c)
      let (top, bottom) = (a + fx * alongTop, c + fx * alongBottom)
      let down = bottom - top
      let warped = top + fy * down
      let across = alongTop + fy * (alongBottom - alongTop)
      o1 += warped
      oo.addProduct(warped, warped)
      fo.addProduct(still, warped)
      ox += across
      oox.addProduct(warped, across)
      fox.addProduct(still, across)
      oy += down
      ooy.addProduct(warped, down)
      foy.addProduct(still, down)
    }
    sums.first += SIMD8(
      Double(o1.sum()), Double(oo.sum()), Double(fo.sum()), Double(ox.sum()), Double(oox.sum()), Double(fox.sum()),
      Double(oy.sum()), Double(ooy.sum()))
    sums.last += Double(foy.sum())
  }
}
