import CFilesPlugin
import Vernier

/// What an image file holds: a picture or a volume of one or several channels, and how its samples are stored.
public struct ImageFile: Sendable {
  /// The channels, all of one rank and on one grid.
  public let channels: [AnyImage]
  /// What the channels are.
  public var layout: ChannelLayout
  public var sampleType: SampleType
  /// Samples of this value are none, and the masks of the channels leave them out; nil where all count.
  public var nodata: Float?
  /// The file that was read; nil for an image made in memory.
  public internal(set) var source: ImageSource?
  /// The file whose grid this is: ``source``, unless ``placed(like:)`` has said otherwise.
  public private(set) var placement: ImageSource?

  /// The most channels of an image.
  public static let mostChannels = Int(VERNIER_FILES_MOST_CHANNELS)

  /// A picture or a volume of one or several channels.
  ///
  /// - Parameters:
  ///   - channels: the channels.
  ///   - layout: what they are; nil for what is usual for so many.
  ///   - sampleType: how samples are stored.
  /// - Precondition: there are 1 to ``mostChannels`` channels and all have the same grid.
  public init<let rank: Int>(
    _ channels: [Image<rank>], layout: ChannelLayout? = nil, sampleType: SampleType = .float32
  ) {
    self.init(
      channels, layout: layout ?? ChannelLayout(usualFor: channels.count), sampleType: sampleType, nodata: nil,
      source: nil)
  }

  init<let rank: Int>(
    _ channels: [Image<rank>], layout: ChannelLayout, sampleType: SampleType, nodata: Float?, source: ImageSource?
  ) {
    precondition((1...Self.mostChannels).contains(channels.count), "an image file has 1 to 64 channels")
    precondition(channels.dropFirst().allSatisfy { $0.grid == channels[0].grid }, "channels must share a grid")
    self.channels = channels.map { AnyImage($0) }
    self.layout = layout
    self.sampleType = sampleType
    self.nodata = nodata
    self.source = source
    placement = source
  }

  /// The format that was read; nil for an image made in memory.
  public var format: ImageFormat? { source?.format }

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
  /// - Precondition: there are as many channels as in this file and all have the same grid.
  public func replacingChannels<let rank: Int>(by channels: [Image<rank>]) -> Self {
    precondition(channels.count == self.channels.count, "other channels, but not more or fewer")
    return Self(channels, layout: layout, sampleType: sampleType, nodata: nodata, source: source)
  }

  /// This image, whose samples lie on the grid of another file: what that file says of its grid is written with it.
  public func placed(like other: Self) -> Self {
    var file = self
    file.placement = other.placement
    return file
  }
}

extension ImageFile {
  /// The brightness: ITU-R BT.601 luma of a coloured image, 0.299 red + 0.587 green + 0.114 blue; else the first channel.
  ///
  /// Opacity is a mask: what is less than half opaque does not count. Neither does what the first channel's mask leaves
  /// out, as it does samples of the value ``nodata`` in a file.
  ///
  /// - Complexity: O(samples) for coloured images, O(1) for grey ones.
  public var luminance: AnyImage {
    open {
      .plane(Self.luminance(of: $0, layout: layout))
    } volume: {
      .volume(Self.luminance(of: $0, layout: layout))
    }
  }

  /// The brightness of several channels, see ``luminance-swift.property``.
  ///
  /// - Parameters:
  ///   - channels: the channels.
  ///   - layout: what they are; nil for what is usual for so many.
  /// - Precondition: there is at least one channel and all have the same grid.
  public static func luminance<let rank: Int>(
    of channels: [Image<rank>], layout: ChannelLayout? = nil
  ) -> Image<rank> {
    let layout = layout ?? ChannelLayout(usualFor: channels.count)
    let bright = layout.bright(of: channels.count).map { channels[$0] }
    let masks = [layout.alpha.flatMap { opaque(channels[$0]) }, channels[0].mask].compactMap(\.self)
    let mask = masks.count == 2 ? zip(masks[0], masks[1]).map { $0 & $1 } : masks.first
    var samples =
      bright.count == 3
      ? luma(red: bright[0].samples, green: bright[1].samples, blue: bright[2].samples) : bright[0].samples
    if layout.isAlphaAssociated, let alpha = layout.alpha { divide(&samples, by: channels[alpha].samples) }
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

/// What the samples were before they were multiplied by an opacity, whose greatest value is 1.
private func divide(_ samples: inout [Float], by alpha: [Float]) {
  let most = alpha.max() ?? 0
  for index in samples.indices where alpha[index] > 0 { samples[index] *= most / alpha[index] }
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
