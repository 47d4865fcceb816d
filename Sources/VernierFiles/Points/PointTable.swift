import Vernier
import VernierText

/// Points in a file, such as landmarks that a person has set, in the form and with the further columns that it has.
///
/// | file | points |
/// | --- | --- |
/// | a table | in columns `x`, `y` and in space `z`, in capitals or not, as BIRL and Fiji write them; without a header as many columns as dimensions |
/// | a table of pairs | in columns `fixed_x`, `fixed_y`, `moving_x`, `moving_y`, in space also `fixed_z` and `moving_z` |
/// | BigWarp's landmarks | a name, whether they count, the point of the moving and that of the fixed image |
/// | Slicer's `.fcsv` | LPS or RAS, as its comments say |
/// | Slicer's `.mrk.json` | LPS or RAS, as it says; of all markups the control points |
///
/// Fields are separated by commas, semicolons, tabs or spaces. Coordinates are physical: pixels of a plain picture, LPS
/// millimetres of a volume.
public struct PointTable<let rank: Int>: Sendable {
  private var content: Content

  private enum Content: Sendable {
    case delimited(DelimitedPoints)
    case markups(MarkupPoints)
  }

  /// The endings of such files.
  public static var endings: [String] { [".csv", ".tsv", ".txt", ".fcsv", ".json"] }

  /// Whether a file's name ends as those of tables do.
  public static func names(_ path: String) -> Bool { endings.contains { path.lowercased().hasSuffix($0) } }

  /// - Throws: ``FileError`` with the line: where the file cannot be read, a column is missing, a coordinate is no finite
  ///   number, or there is no point.
  public static func read(_ path: String) throws(FileError) -> Self {
    let text = try readText(path)
    let first = text.first { !$0.isWhitespace && $0 != "\u{feff}" }
    return Self(
      content: first == "{"
        ? .markups(try MarkupPoints(text, rank: rank, path: path))
        : .delimited(try DelimitedPoints(text, rank: rank, path: path)))
  }

  /// Whether it holds points of the fixed image and those of the moving one that belong to them.
  public var hasBothSides: Bool {
    switch content {
    case .delimited(let points): points.moving != nil
    case .markups: false
    }
  }

  /// The points of the fixed image where the table holds both sides, else all.
  public var fixed: [Vector<rank>] {
    switch content {
    case .delimited(let points): points.fixed.values.map { Vector($0) }
    case .markups(let points): points.values.map { Vector($0) }
    }
  }

  /// The points of the moving image where the table holds both sides, else all.
  public var moving: [Vector<rank>] {
    guard case .delimited(let points) = content, let moving = points.moving else { return fixed }
    return moving.values.map { Vector($0) }
  }

  /// The table with the points of the fixed image replaced, or all where it does not hold both sides.
  ///
  /// - Precondition: there are as many as in ``fixed``.
  public func replacingFixed(by points: [Vector<rank>]) -> Self {
    precondition(points.count == fixed.count, "other points, but not more or fewer")
    let values = points.map { $0.elements }
    var table = self
    switch content {
    case .delimited(let points): table.content = .delimited(points.replacing(by: values))
    case .markups(let points): table.content = .markups(points.replacing(by: values))
    }
    return table
  }

  /// The table with the points of the moving image replaced, or all where it does not hold both sides.
  ///
  /// - Precondition: there are as many as in ``moving``.
  public func replacingMoving(by points: [Vector<rank>]) -> Self {
    guard case .delimited(let all) = content, let moving = all.moving else { return replacingFixed(by: points) }
    precondition(points.count == moving.values.count, "other points, but not more or fewer")
    var table = self
    table.content = .delimited(all.replacing(isMoving: true, by: points.map { $0.elements }))
    return table
  }

  /// Writes the table in the form that it was read in. The file appears whole or not at all.
  ///
  /// - Throws: ``FileError``, also where a point is not a number and the form cannot hold such.
  public func write(to path: String) throws(FileError) {
    switch content {
    case .delimited(let points): try PartialFiles.replace(path, text: points.text)
    case .markups(let points):
      guard points.values.allSatisfy({ $0.allSatisfy { $0.isFinite } }) else {
        throw FileError(path, .unsupported("a point has no image, and .mrk.json cannot hold that; use a table"))
      }
      try PartialFiles.replace(path, text: points.text)
    }
  }
}

extension PointPairs {
  /// Reads points of the fixed image and those of the moving one: from one table that holds both, or from two, whose
  /// points belong together in their order.
  ///
  /// - Parameters:
  ///   - path: a table of pairs, or of the fixed image's points.
  ///   - moving: the table of the moving image's points.
  ///   - scale: what all coordinates are multiplied by.
  /// - Throws: ``FileError``, also where one is of the other kind, or the numbers of points differ.
  public init(reading path: String, moving other: String? = nil, scale: Double = 1) throws(FileError) {
    let table = try PointTable<rank>.read(path)
    var targets = table.moving
    if let other {
      guard !table.hasBothSides else {
        throw FileError(path, .unsupported("it holds the points of both images; leave out \(other)"))
      }
      targets = try PointTable<rank>.read(other).moving
      guard targets.count == table.fixed.count else {
        let what = "it holds \(targets.count) points and \(path) \(table.fixed.count); they belong together one by one"
        throw FileError(other, .unsupported(what))
      }
    } else if !table.hasBothSides {
      let axes = ["x", "y", "z"].prefix(rank)
      let columns = ["fixed_", "moving_"].flatMap { side in axes.map { side + $0 } }.joined(separator: ",")
      throw FileError(
        path,
        .unsupported(
          "it holds the points of one image; give a table of both (\(columns)) or name the moving image's, too"))
    }
    self.init(points: table.fixed.map { $0 * scale }, targets: targets.map { $0 * scale })
  }
}
