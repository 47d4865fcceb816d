import FoundationEssentials
import Vernier
import VernierFiles

/// Pairs with known answers and bounds as files: those of `PairFolder`, and `truth.json` has a homogeneous matrix each, fixed point to moving point;
/// `bounds.json` the shift's least covariance (px²), the rotation's least variance (degrees²), and by how much more an unknown scene
/// allows of standard deviation.
struct BoundFolder {
  let path: String

  /// - Throws: the system's error or ``FileError`` where the folder cannot be written.
  func write(_ samples: [EfficiencyCondition.Sample]) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try PairFolder(path).write(count: samples.count) { index in
      let pair = samples[index].pair
      return (pair.fixed, pair.moving, pair.truth)
    }
    try write(samples.map { $0.pair.truth.homogeneous }, to: "truth.json")
    try write(samples.map(Bound.init), to: "bounds.json")
  }

  private struct Bound: Encodable {
    var shift: [[Double]]
    var rotation: Double
    var excess: Double

    init(_ sample: EfficiencyCondition.Sample) {
      shift = (0..<2).map { row in (0..<2).map { sample.bound.shift[row, $0] } }
      rotation = sample.bound.rotation
      excess = sample.excess
    }
  }

  private func write(_ value: some Encodable, to name: String) throws {
    let text = String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    try PartialFiles.replace("\(path)/\(name)", text: text)
  }
}
