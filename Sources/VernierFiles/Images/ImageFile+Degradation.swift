import Vernier

extension ImageFile {
  /// The image after degradations in their order, then compressed as JPEG; alpha stays as it is.
  ///
  /// ``fullScale`` stands for the 0…255 of `Degradation` and of JPEG, whatever the sample type. Samples that are not
  /// finite stay so, and are black to JPEG. A volume is compressed slice by slice.
  ///
  /// - Parameters:
  ///   - degradations: what happens before.
  ///   - quality: JPEG's, 1…100; nil compresses nothing.
  ///   - seed: draws the noise.
  /// - Throws: `PluginError` when the plug-in for files cannot be used; ``CodecError``.
  public func degraded(by degradations: [Degradation], quality: Int? = nil, seed: UInt64 = 1) throws -> Self {
    let scale = fullScale
    func degraded<let rank: Int>(_ channels: [Image<rank>]) throws -> Self {
      replacingChannels(
        by: try mapColours(of: channels) { [isColor = layout.isColor] in
          try Self.degraded($0, isColor: isColor, by: degradations, quality, seed, scale)
        })
    }
    return try open(plane: degraded, volume: degraded)
  }

  private static func degraded<let rank: Int>(
    _ colours: [Image<rank>], isColor: Bool, by degradations: [Degradation], _ quality: Int?, _ seed: UInt64,
    _ scale: ClosedRange<Float>
  ) throws -> [Image<rank>] {
    let (least, step) = (scale.lowerBound, (scale.upperBound - scale.lowerBound) / 255)
    var random = SplitMix64(seed: seed)
    var images = colours.map { $0.mapSamples { ($0 - least) / step } }
    for degradation in degradations { images = images.map { degradation.applied(to: $0, using: &random) } }
    if let quality {
      // Red, green and blue together, other channels each by itself.
      let codec = try JPEGCodec()
      let groups = (isColor ? [Array(images[..<3])] : []) + images[(isColor ? 3 : 0)...].map { [$0] }
      let compressed = try groups.flatMap { try Image.compressed($0, by: codec, quality: quality) }
      images = try zip(images, compressed).map { before, after in
        let samples = zip(before.samples, after.samples).map { $0.isFinite ? $1 : $0 }
        return try Image(grid: before.grid, samples: samples, mask: before.mask)
      }
    }
    return images.map { $0.mapSamples { $0 * step + least } }
  }
}
