extension JSON {
  /// What is wrong with a text that is not JSON, and where.
  package struct Malformed: Error, Equatable {
    /// From 1.
    package let line: Int
    package let reason: String
  }

  /// The value that a text holds; a byte order mark before it is skipped.
  ///
  /// - Throws: ``Malformed`` where the text is not JSON, a name stands twice in an object, a number is too large for a
  ///   `Double`, or values are nested more than 64 deep.
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

  func failure(_ reason: String) -> JSON.Malformed { JSON.Malformed(line: line, reason: reason) }

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

  mutating func value(depth: Int) throws(JSON.Malformed) -> JSON {
    guard depth < Self.mostNesting else { throw failure("the JSON is nested too deeply") }
    skipSpace()
    guard position < bytes.count else { throw failure("the JSON ends too early") }
    let start = line
    let content: JSON.Content
    switch bytes[position] {
    case UInt8(ascii: "{"): content = .object(try members(depth: depth))
    case UInt8(ascii: "["): content = .array(try elements(depth: depth))
    case UInt8(ascii: "\""): content = .string(try string())
    default: content = try word()
    }
    return JSON(content, line: start)
  }

  private mutating func members(depth: Int) throws(JSON.Malformed) -> [JSON.Member] {
    position += 1
    var members: [JSON.Member] = []
    var names: Set<String> = []
    if skip("}") { return members }
    repeat {
      skipSpace()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw failure("a name is missing") }
      let name = try string()
      guard skip(":") else { throw failure("a colon is missing") }
      guard names.insert(name).inserted else { throw failure("the name \"\(name)\" stands twice") }
      members.append(JSON.Member(key: name, value: try value(depth: depth + 1)))
    } while skip(",")
    guard skip("}") else { throw failure("a comma or } is missing") }
    return members
  }

  private mutating func elements(depth: Int) throws(JSON.Malformed) -> [JSON] {
    position += 1
    var elements: [JSON] = []
    if skip("]") { return elements }
    repeat { elements.append(try value(depth: depth + 1)) } while skip(",")
    guard skip("]") else { throw failure("a comma or ] is missing") }
    return elements
  }

  private mutating func string() throws(JSON.Malformed) -> String {
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

  private mutating func escape() throws(JSON.Malformed) -> [UInt8] {
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

  private mutating func codeUnit() throws(JSON.Malformed) -> UInt16 {
    let digits = bytes[position...].prefix(4)
    let text = String(decoding: digits, as: UTF8.self)
    guard digits.count == 4, text.allSatisfy(\.isHexDigit), let unit = UInt16(text, radix: 16) else {
      throw failure("\\u needs four hexadecimal digits")
    }
    position += 4
    return unit
  }

  private mutating func word() throws(JSON.Malformed) -> JSON.Content {
    let isPart: (UInt8) -> Bool = { byte in
      byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
    let text = String(decoding: bytes[position...].prefix(while: isPart), as: UTF8.self)
    if let content = Self.constant(text) {
      position += text.utf8.count
      return content
    }
    let isNumber = text.utf8.allSatisfy { $0 <= UInt8(ascii: "9") || $0 | 0x20 == UInt8(ascii: "e") }
    guard isNumber, let number = Double(text), number.isFinite else {
      let seen = String(decoding: bytes[position...].prefix(20).prefix { $0 > 0x20 }, as: UTF8.self)
      throw failure("\"\(seen)\" is not a finite number, nor another JSON value")
    }
    position += text.utf8.count
    // A negative zero keeps its sign.
    if let integer = Int(text), integer != 0 || number.sign == .plus { return .integer(integer) }
    return .number(number)
  }

  private static func constant(_ text: String) -> JSON.Content? {
    switch text {
    case "null": .null
    case "true": .boolean(true)
    case "false": .boolean(false)
    default: nil
    }
  }
}
