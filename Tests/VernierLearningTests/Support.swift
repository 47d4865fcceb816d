import Foundation
import Testing
import Vernier

@testable import VernierLearning

let tensorsPluginAvailable = (try? TensorsPlugin.load()) != nil
let pluginNeeded: Comment = "needs the tensors plug-in: make learning"

func near(_ values: [Float], _ wanted: [Float], within tolerance: Float = 1e-5) -> Bool {
  values.count == wanted.count && zip(values, wanted).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
}

/// A folder that goes with its owner.
final class TemporaryFolder: Sendable {
  let root: String

  init() {
    root = "/tmp/vernier-learning-tests-\(UUID().uuidString)"
    try! FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func callAsFunction(_ name: String) -> String { "\(root)/\(name)" }

  /// The names in the folder, hidden ones too.
  var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: root).sorted()) ?? [] }

  func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: self(name)))) }

  func write(_ name: String, _ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(filePath: self(name))) }
}

/// Networks for pictures of each kind, small enough for tests.
let smallNetworks: [any PictureNetworkConfiguration] = [
  LSTMNetwork.Configuration(
    side: 16, channels: 1, hidden: 12, layers: 2, regression: RigidRegression(angle: .direction)),
  RotationNetwork.Configuration(side: 16, widths: [4, 8], hidden: 8, range: 20, loss: .meanAbsolute),
  TwoHeadedNetwork.Configuration(side: 16, headWidths: [4], trunkWidths: [8], hidden: 8),
  CorrelationNetwork.Configuration(
    side: 16, model: .similarity, step: 2, stemWidth: 4, width: 8, angles: 3, range: 20, scales: 2, scale: 1.2,
    reach: 0.3),
  ResNeXtNetwork.Configuration(
    side: 16, enlargedSide: 16, extractor: .init(depths: [1, 1], width: 8, groups: 4), features: 12,
    head: .lstm(hidden: 12, layers: 2), regression: RigidRegression(angle: .direction)),
]

extension ResNeXt.Size {
  static let shallow = Self(depths: [1, 1, 1, 1], width: 32, groups: 32)
}

/// Drawn pictures.
func pictures(_ count: Int, side: Int) -> [Image<2>] {
  (0..<count).map { SyntheticScene(side: side, seed: UInt64($0)).image }
}

extension PictureNetworkConfiguration {
  func made(seed: UInt64) throws -> any PictureNetwork {
    var initializer = Initializer(seed: seed)
    return try network(from: &initializer).ofPictures
  }
}

extension RegistrationNetwork {
  var ofPictures: any PictureNetwork { get throws { try #require(self as? any PictureNetwork) } }
}

/// A small spatial transformer.
func smallTransformer(
  _ form: SpatialTransformerForm, side: Int = 16
) -> SpatialTransformerNetwork.Configuration {
  .init(side: side, form: form, widths: [4, 8], hidden: 8)
}

/// Pairs of square pictures; the scale goes from 1 / `scale` to `scale`, shifts are a share of the side.
func recipe(
  side: Int, degrees: Double, scale: Double = 1, shift: Double = 0, kind: PairProtocol = .published
) -> SyntheticPairs.Recipe {
  let model: TransformModel = scale > 1 ? .similarity : .rigid
  return SyntheticPairs.Recipe(
    side: side, kind: kind, model: model,
    motion: MotionRange(degrees: degrees, scale: 1 / scale...scale, shift: shift * Double(side)))
}

/// The sum of the squared differences of two images' samples.
func squaredDifference(_ left: [Float], _ right: [Float]) -> Float {
  zip(left, right).reduce(0) { (sum: Float, pair: (Float, Float)) -> Float in
    let gap = pair.0 - pair.1
    return sum + gap * gap
  }
}
