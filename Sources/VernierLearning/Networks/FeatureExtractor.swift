/// Convolutions that describe the surroundings of each place of a picture by a vector.
///
/// Two 3×3 convolutions, the second with a step of 2 and, for a total step of 4, the first as well; two residual blocks
/// of two 3×3 convolutions, the second one's dilated by 2; and a 1×1 convolution. A place sees 19 samples of a total
/// step of 2 around it, and 37 of one of 4.
struct FeatureExtractor: Layer {
  let stem: [Convolution]
  let blocks: [[Convolution]]
  let output: Convolution

  /// - Parameters:
  ///   - inputs: channels of the pictures.
  ///   - stemWidth: channels after the first convolution.
  ///   - width: channels of all the others, and of the description.
  ///   - step: 2 or 4: a description each so many samples.
  init(_ inputs: Int, stemWidth: Int, width: Int, step: Int, from initializer: inout Initializer) throws {
    func convolution(
      _ inputs: Int, _ outputs: Int, kernel: Int = 3, stride: Int = 1, dilation: Int = 1
    ) throws -> Convolution {
      try Convolution(
        inputs, to: outputs, kernel: [kernel, kernel], stride: stride, dilation: dilation, from: &initializer)
    }
    stem = [
      try convolution(inputs, stemWidth, stride: step / 2), try convolution(stemWidth, width, stride: 2),
    ]
    blocks = try [1, 2].map { [try convolution(width, width, dilation: $0), try convolution(width, width)] }
    output = try convolution(width, width, kernel: 1)
  }

  var tensors: [NamedTensor] {
    stem.enumerated().flatMap { $1.tensors(under: "stem.\($0)") }
      + blocks.enumerated().flatMap { block, convolutions in
        convolutions.enumerated().flatMap { $1.tensors(under: "blocks.\(block).\($0)") }
      } + output.tensors(under: "output")
  }

  /// - Parameter x: [batch, inputs, height, width], both multiples of the step.
  /// - Returns: [batch, width, height / step, width / step].
  func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
    var y = try stem[1](stem[0](x).relu())
    for block in blocks { y = try y + block[1](block[0](y.relu()).relu()) }
    return try output(y.relu())
  }
}
