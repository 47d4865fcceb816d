import Vernier

/// An unsupervised 3D spatial transformer: a network that localises, and a loss that looks at the moving volume through
/// its answer.
///
/// The paper that describes it, on MRI of Alzheimer's disease, gives the input (both volumes, min–max normalised, as
/// two channels), the 5×5×5 convolutions, the two forms of the answer and the loss. It leaves open how many
/// convolutions and fully connected layers there are, their widths, and what lies between them; those are ours: each
/// convolution has a stride of 2 and a ReLU after it, the inputs are standardised, one hidden layer precedes the
/// answer, and the last layer begins with zeros, so that the first answer is the identity.
public struct SpatialTransformerNetwork: VolumeNetwork {
  public struct Configuration: NetworkConfiguration {
    public typealias Network = SpatialTransformerNetwork
    public static let kind = "spatial-transformer"
    public var model: TransformModel { .affine }

    public var side: Int
    public var form: SpatialTransformerForm
    /// The channels after each convolution.
    public var widths: [Int]
    /// Units of the layer before the last.
    public var hidden: Int

    public init(side: Int, form: SpatialTransformerForm, widths: [Int], hidden: Int) {
      self.side = side
      self.form = form
      self.widths = widths
      self.hidden = hidden
    }

    /// 32³ samples, where the paper has 170³ and for its cubes 64³; so that it trains on one core.
    public static let affine = Self(side: 32, form: .affine, widths: [16, 32, 48], hidden: 48)
    /// The same with the transformations apart.
    public static let separate = Self(side: 32, form: .separate, widths: [16, 32, 48], hidden: 48)

    /// The paper's: 100 epochs of 1000 pairs in batches of 4, Adam with 0.001, less by a tenth after each 40 epochs.
    public static var usualOptions: TrainingOptions {
      TrainingOptions(epochs: 100, stepsPerEpoch: 250, batch: 4, schedule: .decay)
    }

    public var objection: String? {
      guard (8...512).contains(side), (1...8).contains(widths.count), side >> widths.count > 0 else {
        return "the side \(side) cannot be halved \(widths.count) times"
      }
      return widths.allSatisfy { (1...1024).contains($0) } && (1...65_536).contains(hidden)
        ? nil : "a size is out of range"
    }
  }

  public let configuration: Configuration
  let convolutions: [Convolution]
  let hidden: Linear
  /// [12, hidden] and [12].
  let weight, bias: Tensor

  public init(_ configuration: Configuration, from initializer: inout Initializer) throws {
    self.configuration = configuration
    var (convolutions, channels, side) = ([Convolution](), 2, configuration.side)
    for width in configuration.widths {
      convolutions.append(
        try Convolution(
          channels, to: width, kernel: [5, 5, 5], stride: 2, gain: 6.0.squareRoot(), from: &initializer))
      (channels, side) = (width, (side + 1) / 2)
    }
    self.convolutions = convolutions
    hidden = try Linear(channels * side * side * side, to: configuration.hidden, from: &initializer)
    weight = try initializer.filled(0, [12, configuration.hidden])
    bias = try initializer.filled(0, [12])
  }

  public var tensors: [NamedTensor] {
    convolutions.enumerated().flatMap { $1.tensors(under: "convolutions.\($0)") } + hidden.tensors(under: "hidden")
      + [NamedTensor("output.weight", weight), NamedTensor("output.bias", bias)]
  }

  /// Where each sample of the fixed volume looks in the moving one: [batch, 3, 4], for coordinates from −1 to 1.
  func maps(fixed: Tensor, moving: Tensor) throws -> Tensor {
    var x = try Tensor.concatenated([fixed.standardized(), moving.standardized()], along: 1)
    for convolution in convolutions { x = try convolution(x).relu() }
    return try configuration.form.maps(of: hidden(x.flattened()).relu().linear(weight, bias: bias))
  }

  public func motions(fixed: Tensor, moving: Tensor) throws -> [[PredictedMotion<Affine<3>>]] {
    let values = try maps(fixed: fixed, moving: moving).doubles()
    let half = Double(configuration.side) / 2
    let middle = Vector<3>(repeating: (Double(configuration.side) - 1) / 2)
    return stride(from: 0, to: values.count, by: 12).map { start in
      let motion = Affine<3>(
        linear: Matrix { values[start + 4 * $0 + $1] }, translation: Vector { values[start + 4 * $0 + 3] * half },
        center: middle)
      return [PredictedMotion(motion)]
    }
  }

  /// The mean squared difference of the fixed volume and the moving one seen through the answer, 0 outside. The true
  /// motions are not looked at.
  public func loss(
    fixed: Tensor, moving: Tensor, against motions: [Affine<3>], isTraining: Bool, using random: inout SplitMix64
  ) throws -> Tensor {
    let grid = try maps(fixed: fixed, moving: moving).affineGrid(size: fixed.shape)
    return try moving.sampled(at: grid).meanSquaredError(fixed)
  }
}
