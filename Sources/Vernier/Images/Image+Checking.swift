extension Image {
  /// Whether each axis has enough samples for gradients: 3 along x, 2 along others, of which thin stacks have few.
  private var isLargeEnough: Bool { size[0] >= 3 && size.allSatisfy { $0 >= 2 } }

  /// The image itself when it can be aligned, with values that are not finite set to zero where the mask leaves them
  /// out.
  ///
  /// - Throws: what `wrap` makes of an ``ImageError``: samples that are NaN or infinite inside the mask, a constant
  ///   image, an empty mask, an axis of too few samples.
  func checked(_ wrap: (ImageError) -> AlignmentError) throws(AlignmentError) -> Self {
    guard isLargeEnough else { throw wrap(.tooSmall(size: Array(size), least: 3)) }
    var least = Float.infinity
    var most = -Float.infinity
    var valid = 0
    var broken = 0
    var hidden = 0
    for (index, sample) in samples.enumerated() {
      if let mask, mask[index] == 0 {
        if !sample.isFinite { hidden += 1 }
        continue
      }
      valid += 1
      if sample.isFinite {
        least = min(least, sample)
        most = max(most, sample)
      } else {
        broken += 1
      }
    }
    guard valid > 0 else { throw wrap(.emptyMask) }
    guard broken == 0 else { throw wrap(.notFinite(count: broken)) }
    guard least < most else { throw wrap(.constant) }
    return hidden == 0 ? self : mapSamples { $0.isFinite ? $0 : 0 }
  }
}
