/// A row of positions that lie one sample apart along a row of the image: all are interpolated by the same weights, so
/// that eight neighbours are read at once.
struct ShiftedRow<let rank: Int> {
  /// The positions of the row that it can fill: all that they are interpolated from lies within the image along x.
  let range: Range<Int>
  private let first: UnsafePointer<Float>
  private var offsets = InlineArray<64, Int>(repeating: 0)
  private var weights = InlineArray<64, Float>(repeating: 0)
  private let taps: Int

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
    let before = isCubic ? 1 : 0
    let width = isCubic ? 4 : 2
    let column = Int(start[0].rounded(.down))
    let low = max(range.lowerBound, before - column)
    let high = min(range.upperBound, size[0] - width + 1 + before - column)
    guard low < high else { return nil }
    self.range = low..<high
    first = samples + (column + low - before)
    func weights(_ fraction: Double) -> SIMD4<Float> {
      let fraction = Float(fraction)
      return isCubic ? CubicSpline.weights(fraction) : SIMD4(1 - fraction, fraction, 0, 0)
    }
    /// The lines along an axis that a position weighs: their numbers, mirrored at the borders, and their weights.
    func lines(_ axis: Int) -> (numbers: SIMD4<Int>, weights: SIMD4<Float>) {
      let lower = min(max(Int(start[axis]), 0), max(size[axis] - 2, 0))
      var numbers = SIMD4<Int>.zero
      for tap in 0..<width {
        let number = abs(lower + tap - before)
        numbers[tap] = number < size[axis] ? number : max(2 * (size[axis] - 1) - number, 0)
      }
      return (numbers, weights(start[axis] - Double(lower)))
    }
    let along = weights(start[0] - Double(column))
    let rows = lines(1)
    let planes = rank == 3 ? lines(rank - 1) : (numbers: .zero, weights: SIMD4(1, 0, 0, 0))
    var count = 0
    for plane in 0..<(rank == 3 ? width : 1) {
      for row in 0..<width {
        let line = (planes.numbers[plane] * size[1] + rows.numbers[row]) * size[0]
        let weight = planes.weights[plane] * rows.weights[row]
        for tap in 0..<width {
          offsets[count] = line + tap
          self.weights[count] = weight * along[tap]
          count += 1
        }
      }
    }
    taps = count
  }

  /// Fills the samples of ``range`` in a line.
  func fill(_ line: UnsafeMutablePointer<Float>) {
    let target = UnsafeMutableRawPointer(line + range.lowerBound)
    let source = UnsafeRawPointer(first)
    var place = 0
    while place + 8 <= range.count {
      var sum = SIMD8<Float>.zero
      for tap in 0..<taps {
        sum +=
          weights[unchecked: tap]
          * source.loadUnaligned(fromByteOffset: 4 &* (place &+ offsets[unchecked: tap]), as: SIMD8<Float>.self)
      }
      target.storeBytes(of: sum, toByteOffset: 4 &* place, as: SIMD8<Float>.self)
      place &+= 8
    }
    for place in place..<range.count {
      var sum: Float = 0
      for tap in 0..<taps { sum += weights[tap] * first[place + offsets[tap]] }
      line[range.lowerBound + place] = sum
    }
  }
}
