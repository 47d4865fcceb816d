import Vernier

extension ImageFile {
  /// This image, whose channels' masks leave out what holds no sample: what all channels, opacity aside, call none
  /// (``nodata``), and where one of them is NaN or infinite. Of the latter ``ImageSource/luminanceRemarks`` tell the
  /// number, unless the file itself names NaN for it.
  ///
  /// - Parameter isBroken: whether a sample is NaN or infinite.
  func withoutNodata(isBroken: Bool) -> Self {
    guard nodata != nil || isBroken else { return self }
    func masked<let rank: Int>(_ channels: [Image<rank>]) -> Self {
      let present = PresentSamples(in: layout.shown(of: channels.count).map { channels[$0].samples }, nodata: nodata)
      guard let mask = present.mask else { return self }
      var file = replacingChannels(by: channels.map { (try? $0.masked(by: mask)) ?? $0 })
      if present.broken > 0, nodata?.isNaN != true {
        let words =
          present.broken == 1
          ? "1 sample is NaN or infinite; it is" : "\(present.broken) samples are NaN or infinite; they are"
        file.source?.luminanceRemarks.append("\(words) left out")
      }
      return file
    }
    return open(plane: masked, volume: masked)
  }
}

/// Where an image has samples.
private struct PresentSamples {
  /// 1 where it has one; nil where it has one everywhere or nowhere.
  let mask: [UInt8]?
  /// The places with a channel that is NaN or infinite.
  let broken: Int

  init(in channels: [[Float]], nodata: Float?) {
    var mask = [UInt8](repeating: nodata == nil ? 1 : 0, count: channels[0].count)
    if let nodata {
      for samples in channels {
        for index in samples.indices where samples[index] != nodata { mask[index] = 1 }
      }
    }
    var broken = 0
    for samples in channels {
      for index in samples.indices where !samples[index].isFinite && mask[index] != 2 {
        mask[index] = 2
        broken += 1
      }
    }
    if broken > 0 { for index in mask.indices where mask[index] == 2 { mask[index] = 0 } }
    self.broken = broken
    self.mask = mask.contains(0) && mask.contains(1) ? mask : nil
  }
}
