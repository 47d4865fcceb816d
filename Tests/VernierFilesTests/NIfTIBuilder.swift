import VernierFiles

/// The bytes of NIfTI and Analyze files (nifti1.h, nifti2.h) with one number a sample.
struct NIfTIBuilder {
  var size = [3, 2, 2]
  var spacing: [Double] = [2, 3, 4]
  /// Three rows of four.
  var sform: [Double] = []
  var sformCode = 1
  /// b, c, d and the offset.
  var qform: [Double] = []
  var qformCode = 1
  var units = 2
  var datatype = 2
  var slope = 1.0
  var intercept = 0.0
  var isBigEndian = false
  var isNew = false
  /// Bytes between the header and the samples.
  var extensions = 0
  /// The samples' bytes, in the file's order.
  var samples: [UInt8] = Array(0..<12)

  private func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: isBigEndian ? number.bigEndian : number.littleEndian) { Array($0) }
  }

  private func real(_ number: Double) -> [UInt8] {
    isNew ? bytes(number.bitPattern) : bytes(Float(number).bitPattern)
  }

  private var dimensions: [Int] { [size.count] + size + [Int](repeating: 1, count: 7 - size.count) }
  private var steps: [Double] {
    let turned = qform.isEmpty ? 1 : qform.count > 6 ? qform[6] : 1
    return [turned] + spacing + [Double](repeating: 1, count: 7 - spacing.count)
  }
  private var quaternion: [Double] { qform.isEmpty ? [Double](repeating: 0, count: 6) : Array(qform.prefix(6)) }
  private var rows: [Double] { sform.isEmpty ? [Double](repeating: 0, count: 12) : sform }
  private var codes: [Int] { [qform.isEmpty ? 0 : qformCode, sform.isEmpty ? 0 : sformCode] }

  private func padded(_ header: [UInt8], to count: Int) -> [UInt8] {
    header + [UInt8](repeating: 0, count: count - header.count)
  }

  /// A single file.
  var file: [UInt8] {
    let offset = (isNew ? 544 : 352) + extensions
    var header: [UInt8]
    if isNew {
      header = bytes(Int32(540)) + Array("n+2\0\r\n\u{1a}\n".utf8) + bytes(Int16(datatype)) + bytes(Int16(0))
      header += dimensions.flatMap { bytes(Int64($0)) } + [UInt8](repeating: 0, count: 24) + steps.flatMap(real)
      header += bytes(Int64(offset)) + real(slope) + real(intercept)
      header = padded(header, to: 344) + codes.flatMap { bytes(Int32($0)) } + (quaternion + rows).flatMap(real)
      header = padded(header, to: 500) + bytes(Int32(units))
      header = padded(header, to: 540)
    } else {
      header = old(offset: offset) + codes.flatMap { bytes(Int16($0)) } + (quaternion + rows).flatMap(real)
      header = padded(header, to: 344) + Array("n+1\0".utf8)
    }
    return header + [UInt8](repeating: 0, count: 4 + extensions) + samples
  }

  /// The fields that NIfTI-1 and Analyze share.
  private func old(offset: Int) -> [UInt8] {
    var header = padded(bytes(Int32(348)), to: 40) + dimensions.flatMap { bytes(Int16($0)) }
    header = padded(header, to: 70) + bytes(Int16(datatype)) + [UInt8](repeating: 0, count: 4) + steps.flatMap(real)
    header += real(Double(offset)) + real(slope) + real(intercept)
    return padded(padded(header, to: 123) + [UInt8(units)], to: 252)
  }

  /// An Analyze header; `origin` is SPM's, counted from 1.
  func analyze(origin: [Int] = [0, 0, 0]) -> [UInt8] {
    var analyze = self
    analyze.units = 0
    let header = analyze.old(offset: 0) + [0] + origin.flatMap { bytes(Int16($0)) }
    return padded(header, to: 348)
  }
}

/// A matrix in a file of MATLAB's level 4.
func matlab(_ name: String, _ rows: [[Double]]) -> [UInt8] {
  func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
  let head = [0, rows.count, rows[0].count, 0, name.utf8.count + 1].flatMap { little(Int32($0)) }
  let elements = rows[0].indices.flatMap { column in rows.flatMap { little($0[column].bitPattern) } }
  return head + Array(name.utf8) + [0] + elements
}
