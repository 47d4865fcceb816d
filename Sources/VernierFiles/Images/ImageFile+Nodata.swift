import Vernier

extension ImageFile {
  /// This image, whose channels' masks leave out what all of them, opacity aside, call none.
  var withoutNodata: Self {
    guard let nodata else { return self }
    func masked<let rank: Int>(_ channels: [Image<rank>]) -> Self {
      let shown = layout.shown(of: channels.count).map { channels[$0].samples }
      guard let mask = present(in: shown, nodata: nodata) else { return self }
      return replacingChannels(by: channels.map { (try? $0.masked(by: mask)) ?? $0 })
    }
    return open(plane: masked, volume: masked)
  }
}

/// 1 where one of the channels has a sample; nil where there is one everywhere or nowhere.
private func present(in channels: [[Float]], nodata: Float) -> [UInt8]? {
  var mask = [UInt8](repeating: 0, count: channels[0].count)
  for samples in channels {
    for index in samples.indices where nodata.isNaN ? !samples[index].isNaN : samples[index] != nodata {
      mask[index] = 1
    }
  }
  return mask.contains(0) && mask.contains(1) ? mask : nil
}
