/// A JSON value (RFC 8259) whose objects keep the order of their members.
package struct JSON: Sendable {
  package enum Content: Sendable, Equatable {
    case null
    case boolean(Bool)
    case integer(Int)
    /// Of what was parsed, the numbers with a point or an exponent and those beyond `Int`.
    case number(Double)
    case string(String)
    case array([JSON])
    case object([Member])
  }

  package struct Member: Sendable, Equatable {
    package let key: String
    package let value: JSON

    package init(key: String, value: JSON) {
      self.key = key
      self.value = value
    }
  }

  package let content: Content
  /// The line of a parsed text on which the value starts, from 1; nil for a value that was made.
  package let line: Int?

  package init(_ content: Content, line: Int? = nil) {
    self.content = content
    self.line = line
  }
}

extension JSON: Equatable {
  /// Whether the contents are equal, wherever they stood.
  package static func == (a: JSON, b: JSON) -> Bool { a.content == b.content }
}

/// Making values.
extension JSON {
  package static let null = JSON(.null)
  package static func boolean(_ value: Bool) -> JSON { JSON(.boolean(value)) }
  package static func integer(_ value: Int) -> JSON { JSON(.integer(value)) }
  package static func number(_ value: Double) -> JSON { JSON(.number(value)) }
  package static func string(_ value: String) -> JSON { JSON(.string(value)) }
  package static func array(_ values: [JSON]) -> JSON { JSON(.array(values)) }
  package static func object(_ members: [Member]) -> JSON { JSON(.object(members)) }

  package static func numbers(_ values: [Double]) -> JSON { .array(values.map(JSON.number)) }
  /// Rows of numbers, an array each.
  package static func matrix(_ rows: [[Double]]) -> JSON { .array(rows.map(numbers)) }

  /// The value, or null.
  package static func optional<Value>(_ value: Value?, _ make: (Value) -> JSON) -> JSON { value.map(make) ?? .null }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int) { self = .integer(value) }
  package init(floatLiteral value: Double) { self = .number(value) }
  package init(booleanLiteral value: Bool) { self = .boolean(value) }
  package init(arrayLiteral elements: JSON...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(elements.map { Member(key: $0.0, value: $0.1) })
  }
}

/// What a value holds: each is nil where it holds something else.
extension JSON {
  package var boolean: Bool? { if case .boolean(let value) = content { value } else { nil } }
  package var integer: Int? { if case .integer(let value) = content { value } else { nil } }
  package var string: String? { if case .string(let value) = content { value } else { nil } }
  package var array: [JSON]? { if case .array(let values) = content { values } else { nil } }
  package var members: [Member]? { if case .object(let members) = content { members } else { nil } }

  /// A number of either kind.
  package var number: Double? {
    switch content {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The numbers of an array that holds nothing else.
  package var numbers: [Double]? {
    guard let array else { return nil }
    let numbers = array.compactMap(\.number)
    return numbers.count == array.count ? numbers : nil
  }

  /// The member of an object.
  ///
  /// - Complexity: O(members).
  package subscript(key: String) -> JSON? { members?.first { $0.key == key }?.value }
}
