import Foundation
import Testing
import Vernier

@testable import VernierLearning

/// The networks in `Models`, as a user gets them.
@Suite(.enabled(if: tensorsPluginAvailable, pluginNeeded))
struct ShippedModelsTests {
  private static let folder = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/Models"

  private static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
    .filter { $0.hasSuffix(".safetensors") }.map { String($0.dropLast(".safetensors".count)) }.sorted()

  private func bytes(_ name: String) throws -> Int {
    try #require(
      FileManager.default.attributesOfItem(atPath: "\(Self.folder)/\(name)")[.size] as? Int)
  }

  @Test func allAreSmallAndDescribed() throws {
    #expect(Self.names.contains("rotation-cnn"))
    #expect(try Self.names.reduce(0) { try $0 + bytes($1 + ".safetensors") } <= 20_000_000)
    for name in Self.names {
      let card = try String(contentsOfFile: "\(Self.folder)/\(name).md", encoding: .utf8)
      let data = NetworkPreset.named(name)?.configuration.rank == 3 ? "--volumes" : "--images"
      #expect(card.contains("vernier train \(name) \(data) "))
      #expect(try bytes(name + ".svg") > 0)
    }
  }

  @Test func whatWasReadIsKeptUntilItIsForgotten() throws {
    let preset = try #require(NetworkPreset.named("lstm-compact"))
    let file = "\(Self.folder)/lstm-compact.safetensors"
    func firstWeight() throws -> Tensor { try LearnedModels.network(preset, file: file).tensors[0].tensor }
    let first = try firstWeight()
    #expect(try firstWeight().handle === first.handle)
    LearnedModels.removeAll()
    let second = try firstWeight()
    #expect(second.handle !== first.handle)
    #expect(try second.values() == first.values())
  }

  @Test(arguments: names) func eachIsOfItsPreset(name: String) throws {
    let preset = try #require(NetworkPreset.named(name))
    _ = try ModelFile.read("\(Self.folder)/\(name).safetensors", kind: preset.kind)
  }

  /// On drawn scenes, which it has never seen, under noise of 10 %: measured 0.9°, where answering 0 is 10° off.
  @Test func theRotationNetworkSeesDrawnScenes() throws {
    let network = try ModelFile.read("\(Self.folder)/rotation-cnn.safetensors", kind: "rotation-cnn").network.ofPictures
    var recipe = network.usual
    recipe.degradation.noise = 0.1...0.1
    let batch = try TrainingPairs(of: pictures(20, side: recipe.side), recipe, seed: 3).batch(first: 0, count: 100)
    let errors = PredictionErrors(
      try network.answers(batch), batch.motions, on: try Grid<2>(size: [recipe.side, recipe.side]))
    #expect(errors.rotation < 2, "\(errors)")
  }

  /// On drawn scenes, any rotation; and its own uncertainty holds: it states about as much as it errs.
  @Test func theCorrelationNetworkSeesDrawnScenes() throws {
    let network = try ModelFile.read("\(Self.folder)/correlation-rigid.safetensors", kind: "correlation").network
      .ofPictures
    let batch = try TrainingPairs(of: pictures(20, side: 32), network.usual, seed: 3).batch(first: 0, count: 100)
    let predicted = try network.predictions(batch)
    let grid = try Grid<2>(size: [32, 32])
    let errors = PredictionErrors(predicted.map(\.motion), batch.motions, on: grid)
    #expect(errors.rotation < 1 && errors.translation < 0.5, "\(errors)")
    let shares = zip(predicted, batch.motions).map { prediction, truth in
      prediction.motion.cornerDistance(to: truth, on: grid) / (prediction.cornerDeviation ?? 0)
    }.sorted()
    #expect((0.3...1.5).contains(shares[50]), "the median error is \(shares[50]) of the deviation that is stated")
    #expect(shares[94] < 4, "of 100 errors, five are above \(shares[94]) of it")
  }

  /// Damaged cubes, as users get an alignment: the labels agree as the paper's do, 0.937 and 0.889 of 1.
  @Test(arguments: [("stn-separate", 0.92), ("stn-affine", 0.9)])
  func theTransformersAlignCubes(name: String, dice: Double) throws {
    let motion = MotionRange<3>(.similarity, degrees: 20, scale: 0.9...1.1, shear: 0, shift: 6)
    let cubes = try SyntheticVolumes(.cubes(side: 64), motion: motion, seed: 77)
    let network = try ModelFile.read("\(Self.folder)/\(name).safetensors", kind: "spatial-transformer").network
    let aligner = LearnedAligner(network, name: name)
    let (before, after) = try (0..<8).reduce(into: (0.0, 0.0)) { sums, number in
      let pair = cubes.pair(number)
      let labels = try #require(pair.labels)
      func agreement(_ map: Affine<3>) throws -> Double {
        let moved = labels.moving.resampled(onto: pair.fixed.grid, through: map, interpolation: .nearest)
        return try LabelAgreement(fixed: labels.fixed, moved: moved, threads: 1).meanDice
      }
      let found = try aligner.candidates(
        aligning: pair.moving, to: pair.fixed, from: [], as: AlignmentTask(model: .affine))[0].linear
      sums.0 += try agreement(.identity) / 8
      sums.1 += try agreement(found) / 8
    }
    #expect(before < 0.8 && after > dice, "\(before) before, \(after) after")
  }
}

extension PictureNetwork {
  fileprivate var usual: SyntheticPairs.Recipe { configuration.usualRecipe }

  fileprivate func answers(_ batch: TrainingBatch<Affine<2>>) throws -> [Affine<2>] {
    try predictions(batch).map(\.motion)
  }

  fileprivate func predictions(_ batch: TrainingBatch<Affine<2>>) throws -> [PredictedMotion<Affine<2>>] {
    let shape = [batch.motions.count, 1, configuration.side, configuration.side]
    return try withoutGradients {
      try motions(fixed: Tensor(batch.fixed, shape: shape), moving: Tensor(batch.moving, shape: shape)).map { $0[0] }
    }
  }
}
