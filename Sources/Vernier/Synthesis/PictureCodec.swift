/// A lossy codec: encodes a picture as a file of that kind would, and decodes it again.
///
/// The core knows no codec; `VernierFiles` has JPEG's.
public protocol PictureCodec: Sendable {
  /// Replaces the samples, 0…255, by what remains of them.
  ///
  /// - Parameters:
  ///   - channels: one (grey) or three (red, green, blue) planes of `width` × `height` samples, x fastest. Samples are
  ///     rounded and held in 0…255 first.
  ///   - width: columns.
  ///   - height: rows.
  ///   - quality: 1 (smallest file) to 100 (least loss).
  /// - Throws: where the codec is missing or fails.
  func compress(_ channels: [UnsafeMutablePointer<Float>], width: Int, height: Int, quality: Int) throws
}

extension Image {
  /// The image after a codec, slice by slice; what is not finite becomes 0.
  ///
  /// - Throws: what the codec throws.
  public func compressed(by codec: some PictureCodec, quality: Int) throws -> Self {
    try Self.compressed([self], by: codec, quality: quality)[0]
  }

  /// The channels of one image after a codec: one, or red, green and blue together.
  ///
  /// - Throws: what the codec throws.
  public static func compressed(_ channels: [Self], by codec: some PictureCodec, quality: Int) throws -> [Self] {
    let grid = channels[0].grid
    let plane = grid.size[0] * grid.size[1]
    let memory = UnsafeMutablePointer<Float>.allocate(capacity: channels.count * grid.count)
    defer { memory.deallocate() }
    for (number, channel) in channels.enumerated() {
      channel.samples.withUnsafeBufferPointer {
        (memory + number * grid.count).initialize(from: $0.baseAddress!, count: grid.count)
      }
    }
    for start in stride(from: 0, to: grid.count, by: plane) {
      let planes = channels.indices.map { memory + $0 * grid.count + start }
      try codec.compress(planes, width: grid.size[0], height: grid.size[1], quality: quality)
    }
    return channels.enumerated().map { number, channel in
      let samples = Array(UnsafeBufferPointer(start: memory + number * grid.count, count: grid.count))
      return Self(unchecked: grid, samples: samples, mask: channel.mask)
    }
  }
}
