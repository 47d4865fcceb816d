/// A JSON value (RFC 8259) with the line on which it starts.
package struct JSONValue: Sendable {
  package indirect enum Content: Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])
  }

  package var content: Content
  package var line: Int

  package subscript(key: String) -> JSONValue? {
    if case .object(let members) = content { members[key] } else { nil }
  }

  package var number: Double? { if case .number(let value) = content { value } else { nil } }
  package var string: String? { if case .string(let value) = content { value } else { nil } }
  package var array: [JSONValue]? { if case .array(let values) = content { values } else { nil } }

  /// The numbers of an array that holds nothing else.
  package var numbers: [Double]? {
    guard let array else { return nil }
    let numbers = array.compactMap(\.number)
    return numbers.count == array.count ? numbers : nil
  }

  /// What is wrong with a text that is not JSON, and where.
  package struct Malformed: Error, Equatable {
    package var line: Int
    package var reason: String
  }

  init(content: Content, line: Int) {
    self.content = content
    self.line = line
  }

  /// The value that a text holds.
  package init(parsing text: String) throws(Malformed) {
    var parser = JSONParser(bytes: Array(text.utf8))
    self = try parser.value(depth: 0)
    parser.skipSpace()
    if !parser.isAtEnd { throw parser.failure("something follows the end of the JSON value") }
  }
}

private struct JSONParser {
  let bytes: [UInt8]
  var position = 0
  var line = 1

  /// Deeper nesting is refused, so that no text can exhaust the stack.
  static let mostNesting = 64

  init(bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
  }

  var isAtEnd: Bool { position == bytes.count }

  func failure(_ reason: String) -> JSONValue.Malformed { JSONValue.Malformed(line: line, reason: reason) }

  mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) {
      if bytes[position] == 0x0a { line += 1 }
      position += 1
    }
  }

  mutating func skip(_ character: Character) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == character.asciiValue else { return false }
    position += 1
    return true
  }

  mutating func value(depth: Int) throws(JSONValue.Malformed) -> JSONValue {
    guard depth < Self.mostNesting else { throw failure("the JSON is nested too deeply") }
    skipSpace()
    guard position < bytes.count else { throw failure("the JSON ends too early") }
    let start = line
    let content: JSONValue.Content
    switch bytes[position] {
    case UInt8(ascii: "{"): content = .object(try members(depth: depth))
    case UInt8(ascii: "["): content = .array(try elements(depth: depth))
    case UInt8(ascii: "\""): content = .string(try string())
    default: content = try word()
    }
    return JSONValue(content: content, line: start)
  }

  private mutating func members(depth: Int) throws(JSONValue.Malformed) -> [String: JSONValue] {
    position += 1
    var members: [String: JSONValue] = [:]
    if skip("}") { return members }
    repeat {
      skipSpace()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw failure("a name is missing") }
      let name = try string()
      guard skip(":") else { throw failure("a colon is missing") }
      guard members[name] == nil else { throw failure("the name \"\(name)\" stands twice") }
      members[name] = try value(depth: depth + 1)
    } while skip(",")
    guard skip("}") else { throw failure("a comma or } is missing") }
    return members
  }

  private mutating func elements(depth: Int) throws(JSONValue.Malformed) -> [JSONValue] {
    position += 1
    var elements: [JSONValue] = []
    if skip("]") { return elements }
    repeat { elements.append(try value(depth: depth + 1)) } while skip(",")
    guard skip("]") else { throw failure("a comma or ] is missing") }
    return elements
  }

  private mutating func string() throws(JSONValue.Malformed) -> String {
    position += 1
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else { throw failure("a string is not UTF-8") }
        return string
      case UInt8(ascii: "\\"): text += try escape()
      case 0..<0x20: throw failure("a control character stands in a string")
      default: text.append(byte)
      }
    }
    throw failure("a string has no end")
  }

  private mutating func escape() throws(JSONValue.Malformed) -> [UInt8] {
    guard position < bytes.count else { throw failure("a string has no end") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0c]
    case UInt8(ascii: "n"): return [0x0a]
    case UInt8(ascii: "r"): return [0x0d]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"):
      var units = [try codeUnit()]
      if units[0] & 0xfc00 == 0xd800, bytes[position...].starts(with: Array("\\u".utf8)) {
        position += 2
        units.append(try codeUnit())
      }
      return Array(String(decoding: units, as: UTF16.self).utf8)
    default: throw failure("an escape in a string is not known")
    }
  }

  private mutating func codeUnit() throws(JSONValue.Malformed) -> UInt16 {
    let digits = bytes[position...].prefix(4)
    guard digits.count == 4, let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16) else {
      throw failure("\\u needs four hexadecimal digits")
    }
    position += 4
    return unit
  }

  private mutating func word() throws(JSONValue.Malformed) -> JSONValue.Content {
    let isPart: (UInt8) -> Bool = { byte in
      byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
    let text = String(decoding: bytes[position...].prefix(while: isPart), as: UTF8.self)
    let words: [String: JSONValue.Content] = ["null": .null, "true": .bool(true), "false": .bool(false)]
    if let content = words[text] {
      position += text.utf8.count
      return content
    }
    let isNumber = text.utf8.allSatisfy { $0 <= UInt8(ascii: "9") || $0 | 0x20 == UInt8(ascii: "e") }
    guard isNumber, let number = Double(text), number.isFinite else {
      let seen = String(decoding: bytes[position...].prefix(20).prefix { $0 > 0x20 }, as: UTF8.self)
      throw failure("\"\(seen)\" is not a finite number, nor another JSON value")
    }
    position += text.utf8.count
    return .number(number)
  }
}
