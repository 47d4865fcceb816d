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
  /// The gradients' common norm is held to this. The default, 10 times a usual one's, bites where a batch goes astray
  /// alone.
  public var gradientNorm: Double
  /// Draws the network's first parameters and the pairs.
  public var seed: UInt64
  /// Pairs on which each epoch is judged.
  public var validationPairs: Int
  /// Pictures that are kept for validation; nil for a tenth, 1000 at most.
  public var heldOutPictures: Int?
  /// Whether pictures are learned from in tiles, too, see ``TrainingPictures``.
  public var tilesPictures: Bool
  /// Training stops after so many epochs without a better one; nil never.
  public var patience: Int?
  /// What pairs are made; nil for the network's own, see ``PictureNetworkConfiguration/usualRecipe``, and for pairs
  /// that are not made.
  public var recipe: SyntheticPairs.Recipe?
  /// Of volumes: what each pair's moving volume is moved by each time it is seen, see ``VolumePairSource``; shifts in
  /// samples of the network's side. Nil for nothing.
  public var volumeMotion: MotionRange<3>?
  /// Of volumes: whether each pair is seen turned, mirrored and either way round, see ``VolumePairSource``. Pictures
  /// have it in their recipe.
  public var flipsVolumes: Bool
  /// The model file whose parameters the training starts from, see ``ModelFile/load(_:into:)``; nil where they are
  /// drawn. The trainer takes the network as it is given: this is for the record, as is ``pretrained``.
  public var weights: String?
  /// The file that the extractor starts from, see ``ResNeXt/load(_:)``; nil for none.
  public var pretrained: String?

  public init(
    epochs: Int = 30, stepsPerEpoch: Int = 200, batch: Int = 128, learningRate: Double = 1e-3,
    schedule: LearningRateSchedule = .cosine, gradientNorm: Double = 100, seed: UInt64 = 1, validationPairs: Int = 1000,
    heldOutPictures: Int? = nil, tilesPictures: Bool = false, patience: Int? = 20,
    recipe: SyntheticPairs.Recipe? = nil, volumeMotion: MotionRange<3>? = nil, flipsVolumes: Bool = false,
    weights: String? = nil, pretrained: String? = nil
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
    self.tilesPictures = tilesPictures
    self.patience = patience
    self.recipe = recipe
    self.volumeMotion = volumeMotion
    self.flipsVolumes = flipsVolumes
    self.weights = weights
    self.pretrained = pretrained
  }
}

/// What an epoch has come to.
public struct TrainingEpoch: Sendable, Codable, Equatable {
  /// From 1.
  public var number: Int
  /// The mean over the epoch's steps.
  public var trainingLoss: Double
  public var validationLoss: Double
  /// Nil where the true motions are not known.
  public var errors: PredictionErrors?
}

/// How far predictions are from the truth, over pairs.
public struct PredictionErrors: Sendable, Codable, Equatable {
  /// The mean rotation error in degrees: around the circle; in space the angle of the rotation that is between the two.
  public var rotation: Double
  /// The mean of |Δx| + |Δy|, in samples, as published for small images; in space + |Δz|.
  public var translation: Double
  /// The mean and the median of the mean distance at the corners, in samples.
  public var corner: Double
  public var medianCorner: Double

  /// - Precondition: there is a pair.
  public init<let rank: Int>(_ found: [Affine<rank>], _ truths: [Affine<rank>], on grid: Grid<rank>) {
    let pairs = zip(found, truths).map {
      ($0.centered(at: grid.center).parameters, $1.centered(at: grid.center).parameters)
    }
    func mean(_ error: (Affine<rank>.Parameters, Affine<rank>.Parameters) -> Double) -> Double {
      pairs.reduce(0) { $0 + error($1.0, $1.1) } / Double(pairs.count)
    }
    rotation = mean(Self.angle)
    translation = mean { here, there in
      (here.translation - there.translation).elements.reduce(0) { $0 + abs($1) }
    }
    let corners = zip(found, truths).map { $0.cornerDistance(to: $1, on: grid) }.sorted()
    corner = corners.reduce(0, +) / Double(corners.count)
    medianCorner = corners[corners.count / 2]
  }

  /// Between the rotations of two motions, in degrees, 0…180.
  private static func angle<let rank: Int>(
    _ here: Affine<rank>.Parameters, _ there: Affine<rank>.Parameters
  ) -> Double {
    guard rank == 3 else { return abs(remainder(here.rotation[0] - there.rotation[0], 360)) }
    let turns = [here, there].map { parameters in
      Affine<rank>(
        .init(
          rotation: parameters.rotation, scale: [1, 1, 1], shear: [0, 0, 0], translation: .zero, center: .zero)
      ).linear
    }
    let between = turns[0].transposed * turns[1]
    let trace = (0..<rank).reduce(0) { $0 + between[$1, $1] }
    return acos(min(max((trace - 1) / 2, -1), 1)) * 180 / .pi
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
