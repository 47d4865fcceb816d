extension JSON {
  /// What this value encodes.
  ///
  /// - Throws: `DecodingError` where it is of another kind, a member is missing or a number does not fit.
  package func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
    try ValueDecoder(json: self, codingPath: []).decode(type)
  }

  /// An integer without loss: of a number with a point only where a `Double` holds all its digits; beyond `Int` from
  /// text.
  fileprivate func whole<Value: FixedWidthInteger>(_ type: Value.Type) -> Value? {
    switch content {
    case .integer(let value): Value(exactly: value)
    case .number(let value): value.magnitude < 0x1p53 ? Value(exactly: value) : nil
    case .string(let text): Int(text) == nil ? Value(text) : nil
    default: nil
    }
  }
}

private struct ValueDecoder: Decoder, SingleValueDecodingContainer {
  let json: JSON
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard let members = json.members else { throw mismatch([String: JSON].self) }
    return KeyedDecodingContainer(MemberDecoder(members: members, codingPath: codingPath))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard let elements = json.array else { throw mismatch([JSON].self) }
    return ElementDecoder(elements: elements, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { self }
  func decodeNil() -> Bool { json.content == .null }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let found: Any? =
      switch type {
      case is Bool.Type: json.boolean
      case is String.Type: json.string
      case is Double.Type: json.number
      case is Float.Type: json.number.map { Float($0) }
      case let type as any FixedWidthInteger.Type: json.whole(type)
      default: try Value(from: self)
      }
    guard let value = found as? Value else { throw mismatch(type) }
    return value
  }

  private func mismatch(_ type: Any.Type) -> DecodingError {
    let place = json.line.map { "line \($0): " } ?? ""
    return .typeMismatch(type, .init(codingPath: codingPath, debugDescription: "\(place)\(json) is no \(type)"))
  }
}

private struct ElementDecoder: UnkeyedDecodingContainer {
  let elements: [JSON]
  let codingPath: [any CodingKey]
  private(set) var currentIndex = 0
  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex == elements.count }

  init(elements: [JSON], codingPath: [any CodingKey]) {
    self.elements = elements
    self.codingPath = codingPath
  }

  private mutating func next() throws -> ValueDecoder {
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(
        JSON.self, .init(codingPath: codingPath, debugDescription: "the array has \(elements.count) elements"))
    }
    defer { currentIndex += 1 }
    return ValueDecoder(json: elements[currentIndex], codingPath: codingPath)
  }

  mutating func decodeNil() -> Bool {
    guard !isAtEnd, elements[currentIndex].content == .null else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try next().decode(type) }
  mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    try next().container(keyedBy: type)
  }
  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }
  mutating func superDecoder() throws -> any Decoder { try next() }
}

private struct MemberDecoder<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let members: [JSON.Member]
  let codingPath: [any CodingKey]
  var allKeys: [Key] { members.compactMap { Key(stringValue: $0.key) } }

  func contains(_ key: Key) -> Bool { members.contains { $0.key == key.stringValue } }

  private func member(_ key: any CodingKey) throws -> ValueDecoder {
    guard let member = members.first(where: { $0.key == key.stringValue }) else {
      throw DecodingError.keyNotFound(
        key, .init(codingPath: codingPath, debugDescription: "\"\(key.stringValue)\" is missing"))
    }
    return ValueDecoder(json: member.value, codingPath: codingPath + [key])
  }

  func decodeNil(forKey key: Key) throws -> Bool { try member(key).decodeNil() }
  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value { try member(key).decode(type) }
  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try member(key).container(keyedBy: type)
  }
  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try member(key).unkeyedContainer()
  }
  func superDecoder() throws -> any Decoder { try member(NamedKey("super")) }
  func superDecoder(forKey key: Key) throws -> any Decoder { try member(key) }
}
