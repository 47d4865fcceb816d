import FoundationEssentials
import Vernier
import VernierFiles

/// Pairs with known answers and bounds as files, for programs that are compared on them.
///
/// `pairs.csv` lists them for `vernier batch`; `truth.json` has a homogeneous matrix each, fixed point to moving point;
/// `bounds.json` the shift's least covariance (px²), the rotation's least variance (degrees²), and by how much more an unknown scene
/// allows of standard deviation.
struct PairFolder {
  let path: String

  /// - Throws: the system's error or ``FileError`` where the folder cannot be written.
  func write(_ samples: [EfficiencyCondition.Sample]) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    var list = "fixed,moving\n"
    for (index, sample) in samples.enumerated() {
      let names = ["fixed\(index).png", "moving\(index).png"].map { "\(path)/\($0)" }
      for (name, image) in zip(names, [sample.pair.fixed, sample.pair.moving]) {
        try ImageFile([image], sampleType: .uint8).write(to: name)
      }
      list += names.joined(separator: ",") + "\n"
    }
    try PartialFiles.replace("\(path)/pairs.csv", text: list)
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
