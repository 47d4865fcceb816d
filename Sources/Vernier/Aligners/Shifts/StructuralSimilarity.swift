/// The mean structural similarity of a patch with another at each whole shift (Wang et al. 2004,
/// doi:10.1109/TIP.2003.819861), as scikit-image computes it: means over 7 × 7 windows that lie within the patch,
/// variances with n − 1, K₁ = 0.01, K₂ = 0.03.
///
///     SSIM = (2 f̄ m̄ + C₁)(2 cov + C₂) / ((f̄² + m̄² + C₁)(var f + var m + C₂)),   Cᵢ = (Kᵢ L)²
///
/// L is the range of the intensities of both patches together with their surroundings, one for all shifts: scikit-image
/// asks for it, and a range that changed from shift to shift would let it choose the shift.
struct StructuralSimilarity {
  private let fixed: [Float]
  private let moving: [Float]
  private let width: Int
  private let height: Int
  private let reach: SIMD2<Int>

  static let side = 7

  init(fixed: [Float], width: Int, height: Int, moving: [Float], reach: SIMD2<Int>) {
    self.fixed = fixed
    self.moving = moving
    self.width = width
    self.height = height
    self.reach = reach
  }

  /// One value a shift; 0 everywhere where the patch is smaller than a window.
  func values(threads: Int) -> [Double] {
    let (columns, rows) = (2 * reach.x + 1, 2 * reach.y + 1)
    guard width >= Self.side, height >= Self.side else { return [Double](repeating: 0, count: columns * rows) }
    let stride = width + 2 * reach.x
    let range = max(fixed.max() ?? 0, moving.max() ?? 0) - min(fixed.min() ?? 0, moving.min() ?? 0)
    let still = WindowMoments(fixed, width: width, height: height)
    let other = WindowMoments(moving, width: stride, height: height + 2 * reach.y)
    let constants = SIMD2(0.01 * range * 0.01 * range, 0.03 * range * 0.03 * range)
    return [Double](unsafeUninitializedCapacity: columns * rows) { output, count in
      count = columns * rows
      let values = output.baseAddress!
      forEachChunk(rows, threads: worthwhileThreads(threads, samples: fixed.count * rows)) { row in
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 9 * (stride + 16)) { scratch in
          for column in 0..<columns {
            values[row * columns + column] = still.similarity(
              to: other, at: SIMD2(column, row), constants: constants, scratch: scratch.baseAddress!)
          }
        }
      }
    }
  }
}

/// A picture with the means and variances of its 7 × 7 windows, each at its window's first sample.
private struct WindowMoments {
  let samples: [Float]
  let width: Int
  let height: Int
  let means: [Float]
  let variances: [Float]

  private static let side = StructuralSimilarity.side
  private static let count = Float(side * side)

  init(_ samples: [Float], width: Int, height: Int) {
    self.samples = samples
    self.width = width
    self.height = height
    let (across, down) = (width - Self.side + 1, height - Self.side + 1)
    var means = [Float](repeating: 0, count: width * height)
    var variances = means
    let sums = RunningSums(samples, width: width, height: height)
    for y in 0..<down {
      for x in 0..<across {
        let (sum, squared) = sums.window(x, y, Self.side, Self.side)
        let mean = sum / Double(Self.count)
        means[y * width + x] = Float(mean)
        variances[y * width + x] = Float((squared - sum * mean) / Double(Self.count - 1))
      }
    }
    self.means = means
    self.variances = variances
  }

  /// The mean over all windows of this picture, the other's taken at an offset.
  ///
  /// - Parameter scratch: nine lines of the other's width and 16 more.
  func similarity(
    to other: Self, at offset: SIMD2<Int>, constants: SIMD2<Float>, scratch: UnsafeMutablePointer<Float>
  ) -> Double {
    let side = Self.side
    let line = other.width + 16
    let column = scratch + side * line
    let (across, down) = (width - side + 1, height - side + 1)
    let (scale, unbiased) = (1 / Self.count, Self.count / (Self.count - 1))
    var total = 0.0
    for index in 0..<9 * line { scratch[index] = 0 }
    samples.withUnsafeBufferPointer { still in
      other.samples.withUnsafeBufferPointer { moved in
        means.withUnsafeBufferPointer { means in
          variances.withUnsafeBufferPointer { variances in
            other.means.withUnsafeBufferPointer { otherMeans in
              other.variances.withUnsafeBufferPointer { otherVariances in
                for y in 0..<height {
                  // The products of the last rows, one line each, and their sums along y.
                  let products = scratch + (y % side) * line
                  let f = still.baseAddress! + y * width
                  let m = moved.baseAddress! + (y + offset.y) * other.width + offset.x
                  for x in 0..<width {
                    let product = f[x] * m[x]
                    column[x] += product - products[x]
                    products[x] = product
                  }
                  guard y >= side - 1 else { continue }
                  let row = y - side + 1
                  let here = row * width
                  let there = (row + offset.y) * other.width + offset.x
                  let (mf, vf) = (means.baseAddress! + here, variances.baseAddress! + here)
                  let (mm, vm) = (otherMeans.baseAddress! + there, otherVariances.baseAddress! + there)
                  var sum = SIMD8<Float>.zero
                  for x in stride(from: 0, to: across, by: 8) {
                    var window = RowMoments.load(column + x)
                    for step in 1..<side { window += RowMoments.load(column + x + step) }
                    let left = min(8, across - x)
                    // Lanes beyond the last window read the neighbouring row, within the arrays, and are left out.
                    let (a, b) = (Self.lanes(mf + x, left), Self.lanes(mm + x, left))
                    let (va, vb) = (Self.lanes(vf + x, left), Self.lanes(vm + x, left))
                    let product = a * b
                    let covariance = (window * scale - product) * unbiased
                    let above: SIMD8<Float> = (2 * product + constants.x) * (2 * covariance + constants.y)
                    let squares: SIMD8<Float> = a * a + b * b + constants.x
                    let value: SIMD8<Float> = above / (squares * (va + vb + constants.y))
                    sum += left == 8 ? value : value.replacing(with: 0, where: Self.beyond(left))
                  }
                  total += Double(sum.sum())
                }
              }
            }
          }
        }
      }
    }
    return total / Double(across * down)
  }

  @inline(__always)
  private static func lanes(_ pointer: UnsafePointer<Float>, _ count: Int) -> SIMD8<Float> {
    if count == 8 { return RowMoments.load(pointer) }
    var lanes = SIMD8<Float>.zero
    for lane in 0..<count { lanes[lane] = pointer[lane] }
    return lanes
  }

  @inline(__always)
  private static func beyond(_ count: Int) -> SIMDMask<SIMD8<Int32>> {
    SIMD8<Int32>(0, 1, 2, 3, 4, 5, 6, 7) .>= Int32(count)
  }
}
