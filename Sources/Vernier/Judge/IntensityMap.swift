/// What the intensities of one image tell of another's at the same place: the mean of the one for each intensity of the
/// other.
///
///     m(a) = mean of b where the other image shows a          η² = 1 − Σ (b − m(a))² / Σ (b − b̄)²
///
/// η² is the correlation ratio: 1 where b is a function of a, 0 where a says nothing about b, and never less than NCC².
/// Source: A. Roche, G. Malandain, X. Pennec, N. Ayache, "The correlation ratio as a new similarity measure for
/// multimodal image registration", MICCAI 1998.
struct IntensityMap {
  /// η², 0…1.
  let correlationRatio: Double
  private let range: IntensityRange
  /// m at the middles of bins of equal width.
  private let means: [Float]

  private static var binCount: Int { 64 }

  /// - Parameters:
  ///   - image: whose intensities are a.
  ///   - other: whose intensities are b, on the same grid.
  init<let rank: Int>(from image: Image<rank>, to other: Image<rank>) {
    range = IntensityRange(of: image)
    var counts = [Int](repeating: 0, count: Self.binCount)
    var sums = [Double](repeating: 0, count: Self.binCount)
    var (square, count) = (0.0, 0)
    for index in image.samples.indices where image.isValid(index) && other.isValid(index) {
      let bin = Self.bin(image.samples[index], in: range)
      let sample = Double(other.samples[index])
      counts[bin] += 1
      sums[bin] += sample
      square += sample * sample
      count += 1
    }
    let sum = sums.reduce(0, +)
    let variation = square - sum * sum / Double(max(count, 1))
    let between = zip(counts, sums).reduce(0) { $1.0 > 0 ? $0 + $1.1 * $1.1 / Double($1.0) : $0 } - (square - variation)
    let used = counts.count { $0 > 0 }
    // Of chance alone each bin but one explains as much as a sample does.
    let chance = count > used ? (variation - between) * Double(used - 1) / Double(count - used) : variation
    correlationRatio = variation > 0 ? min(max((between - chance) / variation, 0), 1) : 0
    means = Self.filled(counts, sums)
  }

  private static func bin(_ sample: Float, in range: IntensityRange) -> Int {
    Int(min(max((sample - range.low) / range.width, 0), 0.9999) * Float(binCount))
  }

  /// The mean of each bin; an empty one takes that of the last one below it, or else of the first above.
  private static func filled(_ counts: [Int], _ sums: [Double]) -> [Float] {
    guard let first = counts.firstIndex(where: { $0 > 0 }) else { return sums.map { _ in 0 } }
    var mean = Float(sums[first] / Double(counts[first]))
    return counts.indices.map { bin in
      if counts[bin] > 0 { mean = Float(sums[bin] / Double(counts[bin])) }
      return mean
    }
  }

  /// What m makes of an image, between the middles of two bins by a line.
  func predicted<let rank: Int>(_ image: Image<rank>) -> Image<rank> {
    image.mapSamples { sample in
      let place = min(max((sample - range.low) / range.width, 0), 1) * Float(Self.binCount) - 0.5
      let below = min(max(Int(place), 0), Self.binCount - 2)
      let share = min(max(place - Float(below), 0), 1)
      return means[below] + share * (means[below + 1] - means[below])
    }
  }

  /// Two images of one contrast: the one, and what the other predicts of it, in the direction that predicts better.
  ///
  /// - Returns: nil where neither predicts half of what the other shows, η² < ½.
  static func ofOneContrast<let rank: Int>(
    _ fixed: Image<rank>, _ moved: Image<rank>
  ) -> (fixed: Image<rank>, moved: Image<rank>)? {
    let forward = IntensityMap(from: fixed, to: moved)
    let backward = IntensityMap(from: moved, to: fixed)
    guard max(forward.correlationRatio, backward.correlationRatio) >= 0.5 else { return nil }
    return forward.correlationRatio >= backward.correlationRatio
      ? (forward.predicted(fixed), moved) : (fixed, backward.predicted(moved))
  }
}
