/// The feature extractor ResNeXt-50 32×4d (Xie et al. 2017, table 1): four stages of bottleneck blocks whose middle convolution has 32 groups.
///
/// Parameters have the names that torchvision gives those of `resnext50_32x4d`.
public struct ResNeXt: Layer {
  /// 1×1, grouped 3×3, 1×1, and the input added.
  struct Bottleneck: Layer {
    let reduce, transform, expand: Convolution
    let norms: [BatchNorm]
    /// Where the shape changes, the input is brought to the new one.
    let shortcut: (convolution: Convolution, norm: BatchNorm)?

    /// - Parameter width: the channels between; the block gives twice as many.
    init(_ inputs: Int, width: Int, stride: Int, from initializer: inout Initializer) throws {
      let outputs = 2 * width
      reduce = try .init(inputs, to: width, kernel: [1, 1], hasBias: false, from: &initializer)
      transform = try .init(
        width, to: width, kernel: [3, 3], stride: stride, groups: 32, hasBias: false, from: &initializer)
      expand = try .init(width, to: outputs, kernel: [1, 1], hasBias: false, from: &initializer)
      norms = try [width, width, outputs].map { try BatchNorm($0, from: initializer) }
      shortcut =
        stride == 1 && inputs == outputs
        ? nil
        : (
          try .init(inputs, to: outputs, kernel: [1, 1], stride: stride, hasBias: false, from: &initializer),
          try BatchNorm(outputs, from: initializer)
        )
    }

    var tensors: [NamedTensor] {
      zip([reduce, transform, expand], norms).enumerated().flatMap { index, pair in
        pair.0.tensors(under: "conv\(index + 1)") + pair.1.tensors(under: "bn\(index + 1)")
      }
        + (shortcut.map { $0.convolution.tensors(under: "downsample.0") + $0.norm.tensors(under: "downsample.1") } ?? [])
    }

    func callAsFunction(_ x: Tensor, isTraining: Bool) throws(TensorError) -> Tensor {
      var y = try norms[0](reduce(x), isTraining: isTraining).relu()
      y = try norms[1](transform(y), isTraining: isTraining).relu()
      y = try norms[2](expand(y), isTraining: isTraining)
      guard let shortcut else { return try (y + x).relu() }
      return try (y + shortcut.norm(shortcut.convolution(x), isTraining: isTraining)).relu()
    }
  }

  let stem: Convolution
  let stemNorm: BatchNorm
  let stages: [[Bottleneck]]
  /// In place of the 1000 classes.
  let head: Linear

  /// - Parameters:
  ///   - features: what it gives for a picture.
  ///   - depths: the blocks of each stage. The default, as `width`'s, is ResNeXt-50 32×4d's.
  ///   - width: the channels of the first stage's grouped convolutions, a multiple of 32.
  ///   - initializer: draws the parameters.
  public init(
    features: Int, depths: [Int] = [3, 4, 6, 3], width: Int = 128, from initializer: inout Initializer
  ) throws {
    stem = try Convolution(3, to: 64, kernel: [7, 7], stride: 2, hasBias: false, from: &initializer)
    stemNorm = try BatchNorm(64, from: initializer)
    var (stages, channels) = ([[Bottleneck]](), 64)
    for (stage, depth) in depths.enumerated() {
      let width = width << stage
      var blocks: [Bottleneck] = []
      for block in 0..<depth {
        let stride = stage > 0 && block == 0 ? 2 : 1
        blocks.append(try Bottleneck(channels, width: width, stride: stride, from: &initializer))
        channels = 2 * width
      }
      stages.append(blocks)
    }
    self.stages = stages
    head = try Linear(channels, to: features, from: &initializer)
  }

  public var tensors: [NamedTensor] { trunk + head.tensors(under: "fc") }

  /// All but the last layer, which torchvision's weights do not fit.
  var trunk: [NamedTensor] {
    stem.tensors(under: "conv1") + stemNorm.tensors(under: "bn1")
      + stages.enumerated().flatMap { stage, blocks in
        blocks.enumerated().flatMap { $1.tensors(under: "layer\(stage + 1).\($0)") }
      }
  }

  /// - Parameters:
  ///   - x: [batch, 3, height, width].
  ///   - isTraining: whether batch norms use the batch's own statistics.
  /// - Returns: [batch, features].
  public func callAsFunction(_ x: Tensor, isTraining: Bool) throws(TensorError) -> Tensor {
    var y = try stemNorm(stem(x), isTraining: isTraining).relu().maxPooled(kernel: 3, stride: 2, padding: 1)
    for block in stages.joined() { y = try block(y, isTraining: isTraining) }
    return try head(y.averagePooled(to: 1).flattened())
  }

  /// Takes the parameters of torchvision's `resnext50_32x4d`, trained on ImageNet, except its last layer's.
  ///
  /// A file is made in Python from what torchvision downloads:
  ///
  ///     weights = torchvision.models.resnext50_32x4d(weights="IMAGENET1K_V2").state_dict()
  ///     safetensors.torch.save_file(weights, "resnext50_32x4d.safetensors")
  ///
  /// - Throws: ``ModelFileError`` for a file that lacks a tensor, or has one of another shape or that is not finite.
  public func load(torchvision file: SafeTensors) throws { try file.assign(to: trunk) }
}
