/// Leaves out the background: only what is brighter than a threshold is aligned, with the holes in it.
///
/// What is not brighter and connected to the image's frame (or to samples that do not count) across neighbours along
/// the axes is masked, so that dark parts within the object, such as a brain's ventricles, stay. What a mask left out
/// before stays out, and so do samples that are not finite.
///
/// It is meant for one object before a dark ground. What lies at the object's outline counts less then: it is the
/// evidence against a wrong place that a background gives for nothing, so use it where the background is unlike in the
/// two images.
public struct ForegroundMask: PrepareStep {
  public var name: String { "mask" + (threshold.map { "=\($0.shortest)" } ?? "") }
  /// Foreground is what is greater; nil takes Otsu's threshold of each image, see ``Image/otsuThreshold()``.
  public var threshold: Double?

  public init(threshold: Double? = nil) { self.threshold = threshold }

  /// - Throws: `ImageError.emptyMask` where nothing is above the threshold.
  public func prepared<let rank: Int>(_ image: Image<rank>) throws -> Image<rank> {
    let least = threshold.map { Float($0) } ?? image.otsuThreshold()
    var mask = image.foreground(above: least)
    if let before = image.validity { for index in mask.indices where before[index] == 0 { mask[index] = 0 } }
    guard mask.contains(1) else { throw ImageError.emptyMask }
    return try image.masked(by: mask)
  }
}

extension Image {
  /// The threshold that parts the valid samples into two classes with the greatest variance between them (Otsu 1979,
  /// doi:10.1109/TSMC.1979.4310076), on 1024 bins from the least sample to the greatest: the upper end of the lower
  /// class's last bin.
  ///
  /// 0 where no sample is valid.
  public func otsuThreshold() -> Float {
    let values = validSamples
    guard let least = values.min(), let most = values.max() else { return 0 }
    guard least < most else { return least }
    let bins = 1024
    let scale = Float(bins) / (most - least)
    var histogram = [Double](repeating: 0, count: bins)
    for value in values { histogram[min(Int((value - least) * scale), bins - 1)] += 1 }
    let total = histogram.indices.reduce(0.0) { $0 + Double($1) * histogram[$1] }
    let count = Double(values.count)
    var (below, sum, best) = (0.0, 0.0, (bin: 0, variance: -1.0))
    for bin in 0..<(bins - 1) {
      below += histogram[bin]
      sum += Double(bin) * histogram[bin]
      guard below > 0, below < count else { continue }
      let difference = sum / below - (total - sum) / (count - below)
      let variance = below * (count - below) * difference * difference
      if variance > best.variance { best = (bin, variance) }
    }
    return least + Float(best.bin + 1) / scale
  }

  /// 0 where a sample is not above the threshold and reaches the frame through neighbours that are not either, else 1.
  fileprivate func foreground(above threshold: Float) -> [UInt8] {
    let steps = (0..<rank).map { size.prefix($0).reduce(1, *) }
    var mask = [UInt8](repeating: 1, count: samples.count)
    var open: [Int] = []
    func visit(_ index: Int) {
      guard mask[index] != 0, !(samples[index] > threshold) else { return }
      mask[index] = 0
      open.append(index)
    }
    for index in samples.indices {
      let isAtFrame = (0..<rank).contains { axis in
        let place = index / steps[axis] % size[axis]
        return place == 0 || place == size[axis] - 1
      }
      if isAtFrame { visit(index) }
    }
    while let index = open.popLast() {
      for axis in 0..<rank {
        let place = index / steps[axis] % size[axis]
        if place > 0 { visit(index - steps[axis]) }
        if place < size[axis] - 1 { visit(index + steps[axis]) }
      }
    }
    return mask
  }
}
