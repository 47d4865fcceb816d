/// Batch normalisation (Ioffe and Szegedy 2015), over pictures, volumes or vectors.
public struct BatchNorm: Layer {
  /// Each [channels].
  public let weight: Tensor
  public let bias: Tensor
  public let runningMean: Tensor
  public let runningVariance: Tensor
  /// How far the running values move towards a batch's, 0…1. The default, as `epsilon`'s, is torch's.
  public let momentum: Double
  public let epsilon: Double

  public init(_ channels: Int, momentum: Double = 0.1, epsilon: Double = 1e-5, from initializer: Initializer) throws {
    weight = try initializer.filled(1, [channels])
    bias = try initializer.filled(0, [channels])
    runningMean = try initializer.filled(0, [channels], isTrained: false)
    runningVariance = try initializer.filled(1, [channels], isTrained: false)
    self.momentum = momentum
    self.epsilon = epsilon
  }

  public var tensors: [NamedTensor] {
    [
      NamedTensor("weight", weight), NamedTensor("bias", bias),
      NamedTensor("running_mean", runningMean, isTrained: false),
      NamedTensor("running_var", runningVariance, isTrained: false),
    ]
  }

  /// - Parameters:
  ///   - x: [batch, channels, spatial…].
  ///   - isTraining: whether the batch's own mean and variance serve, and move the running ones.
  public func callAsFunction(_ x: Tensor, isTraining: Bool) throws(TensorError) -> Tensor {
    try x.batchNormalized(
      weight: weight, bias: bias, mean: runningMean, variance: runningVariance, isTraining: isTraining,
      momentum: momentum, epsilon: epsilon)
  }
}
