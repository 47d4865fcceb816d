import CTransformsPlugin
import Vernier

/// ITK's transforms in HDF5, such as ANTs' composites: `TransformGroup/0`, `1`, … with a type and numbers each.
struct InsightHDF5: TransformFormat {
  var endings: [String] { [".h5", ".hdf5"] }

  static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]

  func holds(_ path: String, beginning: [UInt8]) -> Bool { beginning.starts(with: Self.signature) }

  func read(_ path: String) throws(FileError) -> TransformFile {
    let functions = try Self.functions(path)
    var list: OpaquePointer?
    var message = [CChar](repeating: 0, count: 2048)
    let status = functions.read(path, &list, &message, message.count)
    defer { functions.release(list) }
    switch Int(status) {
    case VERNIER_TRANSFORMS_OK: break
    case VERNIER_TRANSFORMS_NONE:
      let what = "it is HDF5 without a transform of ITK: it has no TransformGroup; write one with ITK or ANTs"
      throw FileError(path, .unsupported(what))
    case VERNIER_TRANSFORMS_WRONG_VERSION: throw FileError(path, .failed(Self.text(message)))
    default: throw FileError(path, .unsupported("its HDF5 cannot be read: \(Self.text(message)); write it again"))
    }
    var count: Int64 = 0
    let items = UnsafeBufferPointer(start: functions.items(list, &count), count: Int(count))
    var entries: [InsightEntry] = []
    for item in items {
      var entry = try InsightEntry(type: String(cString: item.type)[...], line: nil, path: path)
      entry.parameters = item.parameters.map { Array(UnsafeBufferPointer(start: $0, count: Int(item.parameter_count))) }
      entry.fixed = item.fixed.map { Array(UnsafeBufferPointer(start: $0, count: Int(item.fixed_count))) }
      entries.append(entry)
    }
    return try TransformFile(entries, path: path)
  }

  func write<let rank: Int>(_ transform: Transform<rank>, model: TransformModel?, to path: String) throws(FileError) {
    let functions = try Self.functions(path)
    let entries = try InsightEntry.file(of: transform, path: path)
    try PartialFiles.replace(path) { temporary throws(FileError) in
      var message = [CChar](repeating: 0, count: 2048)
      let status = Self.withItems(entries[...]) {
        functions.write(temporary, $0.baseAddress, Int64($0.count), &message, message.count)
      }
      guard status == VERNIER_TRANSFORMS_OK else { throw FileError(path, .unwritable(Self.text(message))) }
    }
  }

  private static func functions(_ path: String) throws(FileError) -> TransformsPlugin.Functions {
    do { return try TransformsPlugin.functions.get() } catch { throw FileError(path, .plugin(error)) }
  }

  private static func text(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Calls `body` with the entries as the plug-in takes them.
  private static func withItems<Result>(
    _ entries: ArraySlice<InsightEntry>, _ items: [vernier_transform] = [],
    _ body: (UnsafeBufferPointer<vernier_transform>) -> Result
  ) -> Result {
    guard let entry = entries.first else { return items.withUnsafeBufferPointer(body) }
    return entry.type.withCString { type in
      (entry.parameters ?? []).withUnsafeBufferPointer { parameters in
        (entry.fixed ?? []).withUnsafeBufferPointer { fixed in
          // A composite has no numbers of its own.
          let item = vernier_transform(
            type: type, parameters: parameters.baseAddress, parameter_count: Int64(parameters.count),
            fixed: fixed.baseAddress, fixed_count: Int64(fixed.count))
          return withItems(entries.dropFirst(), items + [item], body)
        }
      }
    }
  }
}
