import Vernier
import VernierText

/// Pairs with known answers as files, for programs that are compared on them or learn from them.
///
/// `fixed0.png`, `moving0.png` and so on, 8 bits, or `fixed0.nii.gz` and so on with `fixed0-labels.nii.gz`; `pairs.csv`
/// lists them for `vernier batch`, with a column `truth`: the homogeneous matrix, row by row as JSON, fixed point to
/// moving point.
public struct PairFolder: Sendable {
  public let path: String

  /// A folder that exists.
  public init(_ path: String) { self.path = path }

  /// Writes pairs, the list last.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - pair: makes the pair of a number, called in order.
  /// - Throws: ``FileError`` where the folder cannot be written; what `pair` throws.
  public func write(
    count: Int, pair: (Int) throws -> (fixed: Image<2>, moving: Image<2>, truth: Affine<2>)
  ) throws {
    try write(count: count) { index in
      let (fixed, moving, truth) = try pair(index)
      let names = ["fixed", "moving"].map { "\(path)/\($0)\(index).png" }
      for (name, image) in zip(names, [fixed, moving]) {
        try ImageFile([image], sampleType: .uint8).write(to: name)
      }
      return ([("fixed", names[0]), ("moving", names[1])], truth.homogeneous)
    }
  }

  /// Writes pairs of volumes as NIfTI, the list last; labels, where a pair has them, are columns `fixed_labels` and
  /// `moving_labels`.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - sampleType: of the volumes; labels have 16 bits.
  ///   - pair: makes the pair of a number, called in order; all have labels or none.
  /// - Throws: ``FileError`` where the folder cannot be written; what `pair` throws.
  public func write(
    volumes count: Int, sampleType: SampleType, pair: (Int) throws -> SyntheticVolumes.Pair
  ) throws {
    try write(count: count) { index in
      let found = try pair(index)
      var files = [("fixed", found.fixed), ("moving", found.moving)]
      if let labels = found.labels { files += [("fixed_labels", labels.fixed), ("moving_labels", labels.moving)] }
      let columns = try files.map { column, image in
        let parts = column.split(separator: "_").map(String.init)
        let name = "\(path)/\(([parts[0] + "\(index)"] + parts.dropFirst()).joined(separator: "-")).nii.gz"
        try ImageFile([image], sampleType: parts.count > 1 ? .int16 : sampleType).write(to: name)
        return (column, name)
      }
      return (columns, found.truth.homogeneous)
    }
  }

  /// - Parameter pair: writes a pair's files and names them by their columns, with the truth.
  private func write(count: Int, pair: (Int) throws -> (files: [(String, String)], truth: [[Double]])) throws {
    var rows: [[String]] = []
    for index in 0..<count {
      let (files, truth) = try pair(index)
      if index == 0 { rows.append(files.map { $0.0 } + ["truth"]) }
      rows.append(files.map { $0.1 } + [JSON.matrix(truth).text(isDense: true, marksDoubles: true)])
    }
    try PartialFiles.replace("\(path)/pairs.csv", text: CSV.text(rows))
  }
}
