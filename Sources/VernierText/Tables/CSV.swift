/// A table as text (CSV, RFC 4180): its rows, one after the other.
///
/// Fields may be quoted, with `""` for a quote and line breaks inside; lines may end in CRLF; a byte order mark and
/// blank lines are skipped.
package struct CSV: Sequence, IteratorProtocol {
  package struct Row: Sendable, Equatable {
    package fileprivate(set) var fields: [String]
    /// The line on which the row starts, from 1.
    package let line: Int
    /// What is wrong with the quotes of this row, or nil.
    package fileprivate(set) var fault: String?
  }

  private let bytes: [UInt8]
  private var position = 0
  private var line = 1

  package init(parsing text: String) {
    bytes = Array(text.utf8)
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
  }

  package mutating func next() -> Row? {
    while position < bytes.count, skipLineEnd() {}
    guard position < bytes.count else { return nil }
    var row = Row(fields: [], line: line, fault: nil)
    while true {
      row.fields.append(field(fault: &row.fault))
      guard position < bytes.count else { return row }
      if skipLineEnd() { return row }
      position += 1
    }
  }

  /// Passes over the next row; false where there is none.
  package mutating func skipRow() -> Bool {
    while position < bytes.count, skipLineEnd() {}
    guard position < bytes.count else { return false }
    while true {
      skipField()
      if position == bytes.count || skipLineEnd() { return true }
      position += 1
    }
  }

  /// Passes over what ``field(fault:)`` reads.
  private mutating func skipField() {
    if bytes[position...].first == UInt8(ascii: "\"") {
      var ignored: String?
      _ = field(fault: &ignored)
      return
    }
    while position < bytes.count, ![0x0a, 0x0d, UInt8(ascii: ",")].contains(bytes[position]) { position += 1 }
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

  /// The content of a quoted field up to its end; false where the text ends first, which then is read again as plain
  /// text.
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

extension CSV {
  /// Rows as text, a line each; fields with a comma, a quote or a line break are quoted.
  package static func text(_ rows: [[String]]) -> String {
    // A row of one empty field would be a blank line, which is no row.
    rows.map { ($0 == [""] ? "\"\"" : $0.map(field).joined(separator: ",")) + "\n" }.joined()
  }

  private static func field(_ text: String) -> String {
    guard text.utf8.contains(where: { [0x0a, 0x0d, UInt8(ascii: ","), UInt8(ascii: "\"")].contains($0) }) else {
      return text
    }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
