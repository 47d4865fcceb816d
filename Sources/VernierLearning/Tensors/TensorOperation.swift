import CTensorsPlugin

/// What the plug-in computes; its header says what each takes.
enum TensorOperation: String {
  case add, subtract, multiply, divide, minimum, maximum, arctangent, addNumber, scale, power, remainder, clamp
  case absolute, exponential, logarithm, squareRoot, sine, cosine
  case sigmoid, tanh, relu, leakyRelu, gelu, silu, softplus
  case reshape, permute, narrow, expand, concatenate, stack
  case sum, mean, variance, largest, softmax, logSoftmax
  case matmul, solve, logDeterminant, linear, convolution, batchNorm, standardize, maxPool, averagePool, adaptivePool,
    lstm
  case affineGrid, gridSample, interpolate, correlate, correlateLocally
  case clone, detach, convert, pack

  fileprivate var code: Int32 {
    let code =
      switch self {
      case .add: VERNIER_TENSORS_ADD
      case .subtract: VERNIER_TENSORS_SUBTRACT
      case .multiply: VERNIER_TENSORS_MULTIPLY
      case .divide: VERNIER_TENSORS_DIVIDE
      case .minimum: VERNIER_TENSORS_MINIMUM
      case .maximum: VERNIER_TENSORS_MAXIMUM
      case .arctangent: VERNIER_TENSORS_ARCTANGENT
      case .addNumber: VERNIER_TENSORS_ADD_NUMBER
      case .scale: VERNIER_TENSORS_SCALE
      case .power: VERNIER_TENSORS_POWER
      case .remainder: VERNIER_TENSORS_REMAINDER
      case .clamp: VERNIER_TENSORS_CLAMP
      case .absolute: VERNIER_TENSORS_ABSOLUTE
      case .exponential: VERNIER_TENSORS_EXPONENTIAL
      case .logarithm: VERNIER_TENSORS_LOGARITHM
      case .squareRoot: VERNIER_TENSORS_SQUARE_ROOT
      case .sine: VERNIER_TENSORS_SINE
      case .cosine: VERNIER_TENSORS_COSINE
      case .sigmoid: VERNIER_TENSORS_SIGMOID
      case .tanh: VERNIER_TENSORS_TANH
      case .relu: VERNIER_TENSORS_RELU
      case .leakyRelu: VERNIER_TENSORS_LEAKY_RELU
      case .gelu: VERNIER_TENSORS_GELU
      case .silu: VERNIER_TENSORS_SILU
      case .softplus: VERNIER_TENSORS_SOFTPLUS
      case .reshape: VERNIER_TENSORS_RESHAPE
      case .permute: VERNIER_TENSORS_PERMUTE
      case .narrow: VERNIER_TENSORS_NARROW
      case .expand: VERNIER_TENSORS_EXPAND
      case .concatenate: VERNIER_TENSORS_CONCATENATE
      case .stack: VERNIER_TENSORS_STACK
      case .sum: VERNIER_TENSORS_SUM
      case .mean: VERNIER_TENSORS_MEAN
      case .variance: VERNIER_TENSORS_VARIANCE
      case .largest: VERNIER_TENSORS_LARGEST
      case .softmax: VERNIER_TENSORS_SOFTMAX
      case .logSoftmax: VERNIER_TENSORS_LOG_SOFTMAX
      case .matmul: VERNIER_TENSORS_MATMUL
      case .solve: VERNIER_TENSORS_SOLVE
      case .logDeterminant: VERNIER_TENSORS_LOG_DETERMINANT
      case .linear: VERNIER_TENSORS_LINEAR
      case .convolution: VERNIER_TENSORS_CONVOLUTION
      case .batchNorm: VERNIER_TENSORS_BATCH_NORM
      case .standardize: VERNIER_TENSORS_STANDARDIZE
      case .maxPool: VERNIER_TENSORS_MAX_POOL
      case .averagePool: VERNIER_TENSORS_AVERAGE_POOL
      case .adaptivePool: VERNIER_TENSORS_ADAPTIVE_POOL
      case .lstm: VERNIER_TENSORS_LSTM
      case .affineGrid: VERNIER_TENSORS_AFFINE_GRID
      case .gridSample: VERNIER_TENSORS_GRID_SAMPLE
      case .interpolate: VERNIER_TENSORS_INTERPOLATE
      case .correlate: VERNIER_TENSORS_CORRELATE
      case .correlateLocally: VERNIER_TENSORS_CORRELATE_LOCALLY
      case .clone: VERNIER_TENSORS_CLONE
      case .detach: VERNIER_TENSORS_DETACH
      case .convert: VERNIER_TENSORS_CONVERT
      case .pack: VERNIER_TENSORS_PACK
      }
    return Int32(code)
  }
}

/// Computes an operation.
///
/// - Throws: ``TensorError`` with libtorch's words.
func apply(
  _ operation: TensorOperation, _ inputs: [Tensor?], _ integers: [Int] = [], _ numbers: [Double] = []
) throws(TensorError) -> Tensor {
  var result: OpaquePointer?
  let pointers = inputs.map { $0?.pointer }
  try checked(operation.rawValue, inputs.compactMap(\.self)) { message, capacity in
    integers.withUnsafeBufferPointer { integers in
      integers.withMemoryRebound(to: Int64.self) { integers in
        TensorsPlugin.functions.apply(
          operation.code, pointers, Int32(pointers.count), integers.baseAddress, Int32(integers.count), numbers,
          Int32(numbers.count), &result, message, capacity)
      }
    }
  }
  withExtendedLifetime(inputs) {}
  return Tensor(result!)
}
