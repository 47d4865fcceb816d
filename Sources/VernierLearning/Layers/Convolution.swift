/// Convolution over two or three spatial axes, grouped or not.
public struct Convolution: Layer {
  /// [outputs, inputs / groups, kernel…].
  public let weight: Tensor
  /// [outputs].
  public let bias: Tensor?
  /// One number a spatial axis.
  public let stride: [Int]
  public let padding: [Int]
  public let dilation: [Int]
  public let groups: Int

  /// - Parameters:
  ///   - inputs: channels of the input.
  ///   - outputs: channels of the output.
  ///   - kernel: its extent along each spatial axis, as many as the input has.
  ///   - stride: along each axis.
  ///   - padding: nil keeps the size at stride 1: half the dilated kernel.
  ///   - dilation: the distance between the kernel's samples, along each axis.
  ///   - groups: a divisor of both channel counts.
  ///   - hasBias: left out where a batch norm follows.
  ///   - gain: enlarges the first weights. √6 keeps the variance through a ReLU where no norm does (He et al. 2015, eq.
  ///     10); 1 is torch's.
  ///   - initializer: draws the parameters.
  public init(
    _ inputs: Int, to outputs: Int, kernel: [Int], stride: Int = 1, padding: Int? = nil, dilation: Int = 1,
    groups: Int = 1, hasBias: Bool = true, gain: Double = 1, from initializer: inout Initializer
  ) throws {
    guard groups > 0, inputs % groups == 0, outputs % groups == 0 else {
      throw TensorError(
        operation: "convolution", shapes: [], reason: "\(groups) groups do not divide \(inputs) and \(outputs) channels"
      )
    }
    let bound = 1 / Double(inputs / groups * kernel.reduce(1, *)).squareRoot()
    weight = try initializer.uniform([outputs, inputs / groups] + kernel, bound: gain * bound)
    bias = hasBias ? try initializer.uniform([outputs], bound: bound) : nil
    self.stride = kernel.map { _ in stride }
    self.padding = kernel.map { padding ?? $0 / 2 * dilation }
    self.dilation = kernel.map { _ in dilation }
    self.groups = groups
  }

  init(weight: Tensor, bias: Tensor?, stride: [Int], padding: [Int], dilation: [Int], groups: Int) {
    self.weight = weight
    self.bias = bias
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
  }

  public var tensors: [NamedTensor] {
    [NamedTensor("weight", weight)] + (bias.map { [NamedTensor("bias", $0)] } ?? [])
  }

  /// - Parameter x: [batch, inputs, spatial…].
  public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
    try x.convolved(with: weight, bias: bias, stride: stride, padding: padding, dilation: dilation, groups: groups)
  }

  /// The same out of training, with a weight in half precision where the kernel is one sample.
  func forInference() throws(TensorError) -> Self {
    guard groups == 1, weight.shape.dropFirst(2).allSatisfy({ $0 == 1 }), padding.allSatisfy({ $0 == 0 }) else {
      return self
    }
    return Self(
      weight: try weight.packed(), bias: bias, stride: stride, padding: padding, dilation: dilation, groups: groups)
  }
}
