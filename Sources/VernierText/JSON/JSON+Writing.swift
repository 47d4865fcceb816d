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
    return String(decoding: writer.bytes, as: UTF8.self)
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
  /// What follows a comma and a colon.
  let space: String
  let marksDoubles: Bool
  /// UTF-8.
  var bytes: [UInt8] = []

  init(space: String, marksDoubles: Bool) {
    self.space = space
    self.marksDoubles = marksDoubles
  }

  private mutating func put(_ text: String) { bytes.append(contentsOf: text.utf8) }

  mutating func write(_ value: JSON) {
    switch value.content {
    case .null: put("null")
    case .boolean(let value): put(value ? "true" : "false")
    case .integer(let value): put("\(value)")
    case .number(let value): put(!value.isFinite ? "null" : marksDoubles ? "\(value)" : value.shortest)
    case .string(let value): quote(value)
    case .array(let values):
      put("[")
      for (index, value) in values.enumerated() {
        if index > 0 { put("," + space) }
        write(value)
      }
      put("]")
    case .object(let members):
      put("{")
      for (index, member) in members.enumerated() {
        if index > 0 { put("," + space) }
        quote(member.key)
        put(":" + space)
        write(member.value)
      }
      put("}")
    }
  }

  private mutating func quote(_ string: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""): put("\\\"")
      case UInt8(ascii: "\\"): put("\\\\")
      case UInt8(ascii: "\n"): put("\\n")
      case UInt8(ascii: "\r"): put("\\r")
      case UInt8(ascii: "\t"): put("\\t")
      case 0..<0x20:
        let digits = String(byte, radix: 16)
        put("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
