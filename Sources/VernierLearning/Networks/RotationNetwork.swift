import Vernier

/// A CNN that regresses a rotation from the two pictures side by side.
///
/// The paper that describes it, on frames of the Stanford Streaming MAR data set, gives the input, convolutions and
/// poolings in turn and one neuron at the end, and no sizes; those here are ours. The output is the angle over the
/// range on which the network is trained.
public struct RotationNetwork: RegressionNetwork {
  public struct Configuration: PictureNetworkConfiguration {
    public typealias Network = RotationNetwork
    public static let kind = "rotation-cnn"
    public var model: TransformModel { .rigid }

    public enum Loss: String, Codable, Sendable { case meanAbsolute, meanSquared }

    public var side: Int
    /// The channels after each block of convolution and pooling.
    public var widths: [Int]
    /// Units of the layer before the last.
    public var hidden: Int
    /// The angles reach from −range to range, in degrees.
    public var range: Double
    public var loss: Loss

    public init(side: Int, widths: [Int], hidden: Int, range: Double, loss: Loss) {
      self.side = side
      self.widths = widths
      self.hidden = hidden
      self.range = range
      self.loss = loss
    }

    /// 64×64 pictures, the paper's smaller size, which it recommends; narrow, so that it trains on one core in half an
    /// hour.
    public static let small = Self(side: 64, widths: [16, 32, 48, 64], hidden: 64, range: 20, loss: .meanAbsolute)
    /// 128×128 pictures.
    public static let large = Self(
      side: 128, widths: [32, 64, 96, 128, 128], hidden: 128, range: 20, loss: .meanAbsolute)

    public var motions: TrainingMotions { TrainingMotions(degrees: range) }

    public var objection: String? {
      guard (1...1024).contains(side), (1...16).contains(widths.count), side >> widths.count > 0 else {
        return "the side \(side) cannot be halved \(widths.count) times"
      }
      guard widths.allSatisfy({ (1...4096).contains($0) }), (1...65_536).contains(hidden) else {
        return "a size is out of range"
      }
      return range > 0 && range <= 180 ? nil : "the range \(range)° is not within 0…180°"
    }
  }

  public let configuration: Configuration
  private(set) var blocks: ConvolutionBlocks
  private(set) var hidden: Linear
  let head: Linear

  public init(_ configuration: Configuration, from initializer: inout Initializer) throws {
    self.configuration = configuration
    blocks = try ConvolutionBlocks(3, widths: configuration.widths, from: &initializer)
    let side = configuration.side >> configuration.widths.count
    let inputs = (configuration.widths.last ?? 3) * side * (2 * configuration.side >> configuration.widths.count)
    hidden = try Linear(inputs, to: configuration.hidden, from: &initializer)
    head = try Linear(configuration.hidden, to: 1, from: &initializer)
  }

  public func forInference() throws -> Self {
    var copy = self
    copy.blocks = try blocks.forInference()
    copy.hidden = try hidden.forInference()
    return copy
  }

  public var tensors: [NamedTensor] {
    blocks.tensors(under: "blocks") + hidden.tensors(under: "hidden") + head.tensors(under: "head")
  }

  public func callAsFunction(fixed: Tensor, moving: Tensor, isTraining: Bool) throws(TensorError) -> Tensor {
    let pair = try Tensor.concatenated([fixed.standardized(), moving.standardized()], along: 3)
    let (count, side) = (fixed.shape[0], configuration.side)
    let features = try blocks(pair.expanded([count, 3, side, 2 * side]), isTraining: isTraining).flattened()
    return try head(hidden(features).relu())
  }

  public func motions(of outputs: Tensor) throws(TensorError) -> [Affine<2>] {
    try outputs.doubles().map { motion(degrees: $0 * configuration.range, translation: .zero) }
  }

  public func loss(of outputs: Tensor, against motions: [Affine<2>]) throws -> Tensor {
    let targets = try Tensor(
      motions.map { Float(parameters(of: $0).degrees / configuration.range) }, shape: [motions.count, 1],
      on: outputs.device)
    return switch configuration.loss {
    case .meanAbsolute: try outputs.meanAbsoluteError(targets)
    case .meanSquared: try outputs.meanSquaredError(targets)
    }
  }
}
