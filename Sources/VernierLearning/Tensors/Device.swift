import CTensorsPlugin

/// Where a tensor's elements lie and where its operations run.
public enum Device: String, Sendable, CaseIterable {
  case cpu
  /// The first CUDA device.
  case cuda

  var code: Int32 { self == .cpu ? Int32(VERNIER_TENSORS_CPU) : Int32(VERNIER_TENSORS_CUDA) }
}

/// The type of a tensor's elements.
public enum ElementType: Sendable, Equatable {
  case float32, float64, int64

  var code: Int32 {
    switch self {
    case .float32: Int32(VERNIER_TENSORS_FLOAT32)
    case .float64: Int32(VERNIER_TENSORS_FLOAT64)
    case .int64: Int32(VERNIER_TENSORS_INT64)
    }
  }
}
