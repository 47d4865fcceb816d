/// What a table says of several errors.
struct Statistics: Equatable {
  let count: Int
  let mean: Double
  /// Of the values' own, with count − 1; NaN for fewer than two values.
  let deviation: Double
  let median: Double
  /// The 95th percentile.
  let high: Double

  /// - Parameter values: an infinite one, such as of a run that found nothing, makes the mean infinite. None at all makes everything NaN.
  init(_ values: [Double]) {
    count = values.count
    let sorted = values.sorted()
    let mean = values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    deviation = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : .nan
    median = Self.quantile(0.5, of: sorted)
    high = Self.quantile(0.95, of: sorted)
  }

  /// The quantile of sorted values with linear interpolation between neighbours (Hyndman and Fan 1996, definition 7).
  static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    guard let last = sorted.indices.last else { return .nan }
    let place = share * Double(last)
    let lower = min(Int(place), last)
    let fraction = place - Double(lower)
    return fraction > 0 && sorted[lower] < sorted[lower + 1]
      ? sorted[lower] + fraction * (sorted[lower + 1] - sorted[lower]) : sorted[lower]
  }
}
