import Glibc
import Vernier
import VernierCommandLine
import VernierFiles
import VernierText

/// Where `--save-transforms` puts the transforms of a series.
struct SavedTransforms {
  enum Form { case table, motion, folder }

  let path: String
  let form: Form

  init(path: String) {
    self.path = path
    let name = path.lowercased()
    form = name.hasSuffix(".csv") ? .table : name.hasSuffix(".par") ? .motion : .folder
  }

  /// The file to write, if it is one.
  var destination: Destination? {
    switch form {
    case .table: Destination(path: path, endings: [".csv"])
    case .motion: Destination(path: path, endings: [".par"])
    case .folder: nil
    }
  }

  /// The name of a frame's file in the folder.
  func file(of frame: Int, count: Int) -> String {
    let digits = "\(count - 1)".count
    let number = "\(frame)"
    return "\(path)/frame-" + String(repeating: "0", count: max(digits - number.count, 0)) + number + ".tfm"
  }

  /// Writes the transforms of all frames, as a folder's files those of the frames that have a place.
  func write<let rank: Int>(_ frames: [TransformedFrame<rank>], model: TransformModel) throws {
    switch form {
    case .folder:
      try Folder.make(path)
      for frame in frames {
        guard let transform = frame.transform else { continue }
        try TransformFile(transform, model: model).write(to: file(of: frame.number, count: frames.count))
      }
    case .table: try PartialFiles.replace(path, text: CSV.text(table(frames)))
    case .motion: try PartialFiles.replace(path, text: frames.map { $0.motion ?? "" }.joined())
    }
  }

  private func table<let rank: Int>(_ frames: [TransformedFrame<rank>]) -> [[String]] {
    let axes = Array(["x", "y", "z"].prefix(rank))
    let rows = (1...rank).flatMap { row in (1...(rank + 1)).map { "m\(row)\($0)" } }
    let header =
      ["frame", "file", "verdict", "confidence", "skipped"]
      + (rank == 2 ? ["rotation"] : axes.map { "rotation_\($0)" }) + axes + rows
    return [header]
      + frames.map { frame in
        let start = [
          "\(frame.number)", frame.file, frame.verdict.rawValue, "\(frame.confidence)", "\(frame.isSkipped)",
        ]
        guard let matrix = frame.matrix else {
          return start + [String](repeating: "", count: header.count - start.count)
        }
        let numbers = frame.angles + frame.shifts + matrix.dropLast().flatMap(\.self)
        return start + numbers.map { "\($0)" }
      }
  }
}

/// A frame of a series with its transform as it is told.
struct TransformedFrame<let rank: Int> {
  var number: Int
  var file: String
  var verdict: Verdict
  var confidence: Double
  var isSkipped: Bool
  /// From a physical point of the output; nil where the frame is left out.
  var transform: Affine<rank>?
  /// As it is told: in pixels of both for pictures.
  var matrix: [[Double]]?
  /// In degrees.
  var angles: [Double] = []
  /// Of the reference's centre: in pixels for pictures, in millimetres for volumes.
  var shifts: [Double] = []
  /// A line of MCFLIRT's file.
  var motion: String?
}
