/// Values at an image's border with their weights, in ascending order.
public struct BorderSamples: Sendable {
  private let values: [Float]
  private let weights: [Double]
  private let total: Double

  /// The finite valid samples at the two ends of each axis. Each axis weighs the same, whatever its ends' areas, so that
  /// the faces of a thin volume do not outweigh its edges; of more than 20 000 at an axis's ends an even part stands for
  /// all.
  ///
  /// - Returns: nil where there are none.
  public init?<let rank: Int>(of image: Image<rank>) {
    var found: [(value: Float, weight: Double)] = []
    for axis in 0..<rank {
      let places = Self.ends(of: image.grid.size, along: axis).filter {
        image.samples[$0].isFinite && image.isValid($0)
      }
      for place in places { found.append((image.samples[place], 1 / Double(places.count))) }
    }
    guard !found.isEmpty else { return nil }
    found.sort { $0.value < $1.value }
    values = found.map(\.value)
    weights = found.map(\.weight)
    total = weights.reduce(0, +)
  }

  /// The value that half of the weight does not exceed.
  public var median: Float {
    var rest = total / 2
    for (value, weight) in zip(values, weights) {
      rest -= weight
      if rest <= 0 { return value }
    }
    return values[values.count - 1]
  }

  /// The share of the weight whose values lie in a range.
  public func share(in range: ClosedRange<Float>) -> Double {
    zip(values, weights).reduce(0) { $0 + (range.contains($1.0) ? $1.1 : 0) } / total
  }

  /// The places of the samples at an axis's two ends, or of an even part of them.
  private static func ends<let rank: Int>(of size: Size<rank>, along axis: Int) -> [Int] {
    let (apart, count) = (size.stride(along: axis), size[axis])
    let area = size.product / count
    var places: [Int] = []
    for index in stride(from: 0, to: area, by: max(1, 2 * area / 20_000)) {
      let (outer, inner) = index.quotientAndRemainder(dividingBy: apart)
      let first = outer * apart * count + inner
      places.append(first)
      if count > 1 { places.append(first + apart * (count - 1)) }
    }
    return places
  }
}
