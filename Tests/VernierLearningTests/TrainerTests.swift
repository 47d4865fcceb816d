import Synchronization
import Testing
import Vernier

@testable import VernierLearning

/// One after another: the number of torch's threads is the process's.
@Suite(.enabled(if: tensorsPluginAvailable, pluginNeeded), .serialized)
struct TrainerTests {
  let folder = TemporaryFolder()
  let configuration = LSTMNetwork.Configuration(
    side: 16, channels: 1, hidden: 12, layers: 2, regression: RigidRegression(angle: .direction))
  let options = TrainingOptions(
    epochs: 4, stepsPerEpoch: 5, batch: 8, learningRate: 3e-3, seed: 7, validationPairs: 40, weights: "w",
    pretrained: "p")

  private func source(_ seed: UInt64) throws -> TrainingPairs {
    try TrainingPairs(of: pictures(6, side: 16), configuration.usualRecipe, seed: seed)
  }

  private func trainer(_ options: TrainingOptions) throws -> Trainer {
    try Trainer(
      LSTMNetwork(configuration, seed: options.seed), options: options, training: source(1), validation: source(2))
  }

  private struct Interruption: Error {}

  @Test func aResumedTrainingHasTheSameLosses() throws {
    var whole = try trainer(options)
    var steps: [Double] = []
    try whole.run(model: folder("whole"), checkpoint: folder("a")) { event in
      if case .step(_, _, let loss) = event { steps.append(loss) }
    }
    #expect(whole.history.count == 4 && steps.count == 20)
    var broken = try trainer(options)
    var count = 0
    #expect(throws: Interruption.self) {
      try broken.run(model: folder("parts"), checkpoint: folder("b")) { event in
        if case .step = event { count += 1 }
        // In the middle of the third epoch.
        if count == 13 { throw Interruption() }
      }
    }
    var resumed = try Trainer(resuming: folder("b")) { _, options in
      #expect(options == self.options)
      return (try source(1), try source(2))
    }
    #expect(resumed.history == Array(whole.history.prefix(2)))
    var rest: [Double] = []
    try resumed.run(model: folder("parts"), checkpoint: folder("b")) { event in
      if case .step(_, _, let loss) = event { rest.append(loss) }
    }
    #expect(rest == Array(steps.suffix(10)) && resumed.history == whole.history)
    #expect(try folder.bytes("parts") == folder.bytes("whole"))
    #expect(folder.names == ["a", "b", "parts", "whole"])
  }

  @Test func theModelIsTheBestEpochs() throws {
    var options = options
    (options.stepsPerEpoch, options.learningRate) = (60, 1e-2)
    var trainer = try trainer(options)
    try trainer.run(model: folder("m"), checkpoint: folder("c"))
    let best = try #require(trainer.best)
    #expect(best.validationLoss == trainer.history.map(\.validationLoss).min())
    let losses = trainer.history.map(\.trainingLoss)
    #expect(losses[3] < losses[0])
    let (network, _) = try ModelFile.read(folder("m"), kind: "lstm")
    let batch = try source(2).batch(first: 0, count: 40)
    #expect(try abs(loss(network.ofPictures, batch) - best.validationLoss) < 1e-4 * best.validationLoss)
  }

  private func loss(_ network: some PictureNetwork, _ batch: TrainingBatch<Affine<2>>) throws -> Double {
    let shape = [40, 1, 16, 16]
    var random = SplitMix64(seed: 1)
    return try network.loss(
      fixed: Tensor(batch.fixed, shape: shape), moving: Tensor(batch.moving, shape: shape), against: batch.motions,
      isTraining: false, using: &random
    ).value()
  }

  @Test func aTrainingThatGoesAstrayStops() throws {
    var options = options
    options.learningRate = 1e4
    var trainer = try trainer(options)
    #expect { try trainer.run(checkpoint: folder("c")) } throws: { error in
      "\(error)".hasPrefix("training diverged at step 5: ") && "\(error)".hasSuffix("; nothing was written")
    }
    #expect(folder.names == [])
  }

  /// Pairs that hold no numbers from the eighth step on.
  private struct Broken: BatchSource {
    var pairs: TrainingPairs
    var side: Int { pairs.side }

    func batch(first: Int, count: Int) throws -> TrainingBatch<Affine<2>> {
      var batch = try pairs.batch(first: first, count: count)
      if first >= 7 * 8, count == 8 { batch.fixed[0] = .nan }
      return batch
    }
  }

  @Test func theLastGoodStateIsKept() throws {
    var trainer = try Trainer(
      LSTMNetwork(configuration, seed: 1), options: options, training: Broken(pairs: try source(1)),
      validation: source(2))
    #expect { try trainer.run(model: folder("m"), checkpoint: folder("c")) } throws: { error in
      "\(error)".hasPrefix("training diverged at step 8: the loss is nan") && "\(error)".hasSuffix(folder("c"))
    }
    let kept = try Trainer(resuming: folder("c")) { _, _ in (try source(1), try source(2)) }
    #expect(kept.history == trainer.history && kept.history.count == 1)
    _ = try ModelFile.read(folder("m"))
  }

  /// Pairs of any recipe come to the network as they come out of the source, whichever thread makes them.
  @Test func pairsAreMadeAheadInTheirOrder() throws {
    final class Recorder: BatchSource {
      let pairs: TrainingPairs
      let asked = Mutex<[Int]>([])
      var side: Int { pairs.side }
      init(_ pairs: TrainingPairs) { self.pairs = pairs }

      func batch(first: Int, count: Int) throws -> TrainingBatch<Affine<2>> {
        if count == 8 { asked.withLock { $0.append(first) } }
        return try pairs.batch(first: first, count: count)
      }
    }
    let recorder = Recorder(try source(1))
    var trainer = try Trainer(
      LSTMNetwork(configuration, seed: options.seed), options: options, training: recorder, validation: source(2))
    try trainer.run()
    #expect(recorder.asked.withLock { $0 } == (0..<20).map { 8 * $0 })
    var plain = try self.trainer(options)
    try plain.run()
    #expect(plain.history == trainer.history)
  }

  @Test func aCheckpointKeepsTheRecipe() throws {
    var options = options
    options.epochs = 1
    var recipe = recipe(side: 16, degrees: 20, shift: 0.1, kind: .strict)
    recipe.degradation.noise = 0.05...0.1
    recipe.degradation.quality = 40...90
    recipe.flips = true
    options.recipe = recipe
    var trainer = try trainer(options)
    try trainer.run(checkpoint: folder("c"))
    _ = try Trainer(resuming: folder("c")) { _, options in
      #expect(options.recipe == recipe)
      return (try source(1), try source(2))
    }
  }

  @Test func strictPairsComeFromWholePictures() throws {
    let scenes = pictures(3, side: 90)
    let pairs = try TrainingPairs(of: scenes, recipe(side: 32, degrees: 20, kind: .strict), seed: 1)
    let batch = try pairs.batch(first: 0, count: 6)
    // The strict protocol leaves no zeros where a turned picture looks outside.
    #expect(batch.moving.count { $0 == 0 } < 60 && pairs.sceneCount == 3)
    #expect(throws: SynthesisError.self) {
      try TrainingPairs(of: scenes, recipe(side: 64, degrees: 180, shift: 0.2, kind: .strict), seed: 1)
    }
  }

  @Test func trainingStopsWhereNothingGetsBetter() throws {
    var options = options
    (options.learningRate, options.patience, options.epochs) = (0, 2, 50)
    var trainer = try trainer(options)
    try trainer.run()
    #expect(trainer.history.count == 3)
  }

  @Test func aModelIsNoCheckpoint() throws {
    try ModelFile.write(LSTMNetwork(configuration, seed: 1), to: folder("m"))
    #expect(throws: ModelFileError.self, "no moments") {
      try ModelFile.read(folder("m"), kind: "rotation-cnn")
    }
    #expect(throws: TrainingError.otherTraining(folder("m"))) {
      try Trainer(resuming: folder("m")) { _, _ in (try source(1), try source(2)) }
    }
    #expect(throws: ModelFileError.self) {
      try Trainer(resuming: folder("none")) { _, _ in (try source(1), try source(2)) }
    }
  }

  @Test func pairsDependOnSeedAndNumberAlone() throws {
    let recipe = recipe(side: 24, degrees: 180, scale: 1.2, shift: 0.2)
    let one = try TrainingPairs(of: pictures(5, side: 24), recipe, seed: 9, threads: 1)
    let three = try TrainingPairs(of: pictures(5, side: 24), recipe, seed: 9, threads: 3)
    let (whole, part) = (try one.batch(first: 0, count: 11), try three.batch(first: 4, count: 5))
    #expect(Array(whole.moving[(4 * 576)..<(9 * 576)]) == part.moving && Array(whole.motions[4..<9]) == part.motions)
    #expect(Array(whole.fixed[(4 * 576)..<(9 * 576)]) == part.fixed)
    // The truth brings the moving pictures back, where they hold anything; its inverse does not.
    var (right, wrong) = (0.0, 0.0)
    for index in 0..<11 {
      let fixed = try Image<2>(width: 24, height: 24, samples: Array(whole.fixed[(index * 576)..<((index + 1) * 576)]))
      let moving = try Image<2>(
        width: 24, height: 24, samples: Array(whole.moving[(index * 576)..<((index + 1) * 576)]))
      func gap(_ motion: Affine<2>) -> Double {
        let back = moving.resampled(onto: fixed.grid, through: motion)
        let gaps = zip(back.samples, fixed.samples).filter { $0.0 > 0 }.map { Double(abs($0.0 - $0.1)) }
        return gaps.reduce(0, +) / Double(max(1, gaps.count))
      }
      right += gap(whole.motions[index])
      wrong += gap(try #require(whole.motions[index].inverted()))
    }
    #expect(right < 0.5 * wrong, "\(right) and \(wrong)")
  }
}
