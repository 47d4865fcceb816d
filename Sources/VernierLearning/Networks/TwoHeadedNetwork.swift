import Glibc
import Vernier

/// A CNN with one head for each picture, which regresses rotation, scale and shifts.
///
/// The two heads are convolutions of their own, since the pictures come from different microscopes; what they find is
/// joined and looked at together. The abstract that describes it, of work on X-ray and electron micrographs, gives no
/// sizes; those here are ours. As there, targets are standardised by their mean and deviation, "to consider the impact
/// from each parameter evenly".
public struct TwoHeadedNetwork: RegressionNetwork {
  public struct Configuration: PictureNetworkConfiguration {
    public typealias Network = TwoHeadedNetwork
    public static let kind = "two-headed-cnn"
    public var model: TransformModel { .similarity }

    public var side: Int
    /// The channels after each block of a head, and of the trunk that follows.
    public var headWidths: [Int]
    public var trunkWidths: [Int]
    public var hidden: Int

    /// 64×64 pictures.
    public static let standard = Self(side: 64, headWidths: [24, 48], trunkWidths: [96, 128], hidden: 256)

    public var motions: TrainingMotions { TrainingMotions(degrees: 30, scale: 1.25, shift: 0.15) }

    public var objection: String? {
      let widths = headWidths + trunkWidths
      guard (1...1024).contains(side), !headWidths.isEmpty, widths.count <= 16, side >> widths.count > 0 else {
        return "the side \(side) cannot be halved \(widths.count) times"
      }
      return widths.allSatisfy { (1...4096).contains($0) } && (1...65_536).contains(hidden)
        ? nil : "a size is out of range"
    }
  }

  public let configuration: Configuration
  private(set) var fixedHead, movingHead, trunk: ConvolutionBlocks
  private(set) var hidden: Linear
  let output: Linear
  /// Of the targets: degrees, the scale's logarithm, x and y of the shift.
  let targetMean, targetDeviation: Tensor

  public init(_ configuration: Configuration, from initializer: inout Initializer) throws {
    self.configuration = configuration
    fixedHead = try ConvolutionBlocks(1, widths: configuration.headWidths, from: &initializer)
    movingHead = try ConvolutionBlocks(1, widths: configuration.headWidths, from: &initializer)
    let joined = 2 * (configuration.headWidths.last ?? 1)
    trunk = try ConvolutionBlocks(joined, widths: configuration.trunkWidths, from: &initializer)
    let side = configuration.side >> (configuration.headWidths.count + configuration.trunkWidths.count)
    hidden = try Linear(
      (configuration.trunkWidths.last ?? joined) * side * side, to: configuration.hidden, from: &initializer)
    output = try Linear(configuration.hidden, to: 4, from: &initializer)
    targetMean = try initializer.filled(0, [4], isTrained: false)
    targetDeviation = try initializer.filled(1, [4], isTrained: false)
  }

  public func forInference() throws -> Self {
    var copy = self
    copy.fixedHead = try fixedHead.forInference()
    copy.movingHead = try movingHead.forInference()
    copy.trunk = try trunk.forInference()
    copy.hidden = try hidden.forInference()
    return copy
  }

  public var tensors: [NamedTensor] {
    fixedHead.tensors(under: "fixed") + movingHead.tensors(under: "moving") + trunk.tensors(under: "trunk")
      + hidden.tensors(under: "hidden") + output.tensors(under: "output") + [
        NamedTensor("target_mean", targetMean, isTrained: false),
        NamedTensor("target_deviation", targetDeviation, isTrained: false),
      ]
  }

  public func callAsFunction(fixed: Tensor, moving: Tensor, isTraining: Bool) throws(TensorError) -> Tensor {
    let found = try Tensor.concatenated(
      [
        fixedHead(fixed.standardized(), isTraining: isTraining),
        movingHead(moving.standardized(), isTraining: isTraining),
      ], along: 1)
    return try output(hidden(trunk(found, isTraining: isTraining).flattened()).relu())
  }

  /// The four targets of a motion.
  private func targets(of motion: Affine<2>) -> [Double] {
    let parameters = parameters(of: motion)
    return [parameters.degrees, log(parameters.scale), parameters.translation[0], parameters.translation[1]]
  }

  public func adapt(to motions: [Affine<2>]) throws {
    let targets = motions.map(targets)
    let count = Double(max(1, targets.count))
    let mean = (0..<4).map { place in targets.reduce(0) { $0 + $1[place] } / count }
    let deviation = (0..<4).map { place in
      (targets.reduce(0) { $0 + ($1[place] - mean[place]) * ($1[place] - mean[place]) } / count).squareRoot()
    }
    try targetMean.assign(Tensor(mean.map(Float.init)))
    // A parameter that never varies is predicted as its mean.
    try targetDeviation.assign(Tensor(deviation.map { Float(max($0, 1e-6)) }))
  }

  public func motions(of outputs: Tensor) throws(TensorError) -> [Affine<2>] {
    let values = try (outputs * targetDeviation + targetMean).doubles()
    return stride(from: 0, to: values.count, by: 4).map { start in
      motion(
        degrees: values[start], scale: exp(min(max(values[start + 1], -3), 3)),
        translation: [values[start + 2], values[start + 3]])
    }
  }

  public func loss(of outputs: Tensor, against motions: [Affine<2>]) throws -> Tensor {
    let wanted = try Tensor(
      motions.flatMap { targets(of: $0).map(Float.init) }, shape: [motions.count, 4], on: outputs.device)
    return try outputs.meanSquaredError((wanted - targetMean) / targetDeviation)
  }
}
