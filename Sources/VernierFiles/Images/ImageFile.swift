import Vernier

/// What an image file holds: a picture or a volume of one to four channels, and how its samples are stored.
public struct ImageFile: Sendable {
  /// The channels, all on one grid: grey, grey and alpha, red green blue, or red green blue alpha.
  public enum Content: Sendable {
    case planes([Image<2>])
    case volume([Image<3>])
  }

  public let content: Content
  public var sampleType: SampleType
  /// The format that was read; nil for an image made in memory.
  public let format: ImageFormat?

  /// A picture of one to four channels.
  ///
  /// - Precondition: there are 1 to 4 channels and all have the same grid.
  public init(_ channels: [Image<2>], sampleType: SampleType = .float32) {
    self.init(channels, sampleType: sampleType, format: nil)
  }

  /// A volume of one to four channels.
  ///
  /// - Precondition: there are 1 to 4 channels and all have the same grid.
  public init(_ channels: [Image<3>], sampleType: SampleType = .float32) {
    self.init(channels, sampleType: sampleType, format: nil)
  }

  /// A picture or a volume of one to four channels.
  ///
  /// - Precondition: there are 1 to 4 channels and all have the same grid.
  public init<let rank: Int>(_ channels: [Image<rank>], sampleType: SampleType = .float32) {
    let known = channels.map { AnyImage($0) }
    let planes = known.compactMap { $0.image(as: Image<2>.self) }
    if planes.count == channels.count {
      self.init(planes, sampleType: sampleType, format: nil)
    } else {
      self.init(known.compactMap { $0.image(as: Image<3>.self) }, sampleType: sampleType, format: nil)
    }
  }

  init(_ channels: [Image<2>], sampleType: SampleType, format: ImageFormat?) {
    Self.check(channels)
    content = .planes(channels)
    self.sampleType = sampleType
    self.format = format
  }

  init(_ channels: [Image<3>], sampleType: SampleType, format: ImageFormat?) {
    Self.check(channels)
    content = .volume(channels)
    self.sampleType = sampleType
    self.format = format
  }

  private static func check<let rank: Int>(_ channels: [Image<rank>]) {
    precondition((1...4).contains(channels.count), "an image file has 1 to 4 channels")
    precondition(channels.dropFirst().allSatisfy { $0.grid == channels[0].grid }, "channels must share a grid")
  }

  /// 2 for a picture, 3 for a volume.
  public var rank: Int {
    switch content {
    case .planes: 2
    case .volume: 3
    }
  }

  public var channelCount: Int {
    switch content {
    case .planes(let channels): channels.count
    case .volume(let channels): channels.count
    }
  }

  /// The number of samples along each axis, x first.
  public var size: [Int] {
    switch content {
    case .planes(let channels): Array(channels[0].size)
    case .volume(let channels): Array(channels[0].size)
    }
  }

  /// Other channels, such as these ones resampled, to be stored as this file's are.
  ///
  /// - Precondition: there are 1 to 4 channels and all have the same grid.
  public func replacingChannels(by channels: [Image<2>]) -> Self {
    Self(channels, sampleType: sampleType, format: format)
  }

  /// Other channels, such as these ones resampled, to be stored as this file's are.
  ///
  /// - Precondition: there are 1 to 4 channels and all have the same grid.
  public func replacingChannels(by channels: [Image<3>]) -> Self {
    Self(channels, sampleType: sampleType, format: format)
  }
}

extension ImageFile {
  /// The brightness: the only channel of a grey image, ITU-R BT.601 luma of a coloured one,
  /// 0.299 red + 0.587 green + 0.114 blue. Alpha is left out.
  ///
  /// - Complexity: O(samples) for coloured images, O(1) for grey ones.
  public var luminance: AnyImage {
    switch content {
    case .planes(let channels): .plane(Self.luminance(of: channels))
    case .volume(let channels): .volume(Self.luminance(of: channels))
    }
  }

  /// The brightness of 1 to 4 channels, see ``luminance-swift.property``.
  ///
  /// - Precondition: there is at least one channel and all have the same grid.
  public static func luminance<let rank: Int>(of channels: [Image<rank>]) -> Image<rank> {
    guard channels.count >= 3 else { return channels[0] }
    let samples = luma(red: channels[0].samples, green: channels[1].samples, blue: channels[2].samples)
    guard let image = try? Image(grid: channels[0].grid, samples: samples, mask: channels[0].mask) else {
      preconditionFailure("channels must share a grid")
    }
    return image
  }
}

/// Not generic, so that the loop is compiled for plain arrays.
private func luma(red: [Float], green: [Float], blue: [Float]) -> [Float] {
  precondition(red.count == green.count && red.count == blue.count, "channels must share a grid")
  return [Float](unsafeUninitializedCapacity: red.count) { samples, count in
    for index in red.indices {
      samples[index] = 0.299 * red[index] + 0.587 * green[index] + 0.114 * blue[index]
    }
    count = red.count
  }
}
