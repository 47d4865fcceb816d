import FoundationEssentials
import Vernier
import VernierFiles
import VernierText

/// Pairs with known answers and bounds as files: those of `PairFolder`, and `truth.json` has a homogeneous matrix each,
/// fixed point to moving point; `bounds.json` the shift's least covariance (px²), the rotation's least variance
/// (degrees²), and by how much more an unknown scene allows of standard deviation.
struct BoundFolder {
  let path: String

  /// - Throws: the system's error or ``FileError`` where the folder cannot be written.
  func write(_ samples: [EfficiencyCondition.Sample]) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try PairFolder(path).write(count: samples.count) { index in
      let pair = samples[index].pair
      return (pair.fixed, pair.moving, pair.truth)
    }
    try write(samples.map { .matrix($0.pair.truth.homogeneous) }, to: "truth.json")
    let bounds = samples.map { sample -> JSON in
      let shift = (0..<2).map { row in (0..<2).map { sample.bound.shift[row, $0] } }
      return [
        "shift": .matrix(shift), "rotation": .number(sample.bound.rotation), "excess": .number(sample.excess),
      ]
    }
    try write(bounds, to: "bounds.json")
  }

  private func write(_ values: [JSON], to name: String) throws {
    try PartialFiles.replace("\(path)/\(name)", text: JSON.array(values).text(isDense: true))
  }
}
