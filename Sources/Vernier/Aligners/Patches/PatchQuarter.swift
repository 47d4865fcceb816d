import Glibc

/// The fixed image of a search turned by a right angle.
///
/// With v its samples and u those of the turned moving image's canvas, a shift d relates them by u = v + d.
final class PatchQuarter {
  /// Right angles.
  let quarter: Int
  let width: Int
  let height: Int
  let stride: Int
  let values: UnsafeMutablePointer<Float>
  let weights: UnsafeMutablePointer<Float>
  /// The least shift that counts, and how many there are.
  let first: (x: Int, y: Int)
  let count: (x: Int, y: Int)
  /// 1 / √(samples that would overlap at a shift, were both images whole), rows `levelingStride` apart.
  let leveling: FourierBuffer
  let levelingStride: Int
  private let memory: FourierBuffer

  /// - Parameters:
  ///   - width, height: of the fixed image, not turned.
  ///   - side: of the canvas.
  ///   - moving: the longer side of the moving image.
  ///   - reach: the largest distance of the centres along an axis.
  init(quarter: Int, width: Int, height: Int, side: Int, moving: Int, reach: Double) {
    self.quarter = quarter
    let size = quarter % 2 == 0 ? (x: width, y: height) : (x: height, y: width)
    self.width = size.x
    self.height = size.y
    stride = (size.x + 7) / 8 * 8 + 8
    let plane = stride * size.y + 8
    memory = FourierBuffer(reals: 2 * plane)
    values = memory.reals
    weights = values + plane
    // The distance of the centres at shift 0.
    let rest = (x: Double(size.x - side) / 2, y: Double(size.y - side) / 2)
    first = (Int((-reach - rest.x).rounded(.up)), Int((-reach - rest.y).rounded(.up)))
    count = (Int((reach - rest.x).rounded(.down)) - first.x + 1, Int((reach - rest.y).rounded(.down)) - first.y + 1)
    levelingStride = (count.x + 7) / 8 * 8
    leveling = FourierBuffer(reals: levelingStride * count.y)
    for y in 0..<count.y {
      let overlapY = Self.overlap(size.y, moving, apart: Double(first.y + y) + rest.y)
      for x in 0..<count.x {
        let overlapX = Self.overlap(size.x, moving, apart: Double(first.x + x) + rest.x)
        leveling.reals[y * levelingStride + x] = Float(1 / (overlapX * overlapY).squareRoot())
      }
    }
  }

  /// The length that two intervals share whose centres are `apart`.
  private static func overlap(_ one: Int, _ other: Int, apart: Double) -> Double {
    max(min(Double(one + other) / 2 - abs(apart), Double(min(one, other))), 1)
  }

  /// Takes the samples of a level, and writes them as the real part of a square of `side` × `side` complex values (part
  /// 0), or negated as the imaginary part (part 1).
  func load(_ level: PatchLevel, into padded: borrowing FourierBuffer, part: Int, side: Int) {
    // The samples stand so on the padded square that the first shift that counts is element 0 of the correlation.
    let (shiftX, shiftY) = (first.x + side, first.y + side)
    for y in 0..<height {
      let row = (y + shiftY) % side * side
      for x in 0..<width {
        let source =
          switch quarter {
          case 0: y * level.stride + x
          case 1: x * level.stride + level.width - 1 - y
          case 2: (level.height - 1 - y) * level.stride + level.width - 1 - x
          default: (level.height - 1 - x) * level.stride + y
          }
        let value = level.values[source]
        values[y * stride + x] = value
        weights[y * stride + x] = level.weights[source]
        padded.reals[2 * (row + (x + shiftX) % side) + part] = part == 0 ? value : -value
      }
    }
  }

  /// The correlation and the number of samples over the overlap at a shift with a canvas of rows `side`, `canvasStride`
  /// apart.
  func correlation(
    at shift: (x: Int, y: Int), canvas: UnsafeMutablePointer<Float>, canvasWeights: UnsafeMutablePointer<Float>,
    side: Int, canvasStride: Int
  ) -> (value: Float, count: Float) {
    let rows = max(0, -shift.y)..<max(min(height, side - shift.y), max(0, -shift.y))
    let columns = max(0, -shift.x)..<max(min(width, side - shift.x), max(0, -shift.x))
    var (n, f, m) = (SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero)
    var (ff, mm, fm) = (n, n, n)
    for y in rows {
      let (line, marks) = (values + y * stride, weights + y * stride)
      let start = (y + shift.y) * canvasStride + shift.x
      let (other, otherMarks) = (canvas + start, canvasWeights + start)
      for x in Swift.stride(from: columns.lowerBound, to: columns.upperBound, by: 8) {
        let (a, wa) = (RowMoments.load(line + x), RowMoments.load(marks + x))
        let (b, wb) = (RowMoments.load(other + x), RowMoments.load(otherMarks + x))
        n += wa * wb
        f += a * wb
        m += wa * b
        ff += a * a * wb
        mm += wa * b * b
        fm += a * b
      }
    }
    let count = n.sum()
    guard count > 0 else { return (0, 0) }
    let inverse = 1 / count
    let (meanF, meanM) = (f.sum() * inverse, m.sum() * inverse)
    let (varianceF, varianceM) = (ff.sum() * inverse - meanF * meanF, mm.sum() * inverse - meanM * meanM)
    // Both images have unit variance over all of their samples; far less than that in an overlap is rounding.
    guard varianceF > 0.01, varianceM > 0.01 else { return (0, count) }
    return ((fm.sum() * inverse - meanF * meanM) / (varianceF * varianceM).squareRoot(), count)
  }
}
