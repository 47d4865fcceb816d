import Vernier

/// What is written where a moved image has no sample.
public enum BackgroundChoice: Sendable, Equatable {
  /// What suits the image, see ``ImageFile/backgrounds(_:interpolation:)``.
  case usual
  case value(Float)
  /// The value at the nearest place within the image.
  case nearest
  /// One value: the median of the samples at the image's border.
  case edge
}

extension ImageFile {
  /// What stands for each channel where this image, moved, has no sample. Opacity is always 0 there, and so are colours
  /// that were multiplied by it.
  ///
  /// Of ``BackgroundChoice/usual`` the first of these holds:
  ///
  /// 1. The value that the file names for samples that are none (``nodata``).
  /// 2. 0 for labels: one channel of whole numbers from 0 on that nearest neighbours move.
  /// 3. Of computed tomography, one channel of whole numbers of which one is −500 or below: the least sample, where it pads
  ///    at least a hundredth of the border; else the least sample, but −1024 at least.
  /// 4. The ground, where the border shows one: at least half of it lies within a twentieth of the image's range from its
  ///    median, in every channel. The ground is the median; but 0 where no sample is negative and the median lies within
  ///    a twentieth of the range from 0.
  /// 5. 0.
  ///
  /// ``/Vernier/BorderSamples`` says what the border is. White slides so get their own white, dark pictures black.
  ///
  /// - Parameters:
  ///   - choice: what is asked for.
  ///   - interpolation: how the image is moved.
  /// - Complexity: O(samples)
  public func backgrounds(_ choice: BackgroundChoice, interpolation: Interpolation) -> [Background] {
    open {
      backgrounds(choice, interpolation, of: $0)
    } volume: {
      backgrounds(choice, interpolation, of: $0)
    }
  }

  private func backgrounds<let rank: Int>(
    _ choice: BackgroundChoice, _ interpolation: Interpolation, of channels: [Image<rank>]
  ) -> [Background] {
    var found = [Background](repeating: 0, count: channels.count)
    let shown = layout.shown(of: channels.count)
    if layout.alpha != nil && layout.isAlphaAssociated { return found }
    if case .value(let value) = choice {
      for channel in shown { found[channel] = .value(value) }
      return found
    }
    if choice == .usual, let nodata {
      for channel in shown { found[channel] = .value(nodata) }
      return found
    }
    let mask = layout.alpha.map { channels[$0].samples.map { $0 > 0 ? UInt8(1) : 0 } }
    let borders = shown.map { channel -> BorderSamples? in
      let image = channels[channel]
      return BorderSamples(of: (mask.flatMap { try? image.masked(by: $0) }) ?? image)
    }
    let usual = choice == .usual ? usualBackgrounds(shown.map { channels[$0].samples }, borders, interpolation) : []
    for (place, channel) in shown.enumerated() {
      let median = borders[place]?.median ?? 0
      switch choice {
      case .nearest: found[channel] = .nearest(otherwise: median)
      case .edge: found[channel] = .value(median)
      case .usual, .value: found[channel] = .value(usual[place])
      }
    }
    return found
  }

  private func usualBackgrounds(
    _ channels: [[Float]], _ borders: [BorderSamples?], _ interpolation: Interpolation
  ) -> [Float] {
    let none = [Float](repeating: 0, count: channels.count)
    let ranges = channels.map(finiteRange)
    guard let range = ranges[0], let border = borders[0] else { return none }
    if channels.count == 1, channels[0].allSatisfy({ $0 == $0.rounded() }) {
      if interpolation == .nearest, range.lowerBound >= 0 { return none }
      if range.lowerBound <= -500 {
        let isPadding = border.share(in: range.lowerBound...range.lowerBound) >= 0.01
        return [isPadding ? range.lowerBound : max(range.lowerBound, -1024)]
      }
    }
    var ground: [Float] = []
    for (range, border) in zip(ranges, borders) {
      guard let range, let border else { return none }
      let (median, tolerance) = (border.median, (range.upperBound - range.lowerBound) / 20)
      guard border.share(in: (median - tolerance)...(median + tolerance)) >= 0.5 else { return none }
      ground.append(range.lowerBound >= 0 && median <= tolerance ? 0 : median)
    }
    return ground
  }
}

/// The range of the finite samples; nil where there are none.
private func finiteRange(_ samples: [Float]) -> ClosedRange<Float>? {
  var (least, most) = (Float.infinity, -Float.infinity)
  for sample in samples where sample.isFinite {
    least = min(least, sample)
    most = max(most, sample)
  }
  return least <= most ? least...most : nil
}
