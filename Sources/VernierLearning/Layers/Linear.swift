/// A fully connected layer: x · weightᵀ + bias.
public struct Linear: Layer {
  /// [outputs, inputs].
  public let weight: Tensor
  /// [outputs].
  public let bias: Tensor

  public init(_ inputs: Int, to outputs: Int, from initializer: inout Initializer) throws {
    let bound = 1 / Double(inputs).squareRoot()
    weight = try initializer.uniform([outputs, inputs], bound: bound)
    bias = try initializer.uniform([outputs], bound: bound)
  }

  private init(weight: Tensor, bias: Tensor) {
    self.weight = weight
    self.bias = bias
  }

  public var tensors: [NamedTensor] { [NamedTensor("weight", weight), NamedTensor("bias", bias)] }

  /// - Parameter x: […, inputs].
  public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor { try x.linear(weight, bias: bias) }

  /// The same out of training, with a weight in half precision.
  func forInference() throws(TensorError) -> Self { Self(weight: try weight.packed(), bias: bias) }
}
