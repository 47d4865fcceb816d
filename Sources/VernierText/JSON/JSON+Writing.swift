extension JSON: CustomStringConvertible {
  /// The value in one line, with a space after each comma and colon.
  package var description: String { text() }

  /// The value in one line.
  ///
  /// Numbers have the fewest digits that read back exactly; NaN and the infinities are written as null.
  ///
  /// - Parameters:
  ///   - isDense: leaves out the spaces after commas and colons.
  ///   - marksDoubles: writes 1 as 1.0 where it is a `Double`, and keeps the sign of a negative zero.
  package func text(isDense: Bool = false, marksDoubles: Bool = false) -> String {
    var writer = JSONWriter(space: isDense ? "" : " ", marksDoubles: marksDoubles)
    writer.write(self)
    return writer.text
  }

  /// The value with the members of every object in the order of their keys.
  package var sortedByKey: JSON {
    switch content {
    case .array(let values): .array(values.map(\.sortedByKey))
    case .object(let members):
      .object(members.sorted { $0.key < $1.key }.map { Member(key: $0.key, value: $0.value.sortedByKey) })
    default: self
    }
  }
}

private struct JSONWriter {
  let space: String
  let marksDoubles: Bool
  var text = ""

  init(space: String, marksDoubles: Bool) {
    self.space = space
    self.marksDoubles = marksDoubles
  }

  mutating func write(_ value: JSON) {
    switch value.content {
    case .null: text += "null"
    case .boolean(let value): text += value ? "true" : "false"
    case .integer(let value): text += "\(value)"
    case .number(let value): text += !value.isFinite ? "null" : marksDoubles ? "\(value)" : value.shortest
    case .string(let value): quote(value)
    case .array(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," + space }
        write(value)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { text += "," + space }
        quote(member.key)
        text += ":" + space
        write(member.value)
      }
      text += "}"
    }
  }

  private mutating func quote(_ string: String) {
    text += "\""
    guard string.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) else {
      text += string
      text += "\""
      return
    }
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{0}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
