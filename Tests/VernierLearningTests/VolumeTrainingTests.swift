import Testing
import Vernier

@testable import VernierLearning

/// Pairs of volumes, and trainings on them.
@Suite(.enabled(if: tensorsPluginAvailable, pluginNeeded), .serialized)
struct VolumeTrainingTests {
  let folder = TemporaryFolder()
  let options = TrainingOptions(
    epochs: 3, stepsPerEpoch: 4, batch: 3, schedule: .decay, seed: 7, validationPairs: 1000)

  /// Cubes of 24³ samples for a network of 16³.
  private func source(
    _ count: Int, seed: UInt64, knowsTruth: Bool = true, motion: MotionRange<3>? = nil, flips: Bool = false
  ) throws -> VolumePairSource {
    let made = try SyntheticVolumes(
      .cubes(side: 24), motion: MotionRange<3>(degrees: 10, shift: 3), seed: seed)
    var (volumes, pairs) = ([TrainingVolumes.Volume](), [TrainingVolumes.Pair]())
    for number in 0..<count {
      let pair = made.pair(number)
      pairs.append(.init(fixed: 2 * number, moving: 2 * number + 1, truth: knowsTruth ? pair.truth : nil))
      for image in [pair.fixed, pair.moving] {
        let view = NetworkView(fixed: image.grid, moving: image.grid, side: 16)
        volumes.append(.init(reduced: view.reduced(image), grid: image.grid))
      }
    }
    return VolumePairSource(pairs, of: volumes, side: 16, motion: motion, flips: flips, seed: seed)
  }

  private func trainer() throws -> Trainer {
    try Trainer(
      SpatialTransformerNetwork(smallTransformer(.separate), seed: 3), options: options,
      training: source(5, seed: 1), validation: source(2, seed: 2))
  }

  private struct Interruption: Error {}

  @Test func aResumedTrainingHasTheSameLosses() throws {
    var whole = try trainer()
    try whole.run(model: folder("whole"), checkpoint: folder("a"))
    var broken = try trainer()
    var count = 0
    #expect(throws: Interruption.self) {
      try broken.run(model: folder("parts"), checkpoint: folder("b")) { event in
        if case .step = event { count += 1 }
        if count == 6 { throw Interruption() }
      }
    }
    var resumed = try Trainer(resuming: folder("b"), kind: "spatial-transformer") { network, options in
      #expect(options == self.options && network is SpatialTransformerNetwork)
      return (try source(5, seed: 1), try source(2, seed: 2))
    }
    #expect(resumed.history == Array(whole.history.prefix(1)))
    try resumed.run(model: folder("parts"), checkpoint: folder("b"))
    #expect(resumed.history == whole.history && whole.history.count == 3)
    #expect(try folder.bytes("parts") == folder.bytes("whole"))
  }

  @Test func aPassShowsEachPairOnceInAnOrderOfItsOwn() throws {
    let source = try source(5, seed: 1)
    let size = 16 * 16 * 16
    func shown(_ range: Range<Int>) throws -> [[Float]] {
      let batch = try source.batch(first: range.lowerBound, count: range.count)
      return range.indices.map { index in
        let place = (index - range.lowerBound) * size
        return Array(batch.fixed[place..<place + size])
      }
    }
    let (first, second) = (try shown(0..<5), try shown(5..<10))
    #expect(Set(first).count == 5 && Set(first) == Set(second) && first != second)
    // However they are asked for.
    #expect(try shown(3..<8) == Array((first + second)[3..<8]))
    #expect(first.allSatisfy { $0.max()! > 0.8 && $0.max()! < 1.3 })
  }

  /// In the network's own samples: the truth brings the moving volumes onto the fixed ones.
  @Test(arguments: [false, true], [nil, MotionRange<3>(degrees: 15, scale: 0.9...1.1, shift: 2)])
  func theTruthComesAlong(flips: Bool, motion: MotionRange<3>?) throws {
    let batch = try source(4, seed: 1, motion: motion, flips: flips).batch(first: 0, count: 4)
    #expect(batch.motions.count == 4)
    let grid = try Grid<3>(size: [16, 16, 16])
    let size = grid.count
    var (right, without): (Float, Float) = (0, 0)
    for index in 0..<4 {
      let fixed = batch.fixed[index * size..<(index + 1) * size]
      let moving = try Image<3>(grid: grid, samples: Array(batch.moving[index * size..<(index + 1) * size]))
      let seen = moving.resampled(onto: grid, through: batch.motions[index]).samples
      right += squaredDifference(Array(fixed), seen)
      without += squaredDifference(Array(fixed), moving.samples)
    }
    #expect(right < 0.3 * without, "\(right) and \(without)")
    #expect(try source(4, seed: 1, knowsTruth: false).batch(first: 0, count: 4).motions.isEmpty)
  }

  /// Another way in each pass, but the same again for the same place.
  @Test(arguments: [(true, nil), (false, MotionRange<3>(degrees: 15, shift: 2))])
  func flippedAndMovedPairsAreSeenAnew(flips: Bool, motion: MotionRange<3>?) throws {
    let source = try source(2, seed: 1, motion: motion, flips: flips)
    let passes = try (0..<4).map { try source.batch(first: 2 * $0, count: 2) }
    #expect(Set(passes.map(\.moving)).count == 4)
    let again = try source.batch(first: 3, count: 1)
    let size = 16 * 16 * 16
    #expect(again.fixed == Array(passes[1].fixed.suffix(size)) && again.moving == Array(passes[1].moving.suffix(size)))
    #expect(passes.allSatisfy { $0.moving.allSatisfy { (-0.3...1.3).contains($0) } })
  }

  @Test func withoutTruthThereAreNoErrors() throws {
    var options = options
    options.epochs = 1
    var trainer = try Trainer(
      SpatialTransformerNetwork(smallTransformer(.affine), seed: 3), options: options,
      training: source(3, seed: 1, knowsTruth: false), validation: source(2, seed: 2, knowsTruth: false))
    try trainer.run()
    #expect(trainer.history[0].errors == nil && trainer.history[0].validationLoss > 0)
    var known = try self.trainer()
    try known.run()
    let errors = try #require(known.history[0].errors)
    #expect(errors.corner > 0 && errors.rotation > 0 && errors.rotation < 30)
  }

  /// A rotation by one angle about each axis in turn is one rotation by another.
  @Test func rotationErrorsInSpaceAreAngles() throws {
    let grid = try Grid<3>(size: [16, 16, 16])
    let one = Affine<3>(
      .init(
        rotation: [0, 0, 40], scale: [1.2, 1.2, 1.2], shear: [0, 0, 0], translation: [1, 2, 3], center: grid.center))
    let other = Affine<3>(
      .init(rotation: [0, 60, 40], scale: [1, 1, 1], shear: [0, 0, 0], translation: [1, 2, 2], center: grid.center))
    let errors = PredictionErrors([one, one], [one, other], on: grid)
    #expect(abs(errors.rotation - 30) < 1e-4 && abs(errors.translation - 0.5) < 1e-9 && errors.medianCorner > 1)
  }
}
