import Glibc
import VernierText

/// The image pairs of a CSV file (RFC 4180): a header row with the columns `fixed` and `moving`; others are carried
/// through.
///
/// Fields may be quoted, with `""` for a quote and line breaks inside; lines may end in CRLF; a byte order mark and
/// blank lines are skipped. Names are kept as they stand; ``located(_:)`` says which file one means.
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
  /// Of a shard its own rows alone.
  public var rows: [Result<Pair, FileError>]
  /// How many rows of the file come before the first of ``rows``.
  public private(set) var firstRow = 0
  /// The folder of the file, with a slash at its end; empty for the working directory.
  private let folder: String

  /// The most bytes of a list.
  private static let mostBytes = 1 << 33

  /// Reads a list of pairs.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - shard: the part of the list that is wanted; nil for the whole of it.
  /// - Throws: ``FileError`` when the file cannot be read, is not text, or its header lacks `fixed` or `moving`, names
  ///   a column twice or is not there.
  public static func read(_ path: String, shard: Shard? = nil) throws(FileError) -> Self {
    try Self(parsing: readText(path, most: mostBytes), path: path, shard: shard)
  }

  /// The pairs of a text; `path` is what errors name, and where names are looked for.
  public init(parsing text: String, path: String, shard: Shard? = nil) throws(FileError) {
    folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
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
    var wanted = 0..<Int.max
    if let shard {
      var counted = table
      var total = 0
      while counted.skipRow() { total += 1 }
      wanted = shard.rows(of: total)
      firstRow = wanted.lowerBound
      for _ in 0..<firstRow { _ = table.skipRow() }
    }
    while rows.count < wanted.count, let row = table.next() {
      rows.append(Self.pair(row, width: names.count, fixed: fixed, moving: moving, others: others, path: path))
    }
  }

  /// The file that a name in this list means: one that is there as seen from the working directory, else one beside the
  /// list. A name of neither stays as it is.
  public func located(_ name: String) -> String {
    guard !folder.isEmpty, !name.hasPrefix("/"), !Self.isThere(name), Self.isThere(folder + name) else { return name }
    return folder + name
  }

  private static func isThere(_ name: String) -> Bool { access(ImageName(name).file, F_OK) == 0 }

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
