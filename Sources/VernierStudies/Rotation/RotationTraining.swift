import Vernier
import VernierLearning
import VernierPlots

/// One of the paper's runs, trained.
struct RotationTraining: Sendable {
  var run: RotationConfiguration.Run
  var options: TrainingOptions
  var parameters: Int
  /// Empty where it diverged at once.
  var history: [TrainingEpoch]
  /// Why it ended early; nil where it did not.
  var problem: String?
  var seconds: Double

  /// Trains a run on frames and judges it on others, by the published protocol.
  ///
  /// - Throws: `FileError` where there are too few frames; ``TensorError``; a training that diverges is a result.
  init(
    _ run: RotationConfiguration.Run, _ configuration: RotationConfiguration, frames: FrameFolders, seed: UInt64,
    threads: Int, progress: (Double) -> Void
  ) throws {
    self.run = run
    let network = configuration.network(run)
    options = configuration.options(run, seed: seed)
    let recipe = network.usualRecipe
    let made = try RotationNetwork(network, seed: seed)
    parameters = made.parameterCount
    var trainer = try Trainer(
      made, options: options,
      training: TrainingPairs(of: frames.training(for: recipe), recipe, seed: seed, threads: threads),
      validation: TrainingPairs(of: frames.test(for: recipe), recipe, seed: seed &+ 1 << 32, threads: threads))
    let clock = ContinuousClock()
    let start = clock.now
    do {
      try trainer.run { if case .step(let share, _, _) = $0 { progress(share) } }
    } catch let error as TrainingError { problem = "\(error)" }
    seconds = (clock.now - start) / .seconds(1)
    history = trainer.history
  }

  /// The losses as the paper's Fig. 4 shows them.
  var curve: LossCurve {
    LossCurve(
      title: run.name, subtitle: "", training: history.map(\.trainingLoss), validation: history.map(\.validationLoss))
  }
}

/// The folders of frames that a network learns from and is judged on.
struct FrameFolders: Sendable {
  private let trainingPaths: [String]
  private let testPaths: [String]

  init(_ configuration: RotationConfiguration, data: String) {
    trainingPaths = configuration.trainingFrames.map { "\(data)/\($0)" }
    testPaths = configuration.testFrames.map { "\(data)/\($0)" }
  }

  /// - Throws: `FileError` where there are fewer than two that are large enough.
  func training(for recipe: SyntheticPairs.Recipe) throws -> [Image<2>] {
    try TrainingPictures(trainingPaths, for: recipe).pictures
  }

  func test(for recipe: SyntheticPairs.Recipe) throws -> [Image<2>] {
    try TrainingPictures(testPaths, for: recipe).pictures
  }
}
