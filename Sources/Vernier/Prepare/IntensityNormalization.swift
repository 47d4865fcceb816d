/// Intensities from 0 to 1: what lies between two percentiles is spread over that range, what lies beyond is cut off.
///
///     out = (v − l) / (h − l), held in 0…1,   l and h the percentiles of the image's valid samples
///
/// Percentiles 0 and 100 are the least and the greatest sample, and nothing is cut off. A similarity by correlation or
/// information does not change with gain and offset; squared differences (`mse`) and networks ask for like intensities.
/// Samples outside the mask and those that are not finite have no influence; the former are treated alike, the latter
/// stay as they are.
public struct IntensityNormalization: PrepareStep {
  /// `minmax` for the whole range, else with the percentiles, such as `percentile=1:99`.
  public var name: String {
    low == 0 && high == 100 ? "minmax" : "percentile=\(low.shortest):\(high.shortest)"
  }
  /// The percentile that becomes 0.
  public var low: Double
  /// The percentile that becomes 1.
  public var high: Double

  /// - Parameters:
  ///   - low: 0 unless told.
  ///   - high: 100 unless told. 1 and 99 keep a few bright samples, such as vessels, from taking most of the range.
  /// - Precondition: 0 ≤ low < high ≤ 100.
  public init(low: Double = 0, high: Double = 100) {
    precondition(0 <= low && low < high && high <= 100, "percentiles lie in 0…100, the lesser first")
    self.low = low
    self.high = high
  }

  public func prepared<let rank: Int>(_ image: Image<rank>) throws -> Image<rank> {
    var values = image.validSamples
    guard !values.isEmpty else { return image }
    let least = values.percentile(low)
    let width = values.percentile(high) - least
    guard width > 0 else { return image }
    return image.mapSamples { $0.isFinite ? min(max(($0 - least) / width, 0), 1) : $0 }
  }
}

extension Double {
  /// Without a fraction where there is none.
  var shortest: String { self == rounded() && magnitude < 1e15 ? "\(Int(self))" : "\(self)" }
}
