/// Element by element. Two shapes agree where their axes, aligned at the last, are of one length or 1, which is
/// repeated.
extension Tensor {
  public static func + (left: Tensor, right: Tensor) throws(TensorError) -> Tensor { try apply(.add, [left, right]) }
  public static func - (left: Tensor, right: Tensor) throws(TensorError) -> Tensor {
    try apply(.subtract, [left, right])
  }
  public static func * (left: Tensor, right: Tensor) throws(TensorError) -> Tensor {
    try apply(.multiply, [left, right])
  }
  public static func / (left: Tensor, right: Tensor) throws(TensorError) -> Tensor {
    try apply(.divide, [left, right])
  }

  public static func + (left: Tensor, right: Double) throws(TensorError) -> Tensor {
    try apply(.addNumber, [left], [], [right])
  }
  public static func - (left: Tensor, right: Double) throws(TensorError) -> Tensor { try left + (-right) }
  public static func - (left: Double, right: Tensor) throws(TensorError) -> Tensor { try -right + left }
  public static func * (left: Tensor, right: Double) throws(TensorError) -> Tensor {
    try apply(.scale, [left], [], [right])
  }
  public static func * (left: Double, right: Tensor) throws(TensorError) -> Tensor { try right * left }
  public static func / (left: Tensor, right: Double) throws(TensorError) -> Tensor { try left * (1 / right) }
  public static prefix func - (tensor: Tensor) throws(TensorError) -> Tensor { try tensor * -1 }

  /// The smaller of each two elements.
  public func minimum(_ other: Tensor) throws(TensorError) -> Tensor { try apply(.minimum, [self, other]) }
  /// The larger of each two elements.
  public func maximum(_ other: Tensor) throws(TensorError) -> Tensor { try apply(.maximum, [self, other]) }
  /// The angle of the vector (x, self), in radians: −π…π.
  public func arctangent(over x: Tensor) throws(TensorError) -> Tensor { try apply(.arctangent, [self, x]) }
  /// Each element to a power.
  public func power(_ exponent: Double) throws(TensorError) -> Tensor { try apply(.power, [self], [], [exponent]) }
  /// The remainder of a division, 0…divisor for a positive one whatever the sign of the element.
  public func remainder(dividingBy divisor: Double) throws(TensorError) -> Tensor {
    try apply(.remainder, [self], [], [divisor])
  }
  /// The nearest number of a range to each element.
  public func clamped(to range: ClosedRange<Double>) throws(TensorError) -> Tensor {
    try apply(.clamp, [self], [], [range.lowerBound, range.upperBound])
  }
  public func absolute() throws(TensorError) -> Tensor { try apply(.absolute, [self]) }
  public func exponential() throws(TensorError) -> Tensor { try apply(.exponential, [self]) }
  public func logarithm() throws(TensorError) -> Tensor { try apply(.logarithm, [self]) }
  public func squareRoot() throws(TensorError) -> Tensor { try apply(.squareRoot, [self]) }
  public func sine() throws(TensorError) -> Tensor { try apply(.sine, [self]) }
  public func cosine() throws(TensorError) -> Tensor { try apply(.cosine, [self]) }

  /// 1 / (1 + e⁻ˣ).
  public func sigmoid() throws(TensorError) -> Tensor { try apply(.sigmoid, [self]) }
  public func tanh() throws(TensorError) -> Tensor { try apply(.tanh, [self]) }
  /// max(x, 0).
  public func relu() throws(TensorError) -> Tensor { try apply(.relu, [self]) }
  /// x where positive, `slope` · x elsewhere. The default slope is libtorch's.
  public func leakyRelu(slope: Double = 0.01) throws(TensorError) -> Tensor {
    try apply(.leakyRelu, [self], [], [slope])
  }
  /// x · Φ(x), with the standard normal distribution's Φ (Hendrycks and Gimpel 2016).
  public func gelu() throws(TensorError) -> Tensor { try apply(.gelu, [self]) }
  /// x · sigmoid(x).
  public func silu() throws(TensorError) -> Tensor { try apply(.silu, [self]) }
  /// log(1 + eˣ).
  public func softplus() throws(TensorError) -> Tensor { try apply(.softplus, [self]) }
}
