import CFilesPlugin

/// The type of a sample in a file. In memory all samples are `Float`.
///
/// A `Float` holds integers exactly up to 2²⁴: larger ones, as label numbers of 32 or 64 bits may be, are rounded to the nearest.
public enum SampleType: String, Sendable, CaseIterable {
  case uint8, int8, uint16, int16, uint32, int32, float32, float64, int64, uint64

  /// Whether a sample of this type can have a value as it is: integers hold no fractions and no NaN.
  public func holds(_ value: Double) -> Bool {
    func isWhole<Number: FixedWidthInteger>(_ type: Number.Type) -> Bool { Number(exactly: value) != nil }
    return switch self {
    case .uint8: isWhole(UInt8.self)
    case .int8: isWhole(Int8.self)
    case .uint16: isWhole(UInt16.self)
    case .int16: isWhole(Int16.self)
    case .uint32: isWhole(UInt32.self)
    case .int32: isWhole(Int32.self)
    case .uint64: isWhole(UInt64.self)
    case .int64: isWhole(Int64.self)
    case .float32, .float64: true
    }
  }

  init?(code: Int32) {
    guard let type = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = type
  }

  var code: Int32 {
    let code =
      switch self {
      case .uint8: VERNIER_SAMPLE_UINT8
      case .int8: VERNIER_SAMPLE_INT8
      case .uint16: VERNIER_SAMPLE_UINT16
      case .int16: VERNIER_SAMPLE_INT16
      case .uint32: VERNIER_SAMPLE_UINT32
      case .int32: VERNIER_SAMPLE_INT32
      case .float32: VERNIER_SAMPLE_FLOAT32
      case .float64: VERNIER_SAMPLE_FLOAT64
      case .int64: VERNIER_SAMPLE_INT64
      case .uint64: VERNIER_SAMPLE_UINT64
      }
    return Int32(code)
  }
}
