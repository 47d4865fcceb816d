extension Image {
  /// The least samples an axis needs for gradients.
  static var leastSize: Int { 2 }

  /// The image itself when it can be aligned, with values that are not finite set to zero where the mask leaves them out.
  ///
  /// - Throws: what `wrap` makes of an ``ImageError``: samples that are NaN or infinite inside the mask, a constant image, an empty
  ///   mask, an axis of fewer than 2 samples.
  func checked(_ wrap: (ImageError) -> AlignmentError) throws(AlignmentError) -> Self {
    guard size.allSatisfy({ $0 >= Self.leastSize }) else { throw wrap(.tooSmall(size: size, least: Self.leastSize)) }
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
