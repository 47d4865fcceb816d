import VernierFiles
import VernierText

extension SafeTensors {
  /// Writes tensors as Float, in their order, aside and renamed: where that fails, an old file stays as it was.
  ///
  /// - Parameters:
  ///   - tensors: no two of one name, none called `__metadata__`.
  ///   - metadata: text by name.
  ///   - path: the file.
  /// - Throws: `FileError.unwritable`, such as on a full disk; ``TensorError``.
  public static func write(_ tensors: [NamedTensor], metadata: [String: String], to path: String) throws {
    let header = header(tensors.map { ($0.name, $0.tensor.shape) }, metadata: metadata)
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
  private static func header(_ tensors: [(name: String, shape: [Int])], metadata: [String: String]) -> [UInt8] {
    let texts = metadata.map { JSON.Member(key: $0, value: .string($1)) }
    var members = [JSON.Member(key: "__metadata__", value: .object(texts))]
    var names: Set<String> = []
    var end = 0
    for (name, shape) in tensors {
      let start = end
      end += 4 * shape.reduce(1, *)
      let isNew = names.insert(name).inserted
      precondition(isNew, "two tensors are called \(name)")
      let entry: JSON = [
        "data_offsets": [.integer(start), .integer(end)], "dtype": .string(ElementType.float32.rawValue),
        "shape": .array(shape.map(JSON.integer)),
      ]
      members.append(JSON.Member(key: name, value: entry))
    }
    var text = Array(JSON.object(members).sortedByKey.text(isDense: true).utf8)
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    let length = UInt64(text.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + text
  }
}
