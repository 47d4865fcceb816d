import VernierText

/// The points of a table.
struct DelimitedPoints: Sendable {
  /// Coordinates and where they stand.
  struct Side: Sendable {
    var columns: [Int]
    /// Places in the text's rows.
    var rows: [Int]
    var values: [[Double]]
  }

  private(set) var fixed: Side
  private(set) var moving: Side?
  private var table: DelimitedText
  /// Whether x and y have other signs in the file.
  private let isOtherHanded: Bool

  init(_ text: String, rank: Int, path: String) throws(FileError) {
    table = DelimitedText(text)
    let system = try Self.coordinateSystem(table, rank: rank, path: path)
    isOtherHanded = system == .ras
    let columns = try Self.columns(of: table, rank: rank, path: path)
    let rows = table.rows.dropFirst(columns.hasHeader ? 1 : 0).filter { columns.isUsed?($0.row) ?? true }
    guard !rows.isEmpty else { throw FileError(path, .malformed("it has no points")) }
    fixed = try Self.side(columns.fixed, rows, isOtherHanded, path: path)
    moving = try columns.moving.map { names throws(FileError) in try Self.side(names, rows, isOtherHanded, path: path) }
  }

  var text: String { table.text }

  /// The table with one side's points replaced; a table of one side has none that is moving.
  func replacing(isMoving: Bool = false, by values: [[Double]]) -> Self {
    var points = self
    var side = isMoving ? moving ?? fixed : fixed
    side.values = values
    if isMoving { points.moving = side } else { points.fixed = side }
    for (row, point) in zip(side.rows, values) {
      for (axis, column) in side.columns.enumerated() {
        let value = isOtherHanded && axis < 2 ? -point[axis] : point[axis]
        points.table.replace(row: row, column: column, by: value.shortest)
      }
    }
    return points
  }

  private static func side(
    _ columns: [Column], _ rows: some Collection<(place: Int, row: DelimitedText.Row)>, _ isOtherHanded: Bool,
    path: String
  ) throws(FileError) -> Side {
    var values: [[Double]] = []
    for (_, row) in rows {
      var point: [Double] = []
      for (axis, column) in columns.enumerated() {
        guard column.place < row.parts.count, let value = Double(row[column.place]), value.isFinite else {
          let words = "\(column.name) is not a finite number, with a point for the decimals"
          throw FileError(path, line: row.line, .malformed(words))
        }
        point.append(isOtherHanded && axis < 2 ? -value : value)
      }
      values.append(point)
    }
    return Side(columns: columns.map(\.place), rows: rows.map(\.place), values: values)
  }
}

/// Where the coordinates stand.
extension DelimitedPoints {
  fileprivate struct Column {
    var name: String
    var place: Int
  }

  fileprivate struct Columns {
    var hasHeader: Bool
    var fixed: [Column]
    var moving: [Column]?
    /// Nil where all rows are.
    var isUsed: ((DelimitedText.Row) -> Bool)?
  }

  private static func columns(of table: DelimitedText, rank: Int, path: String) throws(FileError) -> Columns {
    guard let first = table.rows.first?.row else { throw FileError(path, .malformed("it is empty")) }
    for names in table.heading {
      // Slicer writes "columns = id,x,y,z", NumPy the names alone.
      var names = names
      if let equals = names[0].lastIndex(of: "=") {
        names[0] = String(trimmed(names[0][names[0].index(after: equals)...]))
      }
      if let found = try named(names, rank: rank, line: 1, path: path) {
        return Columns(hasHeader: false, fixed: found.fixed, moving: found.moving)
      }
    }
    if let found = try landmarks(first, rank: rank, path: path) { return found }
    if let found = try named(first.fields, rank: rank, line: first.line, path: path) {
      return Columns(hasHeader: true, fixed: found.fixed, moving: found.moving)
    }
    let axes = ["x", "y", "z"].prefix(rank)
    guard first.parts.count == rank, first.fields.allSatisfy({ Double($0) != nil }) else {
      let what =
        "it has \(first.parts.count) columns and no header that names \(axes.joined(separator: ", ")); "
        + "write one above them, such as \(axes.joined(separator: ","))"
      throw FileError(path, line: first.line, .malformed(what))
    }
    return Columns(hasHeader: false, fixed: axes.enumerated().map { Column(name: $1, place: $0) })
  }

  /// The columns of a header; nil where it names none of them.
  private static func named(
    _ names: [String], rank: Int, line: Int, path: String
  ) throws(FileError) -> (fixed: [Column], moving: [Column]?)? {
    let names = names.map { $0.lowercased() }
    func columns(_ prefix: String) throws(FileError) -> [Column] {
      let wanted = ["x", "y", "z"].prefix(rank).map { prefix + $0 }
      var columns: [Column] = []
      for name in wanted {
        let places = names.indices.filter { names[$0] == name }
        guard let place = places.first, places.count == 1 else {
          let what = places.isEmpty ? "\(name) is missing" : "\(name) stands there twice"
          throw FileError(
            path, line: line, .malformed("the header needs the columns \(wanted.joined(separator: ",")); \(what)"))
        }
        columns.append(Column(name: name, place: place))
      }
      return columns
    }
    if names.contains("fixed_x") || names.contains("moving_x") {
      return (try columns("fixed_"), try columns("moving_"))
    }
    return names.contains("x") || names.contains("y") ? (try columns(""), nil) : nil
  }

  /// BigWarp's landmarks: a name, `true` or `false`, the moving point, the fixed one. Points that were not set are
  /// infinite.
  private static func landmarks(
    _ first: DelimitedText.Row, rank: Int, path: String
  ) throws(FileError) -> Columns? {
    func isMark(_ text: String) -> Bool { ["true", "false"].contains(text.lowercased()) }
    let count = first.parts.count - 2
    guard count == 4 || count == 6, isMark(first[1]), first.fields.dropFirst(2).allSatisfy({ Double($0) != nil }) else {
      return nil
    }
    guard count == 2 * rank else { throw FileError(path, .wrongRank(found: count / 2, needed: rank)) }
    func side(_ name: String, _ start: Int) -> [Column] {
      ["x", "y", "z"].prefix(rank).enumerated().map { Column(name: "\(name)_\($1)", place: start + $0) }
    }
    return Columns(hasHeader: false, fixed: side("fixed", 2 + rank), moving: side("moving", 2)) { row in
      let isInfinite = row.fields.dropFirst(2).contains { Double($0)?.isInfinite == true }
      return row.parts.count > 1 && row[1].lowercased() == "true" && !isInfinite
    }
  }

  private enum CoordinateSystem { case lps, ras }

  /// What a `.fcsv` says of its coordinates: RAS where it says nothing, as Slicer did before it wrote LPS.
  private static func coordinateSystem(
    _ table: DelimitedText, rank: Int, path: String
  ) throws(FileError) -> CoordinateSystem {
    guard table.comments.contains(where: { $0.hasPrefix("Markups fiducial file") }) else { return .lps }
    guard rank == 3 else { throw FileError(path, .wrongRank(found: 3, needed: rank)) }
    for comment in table.comments where comment.hasPrefix("CoordinateSystem") {
      switch trimmed(comment.drop { $0 != "=" }.dropFirst()) {
      case "LPS", "1": return .lps
      case "RAS", "0": return .ras
      case let other:
        throw FileError(path, .unsupported("its coordinate system is \(other.prefix(20)); save it as LPS or RAS"))
      }
    }
    return .ras
  }
}
