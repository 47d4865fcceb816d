import Vernier
import VernierText

/// FreeSurfer's linear transform arrays (`.lta`): text of a 4×4 matrix and the geometry of both volumes.
///
/// A matrix sends points of the source, which is the moving image, to points of the destination, the fixed one: RAS
/// millimetres where its type is 1 (`LINEAR_RAS_TO_RAS`), indices of voxels where it is 0 (`LINEAR_VOX_TO_VOX`). Voxels count
/// in the volumes that the file describes, and in the images at hand where it describes none
/// (https://surfer.nmr.mgh.harvard.edu/fswiki/LinearTransformArray).
struct FreeSurferTransforms: TransformFormat {
  var endings: [String] { [".lta"] }

  /// Text that begins with its type.
  func holds(_ path: String, beginning: [UInt8]) -> Bool {
    guard let line = beginning.firstTextLine, let equals = line.firstIndex(of: "=") else { return false }
    return trimmed(line[..<equals]) == "type"
  }

  func read(_ path: String) throws(FileError) -> TransformFile { try read(path, between: TransformVolumes()) }

  func read(_ path: String, between volumes: TransformVolumes) throws(FileError) -> TransformFile {
    let file = try LinearTransformArray(try readText(path), path: path)
    var matrix = Affine<3>(homogeneous: file.matrix)
    if file.type == LinearTransformArray.voxels {
      guard let source = file.source ?? volumes.moving?.grid, let destination = file.destination ?? volumes.fixed?.grid
      else {
        let what =
          "it counts in voxels and describes no volumes (valid = 0), so both images are needed; name them: "
          + "vernier convert \(path) OUT.tfm --fixed FIXED --moving MOVING"
        throw FileError(path, .unsupported(what))
      }
      guard let toIndex = source.physicalFromIndex.inverted() else {
        throw FileError(path, .malformed("the geometry of its source has no inverse"))
      }
      matrix = destination.physicalFromIndex.composed(after: matrix.composed(after: toIndex))
    } else {
      matrix = matrix.otherHanded
    }
    guard let map = matrix.inverted(), map.isFinite else {
      throw FileError(path, .malformed("its matrix is singular"))
    }
    let center = (file.destination ?? volumes.fixed?.grid)?.center ?? .zero
    return TransformFile(map.centered(at: center))
  }

  func write<let rank: Int>(_ transform: Transform<rank>, model: TransformModel?, to path: String) throws(FileError) {
    try write(transform, model: model, between: TransformVolumes(), to: path)
  }

  /// Volumes that are not known are marked as such, which leaves a matrix between RAS millimetres what it is.
  func write<let rank: Int>(
    _ transform: Transform<rank>, model: TransformModel?, between volumes: TransformVolumes, to path: String
  ) throws(FileError) {
    let map = try transform.invertibleInSpace(path, format: "an .lta file")
    let text = LinearTransformArray.text(
      map.inverse.otherHanded, source: volumes.moving, destination: volumes.fixed)
    try PartialFiles.replace(path, text: text)
  }
}

/// What an `.lta` file says.
private struct LinearTransformArray {
  static let voxels = 0
  static let coordinates = 1

  var type: Int
  /// Source to destination.
  var matrix: [[Double]]
  /// As grids in LPS; nil where the file marks them as not valid.
  var source: Grid<3>?
  var destination: Grid<3>?

  init(_ text: String, path: String) throws(FileError) {
    var members: [String: (words: [Substring], line: Int)] = [:]
    var volume = ""
    var rows: [[Double]] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let content = trimmed(line.prefix { $0 != "#" }.drop { $0 == "\u{feff}" })
      let words = content.split(whereSeparator: \.isWhitespace)
      if words.isEmpty { continue }
      if content == "src volume info" || content == "dst volume info" {
        volume = "\(words[0]) "
      } else if let equals = content.firstIndex(of: "=") {
        let values = content[content.index(after: equals)...].split(whereSeparator: \.isWhitespace)
        members[volume + trimmed(content[..<equals])] = (values, index + 1)
      } else if volume.isEmpty {
        let numbers = words.compactMap { Double($0) }
        guard numbers.count == words.count, numbers.allSatisfy(\.isFinite) else {
          throw FileError(path, line: index + 1, .malformed("\"\(content.prefix(40))\" is not expected here"))
        }
        rows.append(numbers)
      }
    }
    type = try Self.type(members["type"]?.words.first, line: members["type"]?.line, path: path)
    if let count = members["nxforms"]?.words.first, count != "1" {
      throw FileError(path, line: members["nxforms"]?.line, .unsupported("it holds \(count) transforms; keep one"))
    }
    // The first row is the number of matrices and their size.
    guard rows.count == 5, rows[0] == [1, 4, 4], rows.dropFirst().allSatisfy({ $0.count == 4 }),
      rows[4] == [0, 0, 0, 1]
    else { throw FileError(path, .malformed("it does not hold one matrix of 4×4 numbers, the last row 0 0 0 1")) }
    matrix = Array(rows.dropFirst())
    source = try Self.grid("src", members, path: path)
    destination = try Self.grid("dst", members, path: path)
  }

  private static func type(_ word: Substring?, line: Int?, path: String) throws(FileError) -> Int {
    guard let word, let type = Int(word) else {
      throw FileError(path, line: line, .malformed("its type is not a number"))
    }
    guard type == voxels || type == coordinates else {
      let what =
        "its type is \(type), and known are 0 (LINEAR_VOX_TO_VOX) and 1 (LINEAR_RAS_TO_RAS); "
        + "change it with lta_convert --ltavox2vox"
      throw FileError(path, line: line, .unsupported(what))
    }
    return type
  }

  /// A volume's geometry: its middle, half its size from the first voxel, lies at `cras`.
  private static func grid(
    _ volume: String, _ members: [String: (words: [Substring], line: Int)], path: String
  ) throws(FileError) -> Grid<3>? {
    guard members["\(volume) valid"]?.words.first == "1" else { return nil }
    func numbers(_ name: String) throws(FileError) -> [Double] {
      let member = members["\(volume) \(name)"]
      let numbers = member?.words.compactMap { Double($0) } ?? []
      guard numbers.count == 3, member?.words.count == 3, numbers.allSatisfy(\.isFinite) else {
        throw FileError(path, line: member?.line, .malformed("\(name) of \(volume) volume info is not three numbers"))
      }
      return numbers
    }
    let (size, spacing, center) = (try numbers("volume"), try numbers("voxelsize"), try numbers("cras"))
    let axes = [try numbers("xras"), try numbers("yras"), try numbers("zras")]
    guard size.allSatisfy({ $0 >= 1 && $0 < 1e6 && $0 == $0.rounded() }) else {
      throw FileError(path, .malformed("the size in \(volume) volume info is not three whole numbers"))
    }
    let direction = Affine<3>.otherHanded.linear * Matrix { axes[$1][$0] }
    let half = direction * Vector<3> { spacing[$0] * size[$0] / 2 }
    do throws(ImageError) {
      return try Grid(
        size: size.map { Int($0) }, spacing: Vector(spacing), origin: Affine.otherHanded(Vector(center)) - half,
        direction: direction)
    } catch { throw FileError(path, .malformed("\(volume) volume info: \(error)")) }
  }

  /// - Parameter matrix: source to destination, RAS.
  static func text(
    _ matrix: Affine<3>, source: TransformVolumes.Volume?, destination: TransformVolumes.Volume?
  ) -> String {
    let rows = matrix.homogeneous.map { line($0) + "\n" }.joined()
    return """
      type      = \(coordinates) # LINEAR_RAS_TO_RAS
      nxforms   = 1
      mean      = 0.0000 0.0000 0.0000
      sigma     = 1.0000
      1 4 4
      \(rows)src volume info
      \(info(source))dst volume info
      \(info(destination))
      """
  }

  /// A volume that is not known is written as FreeSurfer does: marked, with the geometry that FreeSurfer takes for one.
  private static func info(_ volume: TransformVolumes.Volume?) -> String {
    guard let grid = volume?.grid else {
      return """
        valid = 0  # volume info invalid
        filename = unknown
        volume = 256 256 256
        voxelsize = 1 1 1
        xras   = -1 0 0
        yras   = 0 0 -1
        zras   = 0 1 0
        cras   = 0 0 0

        """
    }
    let half = Vector<3> { Double(grid.size[$0]) / 2 }
    func axis(_ number: Int) -> String {
      line(Affine.otherHanded(Vector<3> { grid.direction[$0, number] }).elements)
    }
    // FreeSurfer reads a name up to the first space.
    return """
      valid = 1  # volume info valid
      filename = \((volume?.file ?? "").replacing(" ", with: "_"))
      volume = \(grid.size.map(String.init).joined(separator: " "))
      voxelsize = \(line(grid.spacing.elements))
      xras   = \(axis(0))
      yras   = \(axis(1))
      zras   = \(axis(2))
      cras   = \(line(Affine.otherHanded(grid.point(atIndex: half)).elements))

      """
  }

  private static func line(_ numbers: [Double]) -> String { numbers.map(\.shortest).joined(separator: " ") }
}
