/// A table as text that keeps its form: what stands between and around the fields stays as it is where some of them are
/// replaced.
///
/// Fields are separated by tabs, semicolons, commas or spaces, whichever of these comes first in this order in the first
/// row. They may be quoted as in CSV. Lines that begin with `#` and blank ones are no rows.
struct DelimitedText: Sendable {
  struct Row: Sendable {
    /// What stands before each field, and the field with its quotes.
    fileprivate(set) var parts: [(before: String, field: String)]
    fileprivate let end: String
    /// From 1.
    let line: Int
    /// Whether it is a comment or blank, in one part.
    let isApart: Bool

    /// A field without quotes and spaces around it.
    subscript(column: Int) -> String { DelimitedText.content(parts[column].field) }

    var fields: [String] { parts.map { DelimitedText.content($0.field) } }
  }

  private(set) var all: [Row] = []

  /// The rows that are neither comments nor blank, by their places in ``all``.
  var rows: [(place: Int, row: Row)] { all.enumerated().filter { !$0.element.isApart }.map { ($0.offset, $0.element) } }

  /// The comments before the first row, without `#`, taken apart as rows are.
  private(set) var heading: [[String]] = []
  /// The same as they stand.
  private(set) var comments: [String] = []

  init(_ text: String) {
    let lines = Self.lines(text)
    let first = lines.first { !Self.isApart($0.content) }
    let separator = first.map { Self.separator($0.content) } ?? ","
    for line in lines {
      let isApart = Self.isApart(line.content)
      let parts = isApart ? [("", line.content)] : Self.split(line.content, by: separator)
      all.append(Row(parts: parts, end: line.end, line: line.number, isApart: isApart))
    }
    for row in all.prefix(while: \.isApart) {
      let comment = Self.content(String(row.parts[0].field.drop { $0 == "\u{feff}" || $0 == "#" }))
      comments.append(comment)
      heading.append(Self.split(comment, by: separator).map { Self.content($0.field) })
    }
  }

  var text: String {
    all.map { row in row.parts.map { $0.before + $0.field }.joined() + row.end }.joined()
  }

  /// Replaces a field, within quotes where it had some.
  mutating func replace(row: Int, column: Int, by text: String) {
    let isQuoted = all[row].parts[column].field.contains("\"")
    all[row].parts[column].field = isQuoted ? "\"\(text)\"" : text
  }

  private static func isApart(_ line: String) -> Bool {
    let content = line.drop { $0.isWhitespace || $0 == "\u{feff}" }
    return content.isEmpty || content.first == "#"
  }

  /// Lines with what ends them; a line break within quotes ends none.
  private static func lines(_ text: String) -> [(content: String, end: String, number: Int)] {
    var lines: [(content: String, end: String, number: Int)] = []
    var (content, number, start) = ("", 1, 1)
    var isQuoted = false
    for character in text {
      if character == "\"" { isQuoted.toggle() }
      guard character.isNewline else {
        content.append(character)
        continue
      }
      number += 1
      if isQuoted {
        content.append(character)
      } else {
        lines.append((content, String(character), start))
        (content, start) = ("", number)
      }
    }
    if !content.isEmpty { lines.append((content, "", start)) }
    return lines
  }

  private static func separator(_ line: String) -> Character {
    var isQuoted = false
    let plain = line.filter { character in
      if character == "\"" { isQuoted.toggle() }
      return !isQuoted
    }
    return ["\t", ";", ","].first { plain.contains($0) } ?? " "
  }

  private static func split(_ line: String, by separator: Character) -> [(before: String, field: String)] {
    var parts: [(before: String, field: String)] = [("", "")]
    var isQuoted = false
    for character in line {
      if character == "\"" { isQuoted.toggle() }
      let part = parts.count - 1
      if isQuoted || character != separator {
        parts[part].field.append(character)
      } else if separator == " ", parts[part].field.isEmpty {
        parts[part].before.append(character)
      } else {
        parts.append((String(character), ""))
      }
    }
    // Spaces at the end are no field.
    if separator == " ", let last = parts.last, last.field.isEmpty, parts.count > 1 {
      parts.removeLast()
      parts[parts.count - 1].field += last.before
    }
    return parts
  }

  private static func content(_ field: String) -> String {
    func trimmed(_ text: Substring) -> Substring {
      var text = text.drop { $0.isWhitespace || $0 == "\u{feff}" }
      while text.last?.isWhitespace == true { text.removeLast() }
      return text
    }
    let plain = trimmed(field[...])
    guard plain.count >= 2, plain.first == "\"", plain.last == "\"" else { return String(plain) }
    return String(trimmed(plain.dropFirst().dropLast()))
  }
}
