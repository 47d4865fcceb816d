import Vernier

/// Registration by an LSTM (Ma, Zhao and Cheng 2021, sections 2.2 and 3.2.1).
///
/// Each picture is flattened into one vector; the two vectors are two time steps of a three-layer LSTM, and one fully
/// connected layer turns the last state into the motion.
public struct LSTMNetwork: RigidNetwork {
  public struct Configuration: PictureNetworkConfiguration {
    public typealias Network = LSTMNetwork
    public static let kind = "lstm"
    public var model: TransformModel { .rigid }

    public var side: Int
    /// Numbers a sample; a grey picture is repeated.
    public var channels: Int
    public var hidden: Int
    public var layers: Int
    public var regression: RigidRegression

    /// As published: 32×32×3 inputs, three layers of 3000 units, the angle as degrees; 217 million parameters.
    public static let published = Self(
      side: 32, channels: 3, hidden: 3000, layers: 3, regression: RigidRegression(angle: .degrees))
    /// The same for grey pictures at a size that trains on two cores: 2.4 million parameters.
    public static let compact = Self(
      side: 32, channels: 1, hidden: 256, layers: 3, regression: RigidRegression(angle: .direction))

    public var motions: TrainingMotions { TrainingMotions(degrees: 180, shift: 0.25) }

    public var objection: String? {
      let sizes = [(side, 512), (channels, 3), (hidden, 4096), (layers, 8)]
      return sizes.allSatisfy { (1...$1).contains($0) } ? nil : "a size is out of range"
    }
  }

  public let configuration: Configuration
  private(set) var lstm: LSTM
  let head: Linear

  public init(_ configuration: Configuration, from initializer: inout Initializer) throws {
    self.configuration = configuration
    let inputs = configuration.channels * configuration.side * configuration.side
    lstm = try LSTM(inputs, hidden: configuration.hidden, layers: configuration.layers, from: &initializer)
    head = try Linear(configuration.hidden, to: configuration.regression.outputs, from: &initializer)
  }

  public func forInference() throws -> Self {
    var copy = self
    copy.lstm = try lstm.forInference()
    return copy
  }

  var regression: RigidRegression { configuration.regression }

  public var tensors: [NamedTensor] { lstm.tensors(under: "lstm") + head.tensors(under: "head") }

  public func callAsFunction(fixed: Tensor, moving: Tensor, isTraining: Bool) throws(TensorError) -> Tensor {
    let (count, channels, side) = (fixed.shape[0], configuration.channels, configuration.side)
    let both = try Tensor.concatenated([fixed, moving], along: 0).standardized()
    let colored = channels == 1 ? both : try both.expanded([2 * count, channels, side, side])
    let steps = try colored.reshaped([2, count, channels * side * side])
    return try head(lstm(steps).element(1, along: 0))
  }
}
