/// The range of an image's valid intensities without its outliers.
struct IntensityRange: Sendable, Equatable {
  var low: Float
  var high: Float
  var width: Float { max(high - low, .leastNormalMagnitude) }

  init(low: Float, high: Float) {
    self.low = low
    self.high = high
  }

  /// The range from the 0.1th to the 99.9th percentile, found by a histogram of 4096 bins; the whole range where that
  /// is empty. Of large images without a mask some 300,000 samples at even distances are looked at.
  init<let rank: Int>(of image: Image<rank>, share: Double = 0.001) {
    let step = image.mask == nil ? max(1, image.samples.count / 300_000) : 1
    var least = Float.infinity
    var most = -Float.infinity
    var count = 0
    for index in stride(from: 0, to: image.samples.count, by: step) where image.mask == nil || image.mask![index] != 0 {
      let sample = image.samples[index]
      least = min(least, sample)
      most = max(most, sample)
      count += 1
    }
    guard count > 0, most > least else {
      self.init(low: count > 0 ? least : 0, high: count > 0 ? most : 1)
      return
    }
    let bins = 4096
    var histogram = [Int](repeating: 0, count: bins)
    let scale = Float(bins) / (most - least)
    for index in stride(from: 0, to: image.samples.count, by: step) where image.mask == nil || image.mask![index] != 0 {
      histogram[min(Int((image.samples[index] - least) * scale), bins - 1)] += 1
    }
    let cut = Int(Double(count) * share)
    var lower = 0
    var below = histogram[0]
    while below <= cut, lower < bins - 1 {
      lower += 1
      below += histogram[lower]
    }
    var upper = bins - 1
    var above = histogram[upper]
    while above <= cut, upper > 0 {
      upper -= 1
      above += histogram[upper]
    }
    if lower < upper {
      self.init(low: least + Float(lower) / scale, high: least + Float(upper + 1) / scale)
    } else {
      self.init(low: least, high: most)
    }
  }
}
