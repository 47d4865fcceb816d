import VernierText

/// The image pairs of a CSV file (RFC 4180): a header row with the columns `fixed` and `moving`; others are carried
/// through.
///
/// Fields may be quoted, with `""` for a quote and line breaks inside; lines may end in CRLF; a byte order mark and
/// blank lines are skipped. Paths are kept as they stand: relative ones are relative to the working directory.
public struct PairList: Sendable, Equatable {
  public struct Pair: Sendable, Equatable {
    public var fixed: String
    public var moving: String
    /// The fields of the other columns, in the order of ``PairList/otherColumns``.
    public var others: [String]
    /// The line on which the row starts, from 1.
    public var line: Int

    public init(fixed: String, moving: String, others: [String] = [], line: Int) {
      self.fixed = fixed
      self.moving = moving
      self.others = others
      self.line = line
    }
  }

  public var otherColumns: [String]
  /// The rows in the order of the file. One that cannot be used is a failure with its line and does not end the list.
  public var rows: [Result<Pair, FileError>]

  /// Reads a list of pairs.
  ///
  /// - Throws: ``FileError`` when the file cannot be read, is not text, or its header lacks `fixed` or `moving`, names
  ///   a column twice or is not there.
  public static func read(_ path: String) throws(FileError) -> Self {
    try Self(parsing: readText(path), path: path)
  }

  /// The pairs of a text; `path` is what errors name.
  public init(parsing text: String, path: String) throws(FileError) {
    var table = CSV(parsing: text)
    guard let header = table.next() else {
      throw FileError(path, .malformed("it is empty; the first row must be fixed,moving"))
    }
    if let fault = header.fault { throw FileError(path, line: header.line, .malformed(fault)) }
    let names = header.fields.map { String(trimmed($0)) }
    guard Set(names).count == names.count else {
      throw FileError(path, line: header.line, .malformed("a column's name stands twice in the header"))
    }
    guard let fixed = names.firstIndex(of: "fixed"), let moving = names.firstIndex(of: "moving") else {
      throw FileError(
        path, line: header.line, .malformed("the header needs the columns fixed and moving, such as: fixed,moving"))
    }
    let others = names.indices.filter { $0 != fixed && $0 != moving }
    otherColumns = others.map { names[$0] }
    rows = []
    while let row = table.next() {
      rows.append(Self.pair(row, width: names.count, fixed: fixed, moving: moving, others: others, path: path))
    }
  }

  private static func pair(
    _ row: CSV.Row, width: Int, fixed: Int, moving: Int, others: [Int], path: String
  ) -> Result<Pair, FileError> {
    func failure(_ reason: String) -> Result<Pair, FileError> {
      .failure(FileError(path, line: row.line, .malformed(reason)))
    }
    if let fault = row.fault { return failure(fault) }
    guard row.fields.count == width else {
      return failure("the row has \(row.fields.count) fields, the header \(width); quote fields that hold commas")
    }
    guard !row.fields[fixed].isEmpty, !row.fields[moving].isEmpty else {
      return failure("the row names no \(row.fields[fixed].isEmpty ? "fixed" : "moving") image")
    }
    return .success(
      Pair(
        fixed: row.fields[fixed], moving: row.fields[moving], others: others.map { row.fields[$0] },
        line: row.line))
  }
}
