/// A convolution and the batch norm after it.
struct NormalizedConvolution: Sendable {
  let convolution: Convolution
  /// Nil where it is part of the convolution.
  let norm: BatchNorm?

  init(_ convolution: Convolution, from initializer: Initializer) throws {
    self.convolution = convolution
    norm = try BatchNorm(convolution.weight.shape[0], from: initializer)
  }

  private init(folded: Convolution) {
    convolution = folded
    norm = nil
  }

  func tensors(under name: String, norm normName: String) -> [NamedTensor] {
    convolution.tensors(under: name) + (norm?.tensors(under: normName) ?? [])
  }

  func callAsFunction(_ x: Tensor, isTraining: Bool) throws(TensorError) -> Tensor {
    let y = try convolution(x)
    return if let norm { try norm(y, isTraining: isTraining) } else { y }
  }

  /// The same out of training, in one operation and as ``Convolution/forInference()`` has it: with s = weight /
  /// √(variance + ε) of the norm,
  ///
  ///     w ← s · w        b ← s · (b − mean) + bias
  func forInference() throws(TensorError) -> Self {
    guard let norm else { return self }
    let scale = try norm.weight / (norm.runningVariance + norm.epsilon).squareRoot()
    let weight = convolution.weight
    let channels = [weight.shape[0]] + [Int](repeating: 1, count: weight.shape.count - 1)
    var shift = try -norm.runningMean
    if let bias = convolution.bias { shift = try shift + bias }
    return try Self(
      folded: Convolution(
        weight: try (weight * scale.reshaped(channels)).detached(), bias: try (shift * scale + norm.bias).detached(),
        stride: convolution.stride, padding: convolution.padding, dilation: convolution.dilation,
        groups: convolution.groups
      ).forInference())
  }
}
