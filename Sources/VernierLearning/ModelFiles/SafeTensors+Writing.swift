import FoundationEssentials
import VernierFiles

extension SafeTensors {
  /// Writes tensors as Float, in their order, aside and renamed: where that fails, an old file stays as it was.
  ///
  /// - Parameters:
  ///   - tensors: no two of one name, none called `__metadata__`.
  ///   - metadata: text by name.
  ///   - path: the file.
  /// - Throws: `FileError.unwritable`, such as on a full disk; ``TensorError``.
  public static func write(_ tensors: [NamedTensor], metadata: [String: String], to path: String) throws {
    let header = try header(tensors.map { ($0.name, $0.tensor.shape) }, metadata: metadata)
    // Errors of the tensors come before the file is touched, since its writer throws its own kind alone.
    let values = try tensors.map { try $0.tensor.values() }
    try PartialFiles.replace(
      path,
      parts: { write throws(FileError) in
        try write(header)
        for elements in values { try write(elements.withUnsafeBytes { Array($0) }) }
      })
  }

  /// The length and the header, filled up with spaces so that elements begin at a multiple of eight bytes.
  private static func header(_ tensors: [(name: String, shape: [Int])], metadata: [String: String]) throws -> [UInt8] {
    var members: [String: HeaderMember] = ["__metadata__": .metadata(metadata)]
    var end = 0
    for (name, shape) in tensors {
      let start = end
      end += 4 * shape.reduce(1, *)
      let clash = members.updateValue(.tensor(shape: shape, bytes: [start, end]), forKey: name)
      precondition(clash == nil, "two tensors are called \(name)")
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var text = Array(try encoder.encode(members))
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    let length = UInt64(text.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + text
  }

  private enum HeaderMember: Encodable {
    case metadata([String: String])
    case tensor(shape: [Int], bytes: [Int])

    private enum Key: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .metadata(let texts): try texts.encode(to: encoder)
      case .tensor(let shape, let bytes):
        var members = encoder.container(keyedBy: Key.self)
        try members.encode(ElementType.float32.rawValue, forKey: .dtype)
        try members.encode(shape, forKey: .shape)
        try members.encode(bytes, forKey: .offsets)
      }
    }
  }
}
