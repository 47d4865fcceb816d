/// A row of positions that lie one sample apart along a row of the image: all are interpolated by the same weights, so
/// that eight neighbours are read at once.
struct ShiftedRow<let rank: Int> {
  /// The positions of the row that it can fill: all that they are interpolated from lies within the image along x.
  let range: Range<Int>
  private let isCubic: Bool
  /// The first sample of the image's first row that the position at the range's beginning weighs.
  private let first: UnsafePointer<Float>
  private let size: Size<rank>
  private let along: SIMD4<Float>
  private let rows: Lines
  private let planes: Lines

  /// The lines along an axis that a position weighs: their numbers, mirrored at the borders, and their weights.
  private struct Lines {
    var numbers = SIMD4<Int>.zero
    var weights = SIMD4<Float>(1, 0, 0, 0)
  }

  /// - Parameters:
  ///   - samples: of the image, or spline coefficients for cubic interpolation.
  ///   - size: of the image.
  ///   - start: the position of the row's sample 0; those of the others follow along x.
  ///   - range: of the row's samples, whose positions lie between the outermost centres.
  /// - Returns: nil where the interpolation weighs no neighbours, or none of the positions can be filled so.
  init?(
    of samples: UnsafePointer<Float>, size: Size<rank>, start: Vector<rank>, range: Range<Int>,
    _ interpolation: Interpolation
  ) {
    let isCubic = interpolation == .cubic
    guard isCubic || interpolation == .linear, !range.isEmpty else { return nil }
    let (width, before) = isCubic ? (4, 1) : (2, 0)
    let column = Int(start[0].rounded(.down))
    let low = max(range.lowerBound, before - column)
    let high = min(range.upperBound, size[0] - width + 1 + before - column)
    guard low < high else { return nil }
    self.range = low..<high
    self.isCubic = isCubic
    self.size = size
    first = samples + (column + low - before)
    func weights(_ fraction: Double) -> SIMD4<Float> {
      let fraction = Float(fraction)
      return isCubic ? CubicSpline.weights(fraction) : SIMD4(1 - fraction, fraction, 0, 0)
    }
    func lines(_ axis: Int) -> Lines {
      let lower = min(max(Int(start[axis]), 0), max(size[axis] - 2, 0))
      var lines = Lines(weights: weights(start[axis] - Double(lower)))
      for tap in 0..<width {
        let number = abs(lower + tap - before)
        lines.numbers[tap] = number < size[axis] ? number : max(2 * (size[axis] - 1) - number, 0)
      }
      return lines
    }
    along = weights(start[0] - Double(column))
    rows = lines(1)
    planes = rank == 3 ? lines(rank - 1) : Lines()
  }

  /// Fills the samples of ``range`` in a line.
  func fill(_ line: UnsafeMutablePointer<Float>) {
    let target = line + range.lowerBound
    target.update(repeating: 0, count: range.count)
    let width = isCubic ? 4 : 2
    for plane in 0..<(rank == 3 ? width : 1) {
      for row in 0..<width {
        let weight = planes.weights[plane] * rows.weights[row]
        let source = first + (planes.numbers[plane] * size[1] + rows.numbers[row]) * size[0]
        if isCubic {
          add(weight * along, from: source, to: target, taps: 4)
        } else {
          add(weight * along, from: source, to: target, taps: 2)
        }
      }
    }
  }

  /// Adds a weighted line of the image.
  @inline(__always)
  private func add(
    _ weights: SIMD4<Float>, from source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, taps: Int
  ) {
    var place = 0
    while place + 8 <= range.count {
      var sum = RowMoments.load(target + place)
      for tap in 0..<taps { sum += weights[tap] * RowMoments.load(source + (place &+ tap)) }
      RowMoments.store(sum, target + place)
      place &+= 8
    }
    for place in place..<range.count {
      for tap in 0..<taps { target[place] += weights[tap] * source[place &+ tap] }
    }
  }
}
