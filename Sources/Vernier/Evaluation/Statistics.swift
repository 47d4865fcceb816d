/// What is said of several values, such as the errors of many registrations.
public struct Statistics: Sendable, Equatable {
  public let count: Int
  public let mean: Double
  /// Of the values' own, with count − 1; NaN for fewer than two values.
  public let deviation: Double
  public let median: Double
  public let percentile95: Double
  public let largest: Double

  /// - Parameter values: an infinite one, such as of a run that found nothing, makes the mean infinite. None at all
  ///   makes everything NaN.
  public init(_ values: [Double]) {
    count = values.count
    let sorted = values.sorted()
    let mean = values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    deviation = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : .nan
    median = Self.percentile(50, ofSorted: sorted)
    percentile95 = Self.percentile(95, ofSorted: sorted)
    largest = sorted.last ?? .nan
  }

  /// The percentile with linear interpolation between neighbours (Hyndman and Fan 1996, definition 7).
  ///
  /// - Parameters:
  ///   - percent: 0 for the least value, 50 for the median, 100 for the largest.
  ///   - sorted: the values, the least first.
  /// - Returns: NaN where there are no values.
  public static func percentile(_ percent: Double, ofSorted sorted: [Double]) -> Double {
    guard !sorted.isEmpty else { return .nan }
    let place = PercentilePlace(percent, count: sorted.count)
    let lower = sorted[place.lower]
    guard place.fraction > 0, lower < sorted[place.lower + 1] else { return lower }
    return lower + place.fraction * (sorted[place.lower + 1] - lower)
  }
}

/// Where a percentile lies among sorted values, see ``Statistics/percentile(_:ofSorted:)``.
struct PercentilePlace {
  let lower: Int
  /// Of the way to the next value.
  let fraction: Double

  /// - Precondition: there are values, and `percent` lies in 0…100.
  init(_ percent: Double, count: Int) {
    precondition(count > 0 && percent >= 0 && percent <= 100, "a percentile lies in 0…100 of some values")
    let place = percent / 100 * Double(count - 1)
    lower = min(Int(place), count - 1)
    fraction = place - Double(lower)
  }
}
