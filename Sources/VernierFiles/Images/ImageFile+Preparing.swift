import Vernier

extension ImageFile {
  /// The image after several steps, each colour by itself; alpha stays as it is.
  ///
  /// - Precondition: the steps keep the grid where there is alpha.
  /// - Throws: what the steps throw.
  public func prepared(by steps: [any PrepareStep]) throws -> Self {
    switch content {
    case .planes(let channels):
      replacingChannels(by: try Self.mapColours(of: channels) { try $0.map { try $0.prepared(by: steps) } })
    case .volume(let channels):
      replacingChannels(by: try Self.mapColours(of: channels) { try $0.map { try $0.prepared(by: steps) } })
    }
  }

  /// What the file's sample type can hold, as far as that means black and white: 0…255 for 8 bits, 0…65535 for 16; of
  /// other types the least to the greatest finite sample of the colours.
  ///
  /// - Complexity: O(samples) for the other types.
  public var fullScale: ClosedRange<Float> {
    switch sampleType {
    case .uint8: return 0...255
    case .uint16: return 0...65535
    case .int8, .int16, .uint32, .int32, .float32, .float64: break
    }
    let colours: [[Float]] =
      switch content {
      case .planes(let channels): channels.prefix(Self.colourCount(channels.count)).map(\.samples)
      case .volume(let channels): channels.prefix(Self.colourCount(channels.count)).map(\.samples)
      }
    var (least, most) = (Float.infinity, -Float.infinity)
    for samples in colours {
      for sample in samples where sample.isFinite {
        least = min(least, sample)
        most = max(most, sample)
      }
    }
    return least < most ? least...most : 0...1
  }

  /// The channels that are not alpha, the second of two or the fourth.
  private static func colourCount(_ channels: Int) -> Int { channels % 2 == 0 ? channels - 1 : channels }

  static func mapColours<let rank: Int>(
    of channels: [Image<rank>], _ transform: ([Image<rank>]) throws -> [Image<rank>]
  ) rethrows -> [Image<rank>] {
    let count = colourCount(channels.count)
    return try transform(Array(channels.prefix(count))) + channels.dropFirst(count)
  }
}
