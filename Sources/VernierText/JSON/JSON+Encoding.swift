extension JSON {
  /// The value of what can be encoded; members come in the order in which they are encoded.
  ///
  /// Integers beyond `Int` are written as text, since few readers of JSON keep all their digits.
  ///
  /// - Throws: `EncodingError.invalidValue` for NaN and the infinities, which would not read back.
  package init(encoding value: some Encodable) throws {
    let node = EncodedNode()
    try node.fill(with: value, path: [])
    self = node.json
  }
}

/// A value that is being made: containers fill one of its parts.
private final class EncodedNode {
  var single: JSON?
  var elements: [EncodedNode]?
  var members: [(key: String, node: EncodedNode)] = []

  var json: JSON {
    if let single { return single }
    if let elements { return .array(elements.map(\.json)) }
    return .object(members.map { JSON.Member(key: $0.key, value: $0.node.json) })
  }

  func appendElement() -> EncodedNode {
    let node = EncodedNode()
    elements = (elements ?? []) + [node]
    return node
  }

  /// The member of a name, made where it is not there.
  func member(_ key: any CodingKey) -> EncodedNode {
    if let found = members.first(where: { $0.key == key.stringValue }) { return found.node }
    let node = EncodedNode()
    members.append((key.stringValue, node))
    return node
  }

  func fill(with value: some Encodable, path: [any CodingKey]) throws {
    switch value {
    case let value as Bool: single = .boolean(value)
    case let value as String: single = .string(value)
    case let value as any FixedWidthInteger: single = Int(exactly: value).map(JSON.integer) ?? .string("\(value)")
    case let value as any BinaryFloatingPoint:
      // By way of the text, so that a Float has its own digits.
      guard let number = Double("\(value)"), number.isFinite else {
        throw EncodingError.invalidValue(value, .init(codingPath: path, debugDescription: "JSON has no \(value)"))
      }
      single = .number(number)
    default: try value.encode(to: NodeEncoder(node: self, codingPath: path))
    }
  }
}

private struct NodeEncoder: Encoder, SingleValueEncodingContainer {
  let node: EncodedNode
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(NodeMembers(node: node, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer { NodeElements(node: node, codingPath: codingPath) }
  func singleValueContainer() -> any SingleValueEncodingContainer { self }
  func encodeNil() { node.single = .null }
  func encode(_ value: some Encodable) throws { try node.fill(with: value, path: codingPath) }
}

private struct NodeElements: UnkeyedEncodingContainer {
  let node: EncodedNode
  let codingPath: [any CodingKey]
  var count: Int { node.elements?.count ?? 0 }

  init(node: EncodedNode, codingPath: [any CodingKey]) {
    self.node = node
    self.codingPath = codingPath
    // Without elements, too, it is an array.
    if node.elements == nil { node.elements = [] }
  }

  private func next() -> NodeEncoder { NodeEncoder(node: node.appendElement(), codingPath: codingPath) }

  func encodeNil() { next().encodeNil() }
  func encode(_ value: some Encodable) throws { try next().encode(value) }
  func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    next().container(keyedBy: type)
  }
  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { next().unkeyedContainer() }
  func superEncoder() -> any Encoder { next() }
}

private struct NodeMembers<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let node: EncodedNode
  let codingPath: [any CodingKey]

  private func member(_ key: any CodingKey) -> NodeEncoder {
    NodeEncoder(node: node.member(key), codingPath: codingPath + [key])
  }

  func encodeNil(forKey key: Key) { member(key).encodeNil() }
  func encode(_ value: some Encodable, forKey key: Key) throws { try member(key).encode(value) }
  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    member(key).container(keyedBy: type)
  }
  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { member(key).unkeyedContainer() }
  func superEncoder() -> any Encoder { member(NamedKey("super")) }
  func superEncoder(forKey key: Key) -> any Encoder { member(key) }
}

/// A key by its name alone.
struct NamedKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ name: String) { stringValue = name }
  init(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { nil }
}
