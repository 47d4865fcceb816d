/// The image pairs of a CSV file (RFC 4180): a header row with the columns `fixed` and `moving`; others are carried through.
///
/// Fields may be quoted, with `""` for a quote and line breaks inside; lines may end in CRLF; a byte order mark and blank
/// lines are skipped. Paths are kept as they stand: relative ones are relative to the working directory.
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
  /// - Throws: ``FileError`` when the file cannot be read, is not text, or its header lacks `fixed` or `moving`, names a
  ///   column twice or is not there.
  public static func read(_ path: String) throws(FileError) -> Self {
    try Self(parsing: readText(path), path: path)
  }

  /// The pairs of a text; `path` is what errors name.
  public init(parsing text: String, path: String) throws(FileError) {
    var records = CSVRecords(text)
    guard let header = records.next() else {
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
    while let record = records.next() {
      rows.append(Self.pair(record, width: names.count, fixed: fixed, moving: moving, others: others, path: path))
    }
  }

  private static func pair(
    _ record: CSVRecords.Record, width: Int, fixed: Int, moving: Int, others: [Int], path: String
  ) -> Result<Pair, FileError> {
    func failure(_ reason: String) -> Result<Pair, FileError> {
      .failure(FileError(path, line: record.line, .malformed(reason)))
    }
    if let fault = record.fault { return failure(fault) }
    guard record.fields.count == width else {
      return failure("the row has \(record.fields.count) fields, the header \(width); quote fields that hold commas")
    }
    guard !record.fields[fixed].isEmpty, !record.fields[moving].isEmpty else {
      return failure("the row names no \(record.fields[fixed].isEmpty ? "fixed" : "moving") image")
    }
    return .success(
      Pair(
        fixed: record.fields[fixed], moving: record.fields[moving], others: others.map { record.fields[$0] },
        line: record.line))
  }
}

/// The records of a CSV text, one after the other; lines without any character are skipped.
struct CSVRecords {
  struct Record {
    var fields: [String]
    var line: Int
    /// What is wrong with the quotes of this record.
    var fault: String?
  }

  private let bytes: [UInt8]
  private var position = 0
  private var line = 1

  init(_ text: String) {
    bytes = Array(text.utf8)
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
  }

  mutating func next() -> Record? {
    while position < bytes.count, skipLineEnd() {}
    guard position < bytes.count else { return nil }
    var record = Record(fields: [], line: line, fault: nil)
    while true {
      record.fields.append(field(fault: &record.fault))
      guard position < bytes.count else { return record }
      if skipLineEnd() { return record }
      position += 1
    }
  }

  private mutating func skipLineEnd() -> Bool {
    switch bytes[position] {
    case 0x0a: position += 1
    case 0x0d: position += position + 1 < bytes.count && bytes[position + 1] == 0x0a ? 2 : 1
    default: return false
    }
    line += 1
    return true
  }

  /// A field up to the comma or line end, which stays.
  private mutating func field(fault: inout String?) -> String {
    var text: [UInt8] = []
    if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
      position += 1
      if !quoted(into: &text) { fault = "a quoted field has no end" }
    }
    while position < bytes.count, ![0x0a, 0x0d, UInt8(ascii: ",")].contains(bytes[position]) {
      if bytes[position] == UInt8(ascii: "\"") { fault = fault ?? "a quote stands inside a field; write it twice" }
      text.append(bytes[position])
      position += 1
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The content of a quoted field up to its end; false where the text ends first, which then is read again as plain text.
  private mutating func quoted(into text: inout [UInt8]) -> Bool {
    let (start, startLine) = (position, line)
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        guard position + 1 < bytes.count, bytes[position + 1] == byte else {
          position += 1
          return true
        }
        position += 1
      } else if byte == 0x0a {
        line += 1
      }
      text.append(byte)
      position += 1
    }
    // Only this row is lost, not the rest of the file.
    text = []
    (position, line) = (start, startLine)
    return false
  }
}
