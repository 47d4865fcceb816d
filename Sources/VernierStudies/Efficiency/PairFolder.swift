import FoundationEssentials
import Vernier
import VernierFiles

/// Pairs with known answers and bounds as files, for programs that are compared on them.
///
/// `pairs.csv` lists them for `vernier batch`; `truth.json` has a homogeneous matrix each, fixed point to moving point;
/// `bounds.json` the least variances of the shift along an axis (px²) and of the rotation (degrees²).
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
    try write(samples.map { [$0.bound.translation, $0.bound.rotation] }, to: "bounds.json")
  }

  private func write(_ value: some Encodable, to name: String) throws {
    let text = String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    try PartialFiles.replace("\(path)/\(name)", text: text)
  }
}
