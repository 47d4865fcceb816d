import Vernier

/// A network with a configuration and a name: what `vernier train` trains and `--method` names.
public struct NetworkPreset: Sendable {
  public var name: String
  public var configuration: any NetworkConfiguration
  /// The paper.
  public var source: String

  private static let rigid =
    "Ma, Zhao and Cheng 2021, Self-Supervised Rigid Registration for Small Images"

  private static let transformer = "unsupervised registration of MRI by spatial transformer networks"

  /// Every network, in the order in which they are listed.
  public static let all = [
    Self(name: "lstm", configuration: LSTMNetwork.Configuration.published, source: "LSTM of two time steps (\(rigid))"),
    Self(
      name: "lstm-compact", configuration: LSTMNetwork.Configuration.compact,
      source: "the same for grey pictures, with 256 units and the angle as a direction"),
    Self(
      name: "resnext50", configuration: ResNeXtNetwork.Configuration.linear,
      source: "ResNeXt-50 32×4d with a linear head (\(rigid))"),
    Self(
      name: "resnext50-lstm", configuration: ResNeXtNetwork.Configuration.lstm,
      source: "ResNeXt-50 32×4d with an LSTM head (\(rigid))"),
    Self(
      name: "rotation-cnn", configuration: RotationNetwork.Configuration.small,
      source: "regression of a rotation by a CNN on the pictures side by side"),
    Self(
      name: "two-headed-cnn", configuration: TwoHeadedNetwork.Configuration.standard,
      source: "a CNN with a head for each picture: rotation, scale and shifts"),
    Self(
      name: "correlation-rigid", configuration: CorrelationNetwork.Configuration.rigid,
      source: "Vernier's own: correlation of learned descriptions over all rotations and shifts, and a weighted fit"),
    Self(
      name: "correlation-cross-modal", configuration: CorrelationNetwork.Configuration.crossModal,
      source:
        "Vernier's own across kinds: correlation of learned descriptions over rotations, scales and shifts, and a weighted fit"
    ),
    Self(
      name: "stn-affine", configuration: SpatialTransformerNetwork.Configuration.affine,
      source: "3D spatial transformer, one affine matrix (\(transformer))"),
    Self(
      name: "stn-separate", configuration: SpatialTransformerNetwork.Configuration.separate,
      source: "3D spatial transformer: shear, scale, rotation, translation (\(transformer))"),
  ]

  /// How it is trained unless told.
  public var usualOptions: TrainingOptions { type(of: configuration).usualOptions }

  /// What model files call the architecture.
  public var kind: String { Self.kind(of: configuration) }

  private static func kind<Configuration: NetworkConfiguration>(of configuration: Configuration) -> String {
    Configuration.kind
  }

  /// The preset of that name.
  public static func named(_ name: String) -> Self? { all.first { $0.name == name } }
}
