import Vernier
import VernierText

/// FSL's matrices, as `flirt -omat` writes them: text of 4×4 numbers.
///
/// A matrix sends points of the moving image (`-in`) to points of the fixed one (`-ref`), both in scaled voxels: the index
/// times the spacing, and x counted from the other end where the voxels' axes are right-handed, as the determinant of the
/// image's matrix from voxels to space is then positive. So it means nothing without both images
/// (https://fsl.fmrib.ox.ac.uk/fsl/docs, FLIRT, "What is the format of the matrix used by FLIRT").
public struct FSLMatrices: TransformFormat {
  public init() {}

  public var endings: [String] { [".mat"] }

  /// Whether a file is one.
  public static func isMatrix(_ path: String) -> Bool {
    (try? beginning(of: path)).map { Self().holds(path, beginning: $0) } ?? false
  }

  /// Text whose first line is four numbers.
  public func holds(_ path: String, beginning: [UInt8]) -> Bool {
    guard let line = beginning.firstTextLine else { return false }
    let words = line.split(whereSeparator: \.isWhitespace)
    return words.count == 4 && words.allSatisfy { Double($0) != nil }
  }

  public func read(_ path: String) throws(FileError) -> TransformFile { try read(path, between: TransformVolumes()) }

  public func read(_ path: String, between volumes: TransformVolumes) throws(FileError) -> TransformFile {
    let rows = try Self.rows(path)
    guard let inverse = Affine<3>(homogeneous: rows).inverted() else {
      throw FileError(path, .malformed("its matrix is singular"))
    }
    guard let fixed = volumes.fixed?.grid, let moving = volumes.moving?.grid else {
      let what =
        "an FSL matrix counts in the voxels of both images, so these are needed; name them: "
        + "vernier convert \(path) OUT.tfm --fixed FIXED --moving MOVING"
      throw FileError(path, .unsupported(what))
    }
    guard let back = fixed.physicalFromScaledVoxels.inverted() else {
      throw FileError(path, .malformed("the fixed image's geometry has no inverse"))
    }
    let map = moving.physicalFromScaledVoxels.composed(after: inverse.composed(after: back))
    return TransformFile(map.centered(at: fixed.center))
  }

  public func write<let rank: Int>(
    _ transform: Transform<rank>, model: TransformModel?, to path: String
  ) throws(FileError) {
    try write(transform, model: model, between: TransformVolumes(), to: path)
  }

  public func write<let rank: Int>(
    _ transform: Transform<rank>, model: TransformModel?, between volumes: TransformVolumes, to path: String
  ) throws(FileError) {
    let map = try transform.invertibleInSpace(path, format: "an FSL matrix")
    guard let fixed = volumes.fixed?.grid, let moving = volumes.moving?.grid else {
      let what = "an FSL matrix counts in the voxels of both images; name them by --fixed and --moving"
      throw FileError(path, .unsupported(what))
    }
    guard let toFixed = fixed.physicalFromScaledVoxels.inverted() else { throw TransformFile.notFinite(path) }
    let matrix = toFixed.composed(after: map.inverse.composed(after: moving.physicalFromScaledVoxels))
    guard matrix.isFinite else { throw TransformFile.notFinite(path) }
    let lines = matrix.homogeneous.map { row in row.map(\.shortest).joined(separator: "  ") + "\n" }
    try PartialFiles.replace(path, text: lines.joined())
  }

  private static func rows(_ path: String) throws(FileError) -> [[Double]] {
    var rows: [[Double]] = []
    for (index, line) in try readText(path).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let words = line.split(whereSeparator: \.isWhitespace)
      if words.isEmpty { continue }
      let numbers = words.compactMap { Double($0) }
      guard words.count == 4, numbers.count == 4, numbers.allSatisfy(\.isFinite), rows.count < 4 else {
        throw FileError(path, line: index + 1, .malformed("an FSL matrix is four lines of four numbers each"))
      }
      rows.append(numbers)
    }
    guard rows.count == 4, rows[3] == [0, 0, 0, 1] else {
      throw FileError(path, .malformed("an FSL matrix is four lines of four numbers, the last 0 0 0 1"))
    }
    return rows
  }
}

extension Grid<3> {
  /// From FSL's scaled voxels to the physical point.
  var physicalFromScaledVoxels: Affine<3> {
    var indexFromScaled = Affine<3>(linear: .diagonal(Vector { 1 / spacing[$0] }))
    if direction.determinant > 0 {
      indexFromScaled.linear[0, 0] = -1 / spacing[0]
      indexFromScaled.translation[0] = Double(size[0] - 1)
    }
    return physicalFromIndex.composed(after: indexFromScaled)
  }
}

extension Transform {
  /// The linear map in space and its inverse, for formats that hold nothing else.
  func invertibleInSpace(_ path: String, format: String) throws(FileError) -> (map: Affine<3>, inverse: Affine<3>) {
    guard case .space(let space) = AnyTransform(self) else {
      throw FileError(path, .unsupported("\(format) is for volumes, this transform for pictures; write .tfm or .json"))
    }
    guard let map = space.affine else {
      throw FileError(path, .unsupported("\(format) is linear, this transform is not; write .h5, .tfm or .json"))
    }
    guard map.isFinite, let inverse = map.inverted(), inverse.isFinite else {
      throw FileError(path, .unsupported("\(format) leads from the moving image, and this transform has no inverse"))
    }
    return (map, inverse)
  }
}

extension [UInt8] {
  /// The first line of the beginning of a text that is neither empty nor a comment after `#`; nil where it is no text.
  var firstTextLine: Substring? {
    guard !contains(0) else { return nil }
    // A character may be cut at the end.
    let text = String(decoding: self, as: UTF8.self)
    for line in text.split(whereSeparator: \.isNewline) {
      let content = trimmed(line.drop { $0 == "\u{feff}" })
      if !content.isEmpty && content.first != "#" { return content }
    }
    return nil
  }
}
