import Vernier

/// What fixes a network's architecture. Its JSON stands in a model file.
public protocol NetworkConfiguration: Codable, Sendable, Equatable {
  associatedtype Network: RegistrationNetwork where Network.Configuration == Self

  /// What model files call the architecture; several configurations share it.
  static var kind: String { get }
  /// The models among which the network chooses.
  var model: TransformModel { get }
  /// The samples of its images along each axis.
  var side: Int { get set }
  /// What is wrong with it, or nil.
  var objection: String? { get }
  /// How it is trained unless told.
  static var usualOptions: TrainingOptions { get }
}

extension NetworkConfiguration {
  public static var usualOptions: TrainingOptions { TrainingOptions() }

  /// 2 for pictures, 3 for volumes.
  public var rank: Int { Network.Motion.axisCount }

  /// The network of this configuration.
  public func network(from initializer: inout Initializer) throws -> any RegistrationNetwork {
    try Network(self, from: &initializer)
  }
}

/// The configuration of a network for pictures, which learns from motions that are made.
public protocol PictureNetworkConfiguration: NetworkConfiguration {
  /// The motions among which it is trained unless told.
  var motions: TrainingMotions { get }
}

/// How far the motions of training data go, each drawn evenly.
public struct TrainingMotions: Sendable, Codable, Equatable {
  /// ± this angle.
  public var degrees: Double
  /// From 1 / this factor to it, evenly in its logarithm.
  public var scale: Double
  /// ± this share of the side, along x and along y.
  public var shift: Double

  public init(degrees: Double, scale: Double = 1, shift: Double = 0) {
    self.degrees = degrees
    self.scale = scale
    self.shift = shift
  }
}
