/// The bytes of multi-frame DICOM files in explicit little-endian syntax (PS3.5), frames of 3 × 2 samples.
struct DICOMBuilder {
  struct Frame {
    var samples: [UInt16] = [0, 1, 2, 3, 4, 5]
    var z: Double?
    var time: Int?
    var scaling: (slope: Double, intercept: Double)?
  }

  var frames: [Frame] = []
  var bits = (allocated: 16, stored: 16, high: 15)
  var isSigned = false
  var photometry = "MONOCHROME2"
  var orientation = "1\\0\\0\\0\\1\\0"
  /// Elements besides, in their encoded form; those of one group with a lower number than the image's come first.
  var others: [UInt8] = []
  /// A transfer syntax with the frames as its codec wrote them.
  var compressed: (syntax: String, frames: [[UInt8]])?

  static func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  static func element(_ group: UInt16, _ number: UInt16, _ type: String, _ value: [UInt8]) -> [UInt8] {
    let padded = value + (value.count % 2 == 0 ? [] : [type == "UI" || type == "OB" ? 0 : 0x20])
    let isLong = type == "OB" || type == "OW" || type == "SQ"
    let length = isLong ? [0, 0] + little(UInt32(padded.count)) : little(UInt16(padded.count))
    return little(group) + little(number) + Array(type.utf8) + length + padded
  }

  static func text(_ group: UInt16, _ number: UInt16, _ type: String, _ value: String) -> [UInt8] {
    element(group, number, type, Array(value.utf8))
  }

  static func sequence(_ group: UInt16, _ number: UInt16, _ items: [[UInt8]]) -> [UInt8] {
    element(group, number, "SQ", items.flatMap { [0xfe, 0xff, 0x00, 0xe0] + little(UInt32($0.count)) + $0 })
  }

  private func functionalGroups(_ frame: Frame) -> [UInt8] {
    typealias B = DICOMBuilder
    var groups: [UInt8] = []
    if let time = frame.time {
      groups += B.sequence(0x20, 0x9111, [B.element(0x20, 0x9128, "UL", B.little(UInt32(time)))])
    }
    if let z = frame.z { groups += B.sequence(0x20, 0x9113, [B.text(0x20, 0x32, "DS", "1\\2\\\(z)")]) }
    if let scaling = frame.scaling {
      let values = B.text(0x28, 0x1052, "DS", "\(scaling.intercept)") + B.text(0x28, 0x1053, "DS", "\(scaling.slope)")
      groups += B.sequence(0x28, 0x9145, [values])
    }
    return groups
  }

  private var pixels: [UInt8] {
    typealias B = DICOMBuilder
    guard let compressed else {
      let samples = frames.flatMap(\.samples)
      let bytes = bits.allocated == 8 ? samples.map { UInt8($0) } : samples.flatMap { B.little($0) }
      return B.element(0x7fe0, 0x10, "OW", bytes)
    }
    let items = ([[]] + compressed.frames).flatMap { frame -> [UInt8] in
      let padded = frame + (frame.count % 2 == 0 ? [] : [0])
      return [0xfe, 0xff, 0x00, 0xe0] + B.little(UInt32(padded.count)) + padded
    }
    return [0xe0, 0x7f, 0x10, 0x00] + Array("OB".utf8) + [0, 0, 0xff, 0xff, 0xff, 0xff] + items
      + [0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]
  }

  var file: [UInt8] {
    typealias B = DICOMBuilder
    let storage = "1.2.840.10008.5.1.4.1.1.4.1"
    let meta =
      B.text(2, 2, "UI", storage) + B.text(2, 0x10, "UI", compressed?.syntax ?? "1.2.840.10008.1.2.1")
    let measures = B.sequence(0x28, 0x9110, [B.text(0x18, 0x50, "DS", "4") + B.text(0x28, 0x30, "DS", "3\\2")])
    let shared = B.sequence(0x20, 0x9116, [B.text(0x20, 0x37, "DS", orientation)]) + measures
    let isEnhanced = frames.contains { $0.z != nil }
    let parts: [[UInt8]] = [
      B.text(8, 0x16, "UI", storage), B.text(8, 0x18, "UI", "1.2.3.1"), B.text(0x20, 0xe, "UI", "1.2.3"), others,
      B.element(0x28, 2, "US", B.little(UInt16(1))), B.text(0x28, 4, "CS", photometry),
      B.text(0x28, 8, "IS", "\(frames.count)"), B.element(0x28, 0x10, "US", B.little(UInt16(2))),
      B.element(0x28, 0x11, "US", B.little(UInt16(3))),
      B.element(0x28, 0x100, "US", B.little(UInt16(bits.allocated))),
      B.element(0x28, 0x101, "US", B.little(UInt16(bits.stored))),
      B.element(0x28, 0x102, "US", B.little(UInt16(bits.high))),
      B.element(0x28, 0x103, "US", B.little(UInt16(isSigned ? 1 : 0))),
      isEnhanced ? B.sequence(0x5200, 0x9229, [shared]) : [],
      isEnhanced ? B.sequence(0x5200, 0x9230, frames.map(functionalGroups)) : [], pixels,
    ]
    return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
      + B.element(2, 0, "UL", B.little(UInt32(meta.count))) + meta + parts.flatMap { $0 }
  }
}
