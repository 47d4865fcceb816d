import Glibc
import Vernier

/// How a network is trained.
public struct TrainingOptions: Sendable, Codable, Equatable {
  /// Passes; each ends with a validation and a checkpoint.
  public var epochs: Int
  /// Steps of an epoch. Pairs are made as they are needed, so that no pass has a natural end.
  public var stepsPerEpoch: Int
  /// Pairs of a step.
  public var batch: Int
  public var learningRate: Double
  public var schedule: LearningRateSchedule
  /// The gradients' common norm is held to this. The default, 10 times a usual one's, bites where a batch goes astray alone.
  public var gradientNorm: Double
  /// Draws the network's first parameters and the pairs.
  public var seed: UInt64
  /// Pairs on which each epoch is judged.
  public var validationPairs: Int
  /// Pictures that are kept for validation; nil for a tenth, 1000 at most.
  public var heldOutPictures: Int?
  /// Training stops after so many epochs without a better one; nil never.
  public var patience: Int?
  /// What pairs are made; nil for the network's own, see ``NetworkConfiguration/usualRecipe``.
  public var recipe: SyntheticPairs.Recipe?

  public init(
    epochs: Int = 30, stepsPerEpoch: Int = 200, batch: Int = 128, learningRate: Double = 1e-3,
    schedule: LearningRateSchedule = .cosine, gradientNorm: Double = 100, seed: UInt64 = 1, validationPairs: Int = 1000,
    heldOutPictures: Int? = nil, patience: Int? = 20, recipe: SyntheticPairs.Recipe? = nil
  ) {
    self.epochs = epochs
    self.stepsPerEpoch = stepsPerEpoch
    self.batch = batch
    self.learningRate = learningRate
    self.schedule = schedule
    self.gradientNorm = gradientNorm
    self.seed = seed
    self.validationPairs = validationPairs
    self.heldOutPictures = heldOutPictures
    self.patience = patience
    self.recipe = recipe
  }
}

/// What an epoch has come to.
public struct TrainingEpoch: Sendable, Codable, Equatable {
  /// From 1.
  public var number: Int
  /// The mean over the epoch's steps.
  public var trainingLoss: Double
  public var validationLoss: Double
  public var errors: PredictionErrors
}

/// How far predictions are from the truth, over pairs.
public struct PredictionErrors: Sendable, Codable, Equatable {
  /// The mean rotation error around the circle, in degrees.
  public var rotation: Double
  /// The mean of |Δx| + |Δy|, in samples, as published for small images.
  public var translation: Double
  /// The mean and the median of the mean distance at the corners, in samples.
  public var corner: Double
  public var medianCorner: Double

  /// - Precondition: there is a pair.
  public init(_ found: [Affine<2>], _ truths: [Affine<2>], on grid: Grid<2>) {
    let pairs = zip(found, truths).map {
      ($0.centered(at: grid.center).parameters, $1.centered(at: grid.center).parameters)
    }
    func mean(_ error: (Affine<2>.Parameters, Affine<2>.Parameters) -> Double) -> Double {
      pairs.reduce(0) { $0 + error($1.0, $1.1) } / Double(pairs.count)
    }
    rotation = mean { abs(remainder($0.rotation[0] - $1.rotation[0], 360)) }
    translation = mean { here, there in
      abs(here.translation[0] - there.translation[0]) + abs(here.translation[1] - there.translation[1])
    }
    let corners = zip(found, truths).map { $0.cornerDistance(to: $1, on: grid) }.sorted()
    corner = corners.reduce(0, +) / Double(corners.count)
    medianCorner = corners[corners.count / 2]
  }
}

/// Why training ended before its last epoch.
public enum TrainingError: Error, Equatable, Sendable {
  /// The loss is no number, or several times what it began with.
  case diverged(step: Int, loss: Double, checkpoint: String?)
  /// The checkpoint is of another training.
  case otherTraining(String)
}

extension TrainingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .diverged(let step, let loss, let checkpoint):
      "training diverged at step \(step): the loss is \(loss); try a smaller --learning-rate"
        + (checkpoint.map { "; the last good state is kept in \($0)" } ?? "; nothing was written")
    case .otherTraining(let path): "\(path): not a checkpoint of a training; name the one that `vernier train` wrote"
    }
  }
}
