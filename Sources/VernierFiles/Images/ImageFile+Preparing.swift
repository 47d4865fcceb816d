import Vernier

extension ImageFile {
  /// The image after several steps, each colour by itself; alpha stays as it is.
  ///
  /// - Precondition: the steps keep the grid where there is alpha.
  /// - Throws: what the steps throw.
  public func prepared(by steps: [any PrepareStep]) throws -> Self {
    func prepared<let rank: Int>(_ channels: [Image<rank>]) throws -> Self {
      replacingChannels(by: try mapColours(of: channels) { try $0.map { try $0.prepared(by: steps) } })
    }
    return try open(plane: prepared, volume: prepared)
  }

  /// What the file's sample type can hold, as far as that means black and white: 0…255 for 8 bits, 0…65535 for 16; of
  /// other types the least to the greatest finite sample of the colours.
  ///
  /// - Complexity: O(samples) for the other types.
  public var fullScale: ClosedRange<Float> {
    switch sampleType {
    case .uint8: return 0...255
    case .uint16: return 0...65535
    case .int8, .int16, .uint32, .int32, .float32, .float64, .int64, .uint64: break
    }
    var (least, most) = (Float.infinity, -Float.infinity)
    for index in layout.shown(of: channels.count) {
      for sample in channels[index].samples where sample.isFinite {
        least = min(least, sample)
        most = max(most, sample)
      }
    }
    return least < most ? least...most : 0...1
  }

  /// The channels with all but alpha replaced by what `transform` makes of them.
  func mapColours<let rank: Int>(
    of channels: [Image<rank>], _ transform: ([Image<rank>]) throws -> [Image<rank>]
  ) rethrows -> [Image<rank>] {
    let shown = layout.shown(of: channels.count)
    var result = channels
    for (index, image) in zip(shown, try transform(shown.map { channels[$0] })) { result[index] = image }
    return result
  }
}
