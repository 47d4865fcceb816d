import Vernier

/// ITK's transforms in MATLAB's format of level 4, such as ANTs' `0GenericAffine.mat`: a matrix named after the type of the
/// transform holds its parameters, one named `fixed` the fixed ones.
///
/// A matrix is five whole numbers of 32 bits (type, rows, columns, whether it has an imaginary part, the length of its
/// name with the zero at its end), the name, and the elements. Of the type's decimals the thousands tell the order of
/// bytes and the tens the precision ("MAT-File Format", level 4).
struct InsightMatlab: TransformFormat {
  var endings: [String] { [".mat"] }

  func holds(_ path: String, beginning: [UInt8]) -> Bool {
    var bytes = MatlabReader(beginning)
    guard let header = bytes.header() else { return false }
    return header.name.contains("Transform_")
  }

  func read(_ path: String) throws(FileError) -> TransformFile {
    var bytes = MatlabReader(try readBytes(path))
    var entries: [InsightEntry] = []
    while !bytes.isAtEnd {
      guard let header = bytes.header(), let values = bytes.values(header) else {
        throw FileError(path, .malformed("it ends within a matrix; write it again"))
      }
      if header.name == "fixed", !entries.isEmpty {
        entries[entries.count - 1].fixed = values
      } else {
        guard header.name.contains("Transform") else {
          let what = "it holds a matrix \(header.name) of MATLAB and no transform of ITK; write one with ITK or ANTs"
          throw FileError(path, .unsupported(what))
        }
        entries.append(try InsightEntry(type: header.name[...], line: nil, path: path))
        entries[entries.count - 1].parameters = values
      }
    }
    return try TransformFile(entries, path: path)
  }

  func write<let rank: Int>(_ transform: Transform<rank>, model: TransformModel?, to path: String) throws(FileError) {
    let entries = try InsightEntry.file(of: transform, path: path)
    guard transform.affine != nil else {
      throw FileError(
        path, .unsupported("a .mat file holds one linear transform, and this one is not; write .h5 or .tfm"))
    }
    var bytes: [UInt8] = []
    func append(_ name: String, _ values: [Double]) {
      for number in [0, values.count, 1, 0, name.utf8.count + 1] {
        bytes += (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
      }
      bytes += Array(name.utf8) + [0]
      for value in values { bytes += (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt64($0))) } }
    }
    for entry in entries {
      append(entry.type, entry.parameters ?? [])
      append("fixed", entry.fixed ?? [])
    }
    try PartialFiles.replace(path, parts: { write throws(FileError) in try write(bytes) })
  }
}

/// Matrices of real numbers in the bytes of a file.
private struct MatlabReader {
  struct Header {
    var name: String
    var count: Int
    var isBigEndian: Bool
    var isSingle: Bool
  }

  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { place == bytes.count }

  /// The next matrix's header; nil where there is none of real numbers of 32 or 64 bits.
  mutating func header() -> Header? {
    guard place + 20 <= bytes.count else { return nil }
    let isBigEndian = number(0, 4, isBigEndian: false) > 9999
    let fields = (0..<5).map { Int(number(4 * $0, 4, isBigEndian: isBigEndian)) }
    // Thousands: 1 where the bytes' order is big-endian. Hundreds: ITK's mark for rows first, alike for a single column.
    guard [0, 1].contains(fields[0] / 1000), (fields[0] >= 1000) == isBigEndian, fields[0] / 100 % 10 < 2,
      [0, 10].contains(fields[0] % 100), fields[1] < 1 << 28, fields[2] < 1 << 28, fields[1] * fields[2] < 1 << 28,
      fields[3] == 0, (1...256).contains(fields[4]), place + 20 + fields[4] <= bytes.count
    else { return nil }
    let name = bytes[(place + 20)..<(place + 20 + fields[4])]
    guard name.last == 0, name.dropLast().allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
    place += 20 + fields[4]
    return Header(
      name: String(decoding: name.dropLast(), as: UTF8.self), count: fields[1] * fields[2], isBigEndian: isBigEndian,
      isSingle: fields[0] % 100 == 10)
  }

  /// The elements of the matrix whose header was read; nil where they end too early.
  mutating func values(_ header: Header) -> [Double]? {
    let size = header.isSingle ? 4 : 8
    guard (bytes.count - place) / size >= header.count else { return nil }
    defer { place += header.count * size }
    return (0..<header.count).map { index in
      let bits = number(index * size, size, isBigEndian: header.isBigEndian)
      return header.isSingle ? Double(Float(bitPattern: UInt32(bits))) : Double(bitPattern: bits)
    }
  }

  /// A whole number `offset` bytes ahead.
  private func number(_ offset: Int, _ size: Int, isBigEndian: Bool) -> UInt64 {
    let part = bytes[(place + offset)..<(place + offset + size)]
    return (isBigEndian ? Array(part) : part.reversed()).reduce(0) { $0 << 8 | UInt64($1) }
  }
}
