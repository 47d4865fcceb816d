import Vernier

/// Registration by a shared ResNeXt (Ma, Zhao and Cheng 2021, sections 2.3 and 3.2.2).
///
/// Both pictures, enlarged from 32×32 to 64×64, go through the same extractor, which as published is ResNeXt-50 and
/// gives 3072 features each. Either a fully connected layer takes those of both together, or they are two time steps of
/// the LSTM of ``LSTMNetwork``.
public struct ResNeXtNetwork: RigidNetwork {
  public struct Configuration: PictureNetworkConfiguration {
    public typealias Network = ResNeXtNetwork
    public static let kind = "resnext50"
    public var model: TransformModel { .rigid }

    public enum Head: Codable, Sendable, Equatable {
      case linear
      case lstm(hidden: Int, layers: Int)
    }

    public var side: Int
    /// The side to which pictures are enlarged before they are looked at.
    public var enlargedSide: Int
    /// How deep and how wide the extractor is.
    public var extractor: ResNeXt.Size
    public var features: Int
    public var head: Head
    public var regression: RigidRegression

    /// As published, with the fully connected head: 29 million parameters.
    public static let linear = Self(
      side: 32, enlargedSide: 64, extractor: .resNeXt50, features: 3072, head: .linear,
      regression: RigidRegression(angle: .degrees))
    /// As published, with the LSTM: 246 million parameters.
    public static let lstm = Self(
      side: 32, enlargedSide: 64, extractor: .resNeXt50, features: 3072, head: .lstm(hidden: 3000, layers: 3),
      regression: RigidRegression(angle: .degrees))

    public var motions: TrainingMotions { TrainingMotions(degrees: 180, shift: 0.25) }

    public var objection: String? {
      var sizes = [(side, 512), (enlargedSide, 1024), (features, 65_536)]
      if case .lstm(let hidden, let layers) = head { sizes += [(hidden, 4096), (layers, 8)] }
      return sizes.allSatisfy { (1...$1).contains($0) } ? extractor.objection : "a size is out of range"
    }
  }

  /// What the extractor's parameters are called in a model file.
  static let extractorName = "extractor"

  public let configuration: Configuration
  public private(set) var extractor: ResNeXt
  private(set) var lstm: LSTM?
  let head: Linear

  public init(_ configuration: Configuration, from initializer: inout Initializer) throws {
    self.configuration = configuration
    extractor = try ResNeXt(features: configuration.features, size: configuration.extractor, from: &initializer)
    let outputs = configuration.regression.outputs
    switch configuration.head {
    case .linear:
      lstm = nil
      head = try Linear(2 * configuration.features, to: outputs, from: &initializer)
    case .lstm(let hidden, let layers):
      lstm = try LSTM(configuration.features, hidden: hidden, layers: layers, from: &initializer)
      head = try Linear(hidden, to: outputs, from: &initializer)
    }
  }

  public func forInference() throws -> Self {
    var copy = self
    copy.extractor = try extractor.forInference()
    copy.lstm = try lstm?.forInference()
    return copy
  }

  var regression: RigidRegression { configuration.regression }

  public var tensors: [NamedTensor] {
    extractor.tensors(under: Self.extractorName) + (lstm?.tensors(under: "lstm") ?? []) + head.tensors(under: "head")
  }

  public func callAsFunction(fixed: Tensor, moving: Tensor, isTraining: Bool) throws(TensorError) -> Tensor {
    let count = fixed.shape[0]
    let side = configuration.enlargedSide
    // One pass for all pictures: in training they share the batch norm's statistics, as they share the extractor.
    let pictures = try Tensor.concatenated([fixed.standardized(), moving.standardized()], along: 0)
      .interpolated(to: [side, side]).expanded([2 * count, 3, side, side])
    let features = try extractor(pictures, isTraining: isTraining)
    let (first, second) = (try features.part(0..<count, along: 0), try features.part(count..<(2 * count), along: 0))
    guard let lstm else { return try head(Tensor.concatenated([first, second], along: 1)) }
    return try head(lstm(Tensor.stacked([first, second])).element(1, along: 0))
  }
}

extension ResNeXtNetwork.Configuration {
  /// A file without the extractor's size is of ResNeXt-50, the only one at first.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      side: try values.decode(Int.self, forKey: .side),
      enlargedSide: try values.decode(Int.self, forKey: .enlargedSide),
      extractor: try values.decodeIfPresent(ResNeXt.Size.self, forKey: .extractor) ?? .resNeXt50,
      features: try values.decode(Int.self, forKey: .features), head: try values.decode(Head.self, forKey: .head),
      regression: try values.decode(RigidRegression.self, forKey: .regression))
  }
}
