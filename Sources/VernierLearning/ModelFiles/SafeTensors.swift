import FoundationEssentials
import VernierFiles
import VernierText

/// The tensors of a safetensors file, by name, and its metadata.
///
/// The format (https://github.com/huggingface/safetensors): 8 bytes, little-endian, for the length of a header in JSON,
/// which gives each tensor's type, shape and place; then the elements, row-major and little-endian, one tensor after
/// another without gaps. Nothing in it is executed.
public struct SafeTensors: Sendable {
  /// How elements are kept.
  public enum ElementType: String, Sendable, CaseIterable {
    case float64 = "F64"
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case int64 = "I64"
    case int32 = "I32"
    case int16 = "I16"
    case int8 = "I8"
    case uint8 = "U8"
    case bool = "BOOL"

    /// Bytes of one element.
    var size: Int {
      switch self {
      case .float64, .int64: 8
      case .float32, .int32: 4
      case .float16, .bfloat16, .int16: 2
      case .int8, .uint8, .bool: 1
      }
    }
  }

  /// Where a tensor lies and what it is.
  public struct Entry: Sendable, Equatable {
    public var type: ElementType
    public var shape: [Int]
    /// Within the bytes after the header.
    var bytes: Range<Int>
  }

  /// Text by name.
  public let metadata: [String: String]
  public let entries: [String: Entry]
  let path: String
  private let data: Data

  /// Opens a file and checks all of its header against its length; elements are read when they are asked for.
  ///
  /// - Throws: ``ModelFileError``.
  public init(_ path: String) throws(ModelFileError) {
    let file: Data
    do {
      file = try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe)
    } catch {
      throw ModelFileError(path, .unreadable("no such file, or not a plain one"))
    }
    guard file.count >= 8 else { throw ModelFileError(path, .length("it has \(file.count) bytes")) }
    let length = file.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    // The reference implementation's limit, which keeps a damaged length from asking for all memory.
    guard length <= 100_000_000 else {
      throw ModelFileError(path, .malformed("its header would be \(length) bytes long"))
    }
    guard file.count - 8 >= Int(length) else {
      throw ModelFileError(path, .length("its header of \(length) bytes is cut off"))
    }
    data = file.dropFirst(8 + Int(length))
    self.path = path
    guard let text = String(validating: file.dropFirst(8).prefix(Int(length)), as: UTF8.self), text.hasPrefix("{")
    else {
      throw ModelFileError(path, .malformed("its header is not JSON"))
    }
    let header: JSON
    do throws(JSON.Malformed) { header = try JSON(parsing: text) } catch {
      throw ModelFileError(path, .malformed("its header: \(error.reason)"))
    }
    do throws(ModelFileError.Reason) {
      (metadata, entries) = try Self.interpreted(header)
      try Self.check(entries, length: data.count)
    } catch {
      throw ModelFileError(path, error)
    }
  }

  private static func interpreted(
    _ header: JSON
  ) throws(ModelFileError.Reason) -> (metadata: [String: String], entries: [String: Entry]) {
    guard let members = header.members else { throw .malformed("its header is not an object") }
    var metadata: [String: String] = [:]
    var entries: [String: Entry] = [:]
    for member in members {
      if member.key == "__metadata__" {
        guard let texts = member.value.members else { throw .malformed("its metadata are not an object") }
        for text in texts {
          guard let value = text.value.string else { throw .malformed("the metadata \(text.key) are not text") }
          metadata[text.key] = value
        }
      } else {
        entries[member.key] = try entry(member.key, member.value)
      }
    }
    return (metadata, entries)
  }

  private static func entry(_ name: String, _ value: JSON) throws(ModelFileError.Reason) -> Entry {
    guard let kind = value["dtype"]?.string else { throw .malformed("the tensor \(name) has no type") }
    guard let type = ElementType(rawValue: kind) else { throw .elementType(tensor: name, type: kind) }
    guard let shape = wholeNumbers(value["shape"]) else { throw .malformed("the tensor \(name) has no usable shape") }
    guard let bytes = wholeNumbers(value["data_offsets"]), bytes.count == 2, bytes[0] <= bytes[1] else {
      throw .malformed("the tensor \(name) has no usable place")
    }
    var size = type.size
    for length in shape {
      let product = size.multipliedReportingOverflow(by: length)
      guard !product.overflow else { throw .malformed("the tensor \(name) is too large") }
      size = product.partialValue
    }
    guard bytes[1] - bytes[0] == size else {
      throw .offsets("the tensor \(name) has \(bytes[1] - bytes[0]) bytes, its shape needs \(size)")
    }
    return Entry(type: type, shape: shape, bytes: bytes[0]..<bytes[1])
  }

  private static func wholeNumbers(_ value: JSON?) -> [Int]? {
    guard let numbers = value?.numbers else { return nil }
    let whole = numbers.compactMap { Int(exactly: $0) }.filter { $0 >= 0 }
    return whole.count == numbers.count ? whole : nil
  }

  /// The tensors fill the file: no byte belongs to two or to none.
  private static func check(_ entries: [String: Entry], length: Int) throws(ModelFileError.Reason) {
    var end = 0
    for (name, entry) in entries.sorted(by: {
      ($0.value.bytes.lowerBound, $0.value.bytes.upperBound, $0.key) < (
        $1.value.bytes.lowerBound, $1.value.bytes.upperBound, $1.key
      )
    }) {
      if entry.bytes.lowerBound < end { throw .offsets("the tensor \(name) overlaps another") }
      if entry.bytes.lowerBound > end {
        throw .offsets("\(entry.bytes.lowerBound - end) bytes before the tensor \(name) belong to none")
      }
      end = entry.bytes.upperBound
    }
    guard end <= length else { throw .length("\(end) bytes of elements are announced, \(length) are there") }
    guard end == length else { throw .length("\(length - end) bytes follow its end") }
  }

  /// A tensor's elements, row-major; nil where there is none of that name.
  public func values(of name: String) -> [Float]? {
    guard let entry = entries[name] else { return nil }
    let count = entry.shape.reduce(1, *)
    return data.withUnsafeBytes { bytes in
      let bytes = UnsafeRawBufferPointer(rebasing: bytes[entry.bytes])
      func each<Element>(_ type: Element.Type, _ number: (Element) -> Float) -> [Float] {
        (0..<count).map { number(bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Element>.size, as: type)) }
      }
      return switch entry.type {
      case .float64: each(Double.self) { Float($0) }
      case .float32:
        [Float](unsafeUninitializedCapacity: count) { buffer, filled in
          UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
          filled = count
        }
      case .float16: each(Float16.self) { Float($0) }
      case .bfloat16: each(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
      case .int64: each(Int64.self) { Float($0) }
      case .int32: each(Int32.self) { Float($0) }
      case .int16: each(Int16.self) { Float($0) }
      case .int8: each(Int8.self) { Float($0) }
      case .uint8, .bool: each(UInt8.self) { Float($0) }
      }
    }
  }
}
