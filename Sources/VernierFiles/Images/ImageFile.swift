import Vernier

/// What an image file holds: a picture or a volume of one to four channels, and how its samples are stored.
public struct ImageFile: Sendable {
  /// The channels, all of one rank and on one grid: grey, grey and alpha, red green blue, or red green blue alpha.
  public let channels: [AnyImage]
  public var sampleType: SampleType
  /// The format that was read; nil for an image made in memory.
  public let format: ImageFormat?

  /// A picture or a volume of one to four channels.
  ///
  /// - Precondition: there are 1 to 4 channels and all have the same grid.
  public init<let rank: Int>(_ channels: [Image<rank>], sampleType: SampleType = .float32) {
    self.init(channels, sampleType: sampleType, format: nil)
  }

  init<let rank: Int>(_ channels: [Image<rank>], sampleType: SampleType, format: ImageFormat?) {
    precondition((1...4).contains(channels.count), "an image file has 1 to 4 channels")
    precondition(channels.dropFirst().allSatisfy { $0.grid == channels[0].grid }, "channels must share a grid")
    self.channels = channels.map { AnyImage($0) }
    self.sampleType = sampleType
    self.format = format
  }

  /// 2 for a picture, 3 for a volume.
  public var rank: Int { channels[0].rank }

  /// The number of samples along each axis, x first.
  public var size: [Int] { channels[0].size }

  /// The channels in the rank that the caller needs; nil where the file has another.
  public func channels<let rank: Int>(as type: Image<rank>.Type) -> [Image<rank>]? {
    let found = channels.compactMap { $0.image(as: type) }
    return found.isEmpty ? nil : found
  }

  /// Hands the channels to `plane` where they are pictures and to `volume` where they are volumes.
  package func open<Result, Failure: Error>(
    plane: ([Image<2>]) throws(Failure) -> Result, volume: ([Image<3>]) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    if let planes = channels(as: Image<2>.self) { return try plane(planes) }
    guard let volumes = channels(as: Image<3>.self) else { preconditionFailure("images have rank 2 or 3") }
    return try volume(volumes)
  }

  /// Other channels, such as these ones resampled, to be stored as this file's are.
  ///
  /// - Precondition: there are 1 to 4 channels and all have the same grid.
  public func replacingChannels<let rank: Int>(by channels: [Image<rank>]) -> Self {
    Self(channels, sampleType: sampleType, format: format)
  }
}

extension ImageFile {
  /// The brightness: the only channel of a grey image, ITU-R BT.601 luma of a coloured one,
  /// 0.299 red + 0.587 green + 0.114 blue. Alpha, the second of two channels or the fourth, is a mask: what is less than
  /// half opaque does not count.
  ///
  /// - Complexity: O(samples) for coloured images, O(1) for grey ones.
  public var luminance: AnyImage {
    open {
      .plane(Self.luminance(of: $0))
    } volume: {
      .volume(Self.luminance(of: $0))
    }
  }

  /// The brightness of 1 to 4 channels, see ``luminance-swift.property``.
  ///
  /// - Precondition: there is at least one channel and all have the same grid.
  public static func luminance<let rank: Int>(of channels: [Image<rank>]) -> Image<rank> {
    let mask = channels.count % 2 == 0 ? opaque(channels[channels.count - 1]) ?? channels[0].mask : channels[0].mask
    let samples =
      channels.count >= 3
      ? luma(red: channels[0].samples, green: channels[1].samples, blue: channels[2].samples) : channels[0].samples
    guard let image = try? Image(grid: channels[0].grid, samples: samples, mask: mask) else {
      preconditionFailure("channels must share a grid")
    }
    return image
  }

  /// The mask of what is at least half opaque; nil where all or nothing is.
  private static func opaque<let rank: Int>(_ alpha: Image<rank>) -> [UInt8]? {
    let half = (alpha.samples.max() ?? 0) / 2
    guard half > 0, alpha.samples.contains(where: { $0 < half }) else { return nil }
    return alpha.samples.map { $0 >= half ? 1 : 0 }
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
