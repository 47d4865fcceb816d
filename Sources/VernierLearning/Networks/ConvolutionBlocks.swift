/// A chain of blocks: a 3×3 convolution, batch norm, ReLU, and a maximum over 2×2 that halves the size.
struct ConvolutionBlocks: Layer {
  private var convolutions: [NormalizedConvolution]

  /// - Parameter widths: the channels after each block.
  init(_ inputs: Int, widths: [Int], from initializer: inout Initializer) throws {
    var (convolutions, channels) = ([Convolution](), inputs)
    for width in widths {
      convolutions.append(try Convolution(channels, to: width, kernel: [3, 3], hasBias: false, from: &initializer))
      channels = width
    }
    self.convolutions = try convolutions.map { try NormalizedConvolution($0, from: initializer) }
  }

  var tensors: [NamedTensor] {
    convolutions.enumerated().flatMap { $1.tensors(under: "\($0).convolution", norm: "\($0).norm") }
  }

  func callAsFunction(_ x: Tensor, isTraining: Bool) throws(TensorError) -> Tensor {
    var x = x
    for convolution in convolutions {
      x = try convolution(x, isTraining: isTraining).relu().maxPooled(kernel: 2, stride: 2)
    }
    return x
  }

  /// The same out of training, with fewer operations.
  func forInference() throws -> Self {
    var copy = self
    copy.convolutions = try convolutions.map { try $0.forInference() }
    return copy
  }
}
