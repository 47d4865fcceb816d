/// The feature extractor ResNeXt (Xie et al. 2017, table 1): stages of bottleneck blocks whose middle convolution has
/// groups.
///
/// Parameters have the names that torchvision gives those of `resnext50_32x4d`.
public struct ResNeXt: Layer {
  /// How deep and how wide it is.
  public struct Size: Codable, Sendable, Equatable {
    /// The blocks of each stage; each stage but the first halves the sides and doubles the channels.
    public var depths: [Int]
    /// The channels of the first stage's grouped convolutions, a multiple of `groups`.
    public var width: Int
    /// The groups of each grouped convolution, which the paper calls cardinality.
    public var groups: Int

    /// ResNeXt-50 32×4d: 23 million parameters before the last layer.
    public static let resNeXt50 = Self(depths: [3, 4, 6, 3], width: 128, groups: 32)

    /// Why no such network can be made; nil where one can. A damaged file shall not take all memory: the last stage is
    /// at most twice as wide as published.
    var objection: String? {
      guard (1...6).contains(depths.count), depths.allSatisfy((1...36).contains) else {
        return "the depths of the stages are out of range"
      }
      guard (1...(2048 >> (depths.count - 1))).contains(width), groups > 0, width.isMultiple(of: groups) else {
        return "the width is out of range or no multiple of the groups"
      }
      return nil
    }
  }

  /// 1×1, grouped 3×3, 1×1, and the input added.
  struct Bottleneck: Layer {
    private(set) var reduce, transform, expand: NormalizedConvolution
    /// Where the shape changes, the input is brought to the new one.
    private(set) var shortcut: NormalizedConvolution?

    /// - Parameter width: the channels between; the block gives twice as many.
    init(_ inputs: Int, width: Int, groups: Int, stride: Int, from initializer: inout Initializer) throws {
      let outputs = 2 * width
      func convolution(_ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, groups: Int = 1) throws
        -> NormalizedConvolution
      {
        try NormalizedConvolution(
          Convolution(
            inputs, to: outputs, kernel: [kernel, kernel], stride: stride, groups: groups, hasBias: false,
            from: &initializer), from: initializer)
      }
      reduce = try convolution(inputs, width, kernel: 1)
      transform = try convolution(width, width, kernel: 3, stride: stride, groups: groups)
      expand = try convolution(width, outputs, kernel: 1)
      shortcut =
        stride == 1 && inputs == outputs ? nil : try convolution(inputs, outputs, kernel: 1, stride: stride)
    }

    var tensors: [NamedTensor] {
      [reduce, transform, expand].enumerated().flatMap { index, convolution in
        convolution.tensors(under: "conv\(index + 1)", norm: "bn\(index + 1)")
      } + (shortcut?.tensors(under: "downsample.0", norm: "downsample.1") ?? [])
    }

    func callAsFunction(_ x: Tensor, isTraining: Bool) throws(TensorError) -> Tensor {
      var y = try reduce(x, isTraining: isTraining).relu()
      y = try transform(y, isTraining: isTraining).relu()
      y = try expand(y, isTraining: isTraining)
      guard let shortcut else { return try (y + x).relu() }
      return try (y + shortcut(x, isTraining: isTraining)).relu()
    }

    func forInference() throws -> Self {
      var copy = self
      (copy.reduce, copy.transform, copy.expand) = (
        try reduce.forInference(), try transform.forInference(), try expand.forInference()
      )
      copy.shortcut = try shortcut?.forInference()
      return copy
    }
  }

  private(set) var stem: NormalizedConvolution
  private(set) var stages: [[Bottleneck]]
  /// In place of the 1000 classes.
  private(set) var head: Linear

  /// - Parameters:
  ///   - features: what it gives for a picture.
  ///   - size: how deep and how wide.
  ///   - initializer: draws the parameters.
  public init(features: Int, size: Size = .resNeXt50, from initializer: inout Initializer) throws {
    stem = try NormalizedConvolution(
      Convolution(3, to: 64, kernel: [7, 7], stride: 2, hasBias: false, from: &initializer), from: initializer)
    var (stages, channels) = ([[Bottleneck]](), 64)
    for (stage, depth) in size.depths.enumerated() {
      let width = size.width << stage
      var blocks: [Bottleneck] = []
      for block in 0..<depth {
        let stride = stage > 0 && block == 0 ? 2 : 1
        blocks.append(try Bottleneck(channels, width: width, groups: size.groups, stride: stride, from: &initializer))
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
    stem.tensors(under: "conv1", norm: "bn1")
      + stages.enumerated().flatMap { stage, blocks in
        blocks.enumerated().flatMap { $1.tensors(under: "layer\(stage + 1).\($0)") }
      }
  }

  /// - Parameters:
  ///   - x: [batch, 3, height, width].
  ///   - isTraining: whether batch norms use the batch's own statistics.
  /// - Returns: [batch, features].
  public func callAsFunction(_ x: Tensor, isTraining: Bool) throws(TensorError) -> Tensor {
    var y = try stem(x, isTraining: isTraining).relu().maxPooled(kernel: 3, stride: 2, padding: 1)
    for block in stages.joined() { y = try block(y, isTraining: isTraining) }
    return try head(y.averagePooled(to: 1).flattened())
  }

  /// The same out of training, with fewer operations.
  func forInference() throws -> Self {
    var copy = self
    copy.stem = try stem.forInference()
    copy.stages = try stages.map { try $0.map { try $0.forInference() } }
    copy.head = try head.forInference()
    return copy
  }

  /// Takes the parameters of another: of torchvision's `resnext50_32x4d`, trained on ImageNet, all but the last
  /// layer's; of the extractor in a model file of ``ResNeXtNetwork``, whatever its head, all.
  ///
  /// A file of torchvision's is made in Python from what torchvision downloads:
  ///
  ///     weights = torchvision.models.resnext50_32x4d(weights="IMAGENET1K_V2").state_dict()
  ///     safetensors.torch.save_file(weights, "resnext50_32x4d.safetensors")
  ///
  /// - Throws: ``ModelFileError`` for a file that lacks a tensor, or has one of another shape or that is not finite.
  public func load(_ file: SafeTensors) throws {
    let isModel = file.metadata["vernier.network"] == ResNeXtNetwork.Configuration.kind
    try file.assign(to: isModel ? tensors(under: ResNeXtNetwork.extractorName) : trunk)
  }
}
