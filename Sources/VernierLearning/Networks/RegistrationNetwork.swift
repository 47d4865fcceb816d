import Vernier

/// A network that looks at a fixed and a moving image and says how they lie.
///
/// Both images have ``NetworkConfiguration/side`` samples along each axis: a ``PictureNetwork`` takes intensities as
/// they come and brings them to its own scale, a ``VolumeNetwork`` takes 0…1. What it predicts is a motion as Vernier's
/// conventions have it: a map of the fixed image's samples to the moving one's about the middle.
public protocol RegistrationNetwork: Layer {
  associatedtype Configuration: NetworkConfiguration
  /// Of pictures or of volumes.
  associatedtype Motion: NetworkMotion

  var configuration: Configuration { get }

  /// The network with new parameters.
  ///
  /// - Throws: ``TensorError``; ``TensorsPluginError``.
  init(_ configuration: Configuration, from initializer: inout Initializer) throws

  /// How each moving image may lie on its fixed one, the likeliest first; one motion at least.
  ///
  /// - Parameters:
  ///   - fixed: [batch, 1, side, side] or [batch, 1, side, side, side]. A sample of exactly 0 stands for none: so
  ///     images are padded.
  ///   - moving: of the same shape.
  func motions(fixed: Tensor, moving: Tensor) throws -> [[PredictedMotion<Motion>]]

  /// What training makes small, as one number.
  ///
  /// - Parameters:
  ///   - fixed: as above.
  ///   - moving: as above.
  ///   - motions: the answers; a network that learns without does not look at them, and then there may be none.
  ///   - isTraining: whether layers that treat training differently are to do so.
  ///   - random: draws what a training draws beside the pairs.
  func loss(
    fixed: Tensor, moving: Tensor, against motions: [Motion], isTraining: Bool, using random: inout SplitMix64
  ) throws -> Tensor

  /// The loss out of training and the likeliest motions, at no more passes than it takes.
  ///
  /// - Parameters: as `loss`'s.
  func judgement(
    fixed: Tensor, moving: Tensor, against motions: [Motion], using random: inout SplitMix64
  ) throws -> (loss: Tensor, motions: [Motion])

  /// The same network for use alone: norms are part of the convolutions before them, large weights in half precision.
  /// It is not to be trained or saved.
  func forInference() throws -> Self

  /// Takes note of how the motions of the training data are distributed, before training.
  func adapt(to motions: [Motion]) throws
}

/// A network for pictures.
public protocol PictureNetwork: RegistrationNetwork
where Motion == Affine<2>, Configuration: PictureNetworkConfiguration {}

/// A network for volumes.
public protocol VolumeNetwork: RegistrationNetwork where Motion == Affine<3> {}

/// A motion that a network predicts.
public struct PredictedMotion<Motion: NetworkMotion>: Sendable {
  /// Fixed samples to moving ones.
  public var motion: Motion
  /// How well it fits; comparable among those of one pair.
  public var score: Double
  /// The standard deviation that the network expects at the fixed image's corners, in samples; nil where it says
  /// nothing.
  public var cornerDeviation: Double?

  public init(_ motion: Motion, score: Double = 0, cornerDeviation: Double? = nil) {
    self.motion = motion
    self.score = score
    self.cornerDeviation = cornerDeviation
  }
}

/// A network whose answer is one row of numbers for each pair.
public protocol RegressionNetwork: PictureNetwork {
  /// - Parameters:
  ///   - fixed: [batch, 1, side, side].
  ///   - moving: of the same shape.
  ///   - isTraining: whether layers that treat training differently are to do so.
  /// - Returns: [batch, outputs]; what they mean is for `motions(of:)` and `loss(of:against:)`.
  func callAsFunction(fixed: Tensor, moving: Tensor, isTraining: Bool) throws(TensorError) -> Tensor

  /// The motions that outputs stand for, one an example.
  func motions(of outputs: Tensor) throws(TensorError) -> [Affine<2>]

  /// What training makes small: one number.
  func loss(of outputs: Tensor, against motions: [Affine<2>]) throws -> Tensor
}

extension RegressionNetwork {
  public func motions(fixed: Tensor, moving: Tensor) throws -> [[PredictedMotion<Affine<2>>]] {
    try motions(of: self(fixed: fixed, moving: moving, isTraining: false)).map { [PredictedMotion($0)] }
  }

  public func loss(
    fixed: Tensor, moving: Tensor, against motions: [Affine<2>], isTraining: Bool, using random: inout SplitMix64
  ) throws -> Tensor {
    try loss(of: self(fixed: fixed, moving: moving, isTraining: isTraining), against: motions)
  }

  public func judgement(
    fixed: Tensor, moving: Tensor, against motions: [Affine<2>], using random: inout SplitMix64
  ) throws -> (loss: Tensor, motions: [Affine<2>]) {
    let outputs = try self(fixed: fixed, moving: moving, isTraining: false)
    return (try loss(of: outputs, against: motions), try self.motions(of: outputs))
  }
}

extension RegistrationNetwork {
  /// The network that a seed draws.
  public init(_ configuration: Configuration, seed: UInt64, on device: Device = .cpu) throws {
    var initializer = Initializer(seed: seed, on: device)
    try self.init(configuration, from: &initializer)
  }

  public func adapt(to motions: [Motion]) throws {}

  public func forInference() throws -> Self { self }

  public func judgement(
    fixed: Tensor, moving: Tensor, against motions: [Motion], using random: inout SplitMix64
  ) throws -> (loss: Tensor, motions: [Motion]) {
    (
      try loss(fixed: fixed, moving: moving, against: motions, isTraining: false, using: &random),
      try self.motions(fixed: fixed, moving: moving).map { $0[0].motion }
    )
  }
}

extension PictureNetwork {
  /// The middle of a picture, about which motions turn.
  var middle: Vector<2> { Vector(repeating: Double(configuration.side - 1) / 2) }

  /// The rigid or similar motion about the middle.
  func motion(degrees: Double, scale: Double = 1, translation: Vector<2>) -> Affine<2> {
    Affine(
      Affine<2>.Parameters(
        rotation: degrees, scale: [scale, scale], translation: translation, center: middle))
  }

  /// The motion's parameters about the middle: degrees, mean scale, shifts.
  func parameters(of motion: Affine<2>) -> (degrees: Double, scale: Double, translation: Vector<2>) {
    let parameters = motion.centered(at: middle).parameters
    return (parameters.rotation[0], (parameters.scale[0] + parameters.scale[1]) / 2, parameters.translation)
  }
}
