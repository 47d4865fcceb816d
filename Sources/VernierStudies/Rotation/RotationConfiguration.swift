import FoundationEssentials
import VernierFiles
import VernierLearning
import VernierText

/// What the rotation study trains and measures, as JSON.
public struct RotationConfiguration: Codable, Sendable, Equatable {
  /// A training as the paper's Table 1 lists them.
  public struct Run: Codable, Sendable, Equatable {
    public var name: String
    public var epochs: Int
    public var learningRate: Double
    public var batch: Int
    public var loss: RotationNetwork.Configuration.Loss
    /// Of each of the two pictures.
    public var side: Int
  }

  /// Frames to learn from, and others to be judged on: folders below the data folder.
  public var trainingFrames: [String]
  public var testFrames: [String]
  /// Angles lie in ± this, in degrees.
  public var range: Double
  /// Pairs of an epoch; the paper has 750 frames to train on.
  public var pairsPerEpoch: Int
  /// Pairs on which each epoch is judged; the paper has 250 frames.
  public var testPairs: Int
  /// The share of the published epochs that is run.
  public var epochShare: Double
  /// The network of the runs: the channels after each block, one block less for pictures of 64×64 and less; and the
  /// layer before the last.
  public var widths: [Int]
  public var hidden: Int
  public var runs: [Run]
  /// The conditions of the table that the paper lacks: noise in percent of 255, JPEG's qualities, denoisers by name,
  /// and pairs of each.
  public var noise: [Double]
  public var qualities: [Int]
  public var denoisers: [String]
  public var methods: [String]
  public var pairs: Int

  /// The paper's six runs; what finishes on two cores: a twentieth of the epochs with narrow layers.
  public static let usual = Self(
    trainingFrames: ["bsds500"], testFrames: ["kodak", "stl10"], range: 20, pairsPerEpoch: 750, testPairs: 250,
    epochShare: 0.05, widths: [8, 16, 32, 48, 64], hidden: 64,
    runs: [
      Run(name: "TA1", epochs: 300, learningRate: 1e-3, batch: 40, loss: .meanAbsolute, side: 128),
      Run(name: "TA2", epochs: 300, learningRate: 1e-4, batch: 40, loss: .meanAbsolute, side: 128),
      Run(name: "TA3", epochs: 200, learningRate: 1e-4, batch: 50, loss: .meanAbsolute, side: 128),
      Run(name: "TA4", epochs: 200, learningRate: 1e-2, batch: 20, loss: .meanAbsolute, side: 128),
      Run(name: "TA5", epochs: 200, learningRate: 1e-2, batch: 20, loss: .meanSquared, side: 128),
      Run(name: "TA6", epochs: 200, learningRate: 1e-2, batch: 20, loss: .meanSquared, side: 64),
    ],
    noise: [0, 5, 10, 20], qualities: [90, 70, 50, 30, 10], denoisers: ["nlm", "bilateral", "tv"],
    methods: ["rotation-cnn", "rotation-cnn+refine", "search+refine"], pairs: 200)

}

extension RotationConfiguration {
  /// Reads a configuration.
  ///
  /// - Throws: `FileError`: it cannot be read, is not such JSON, or holds what cannot be run.
  public init(file path: String) throws {
    guard let text = try? Data(contentsOf: URL(filePath: path)) else { throw FileError(path, .missing) }
    let found: Self
    do { found = try JSON(parsing: String(decoding: text, as: UTF8.self)).decoded() } catch {
      throw FileError(
        path, .unsupported("it is no configuration of the study of rotation; docs/rotation.json is one to begin from"))
    }
    if let objection = found.objection { throw FileError(path, .unsupported(objection)) }
    self = found
  }

  /// What cannot be run, or nil.
  var objection: String? {
    for run in runs {
      guard run.epochs > 0, run.batch > 0, run.learningRate > 0 else {
        return "\(run.name): epochs, batch and learning rate are positive"
      }
      if let objection = network(run).objection { return "\(run.name): \(objection)" }
    }
    guard !trainingFrames.contains(where: testFrames.contains) else {
      return "a folder is both in trainingFrames and testFrames; the network must not have seen what it is judged on"
    }
    guard pairsPerEpoch > 0, testPairs > 0, pairs > 0, epochShare > 0, range > 0 else {
      return "counts, the share and the range are positive"
    }
    guard noise.allSatisfy({ $0 >= 0 }), qualities.allSatisfy((1...100).contains) else {
      return "noise is 0 or more, qualities lie in 1 to 100"
    }
    return nil
  }

  func network(_ run: Run) -> RotationNetwork.Configuration {
    RotationNetwork.Configuration(
      side: run.side, widths: run.side > 64 ? widths : widths.dropLast(), hidden: hidden, range: range, loss: run.loss)
  }

  func options(_ run: Run, seed: UInt64) -> TrainingOptions {
    TrainingOptions(
      epochs: max(1, Int((Double(run.epochs) * epochShare).rounded())),
      stepsPerEpoch: max(1, pairsPerEpoch / run.batch), batch: run.batch, learningRate: run.learningRate,
      schedule: .constant, seed: seed, validationPairs: testPairs, patience: nil)
  }
}
