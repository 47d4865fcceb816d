/// A chain of blocks: a 3×3 convolution, batch norm, ReLU, and a maximum over 2×2 that halves the size.
struct ConvolutionBlocks: Layer {
  private let convolutions: [Convolution]
  private let norms: [BatchNorm]

  /// - Parameter widths: the channels after each block.
  init(_ inputs: Int, widths: [Int], from initializer: inout Initializer) throws {
    var (convolutions, channels) = ([Convolution](), inputs)
    for width in widths {
      convolutions.append(try Convolution(channels, to: width, kernel: [3, 3], hasBias: false, from: &initializer))
      channels = width
    }
    self.convolutions = convolutions
    norms = try widths.map { try BatchNorm($0, from: initializer) }
  }

  var tensors: [NamedTensor] {
    zip(convolutions, norms).enumerated().flatMap { index, block in
      block.0.tensors(under: "\(index).convolution") + block.1.tensors(under: "\(index).norm")
    }
  }

  func callAsFunction(_ x: Tensor, isTraining: Bool) throws(TensorError) -> Tensor {
    var x = x
    for (convolution, norm) in zip(convolutions, norms) {
      x = try norm(convolution(x), isTraining: isTraining).relu().maxPooled(kernel: 2, stride: 2)
    }
    return x
  }
}
