import Glibc
import Testing
import Vernier

@testable import VernierLearning

@Suite(.enabled(if: tensorsPluginAvailable, pluginNeeded))
struct SpatialTransformerTests {
  /// Shear first, then scale, rotation and translation: the paper's order, and that of Vernier's parameters.
  @Test func theTransformationsActInThePapersOrder() throws {
    let parameters = Affine<3>.Parameters(
      rotation: [12, -23, 34], scale: [0.8, 1.3, 1.1], shear: [0.1, -0.2, 0.3], translation: [0.3, -0.1, 0.2],
      center: .zero)
    let outputs =
      parameters.shear + parameters.scale.map(log) + parameters.rotation.map { $0 * .pi / 180 }
      + parameters.translation.elements
    let maps = try SpatialTransformerForm.separate.maps(of: Tensor(outputs, shape: [1, 12])).doubles()
    let expected = Affine<3>(parameters)
    for row in 0..<3 {
      for column in 0..<3 { #expect(abs(maps[4 * row + column] - expected.linear[row, column]) < 1e-12) }
      #expect(abs(maps[4 * row + 3] - expected.translation[row]) < 1e-12)
    }
    // The other order is another map.
    let (scale, shear) = (
      Matrix<3>.diagonal(Vector(parameters.scale)), Matrix<3>(rowMajor: [1, 0.1, -0.2, 0, 1, 0.3, 0, 0, 1])
    )
    let rotation = expected.linear * (scale * shear).inverted()!
    #expect((rotation * shear * scale - expected.linear).rowMajor.contains { abs($0) > 0.02 })
  }

  @Test func eachNumberHasItsGradient() throws {
    var random = SplitMix64(seed: 3)
    let values = (0..<24).map { _ in Double.random(in: -0.5...0.5, using: &random) }
    let numbers = (0..<24).map { _ in Double.random(in: -1...1, using: &random) }
    let weights = try Tensor(numbers, shape: [2, 3, 4])
    let x = try Tensor(values, shape: [2, 12]).parameter()
    func value(_ x: Tensor) throws -> Tensor { try (SpatialTransformerForm.separate.maps(of: x) * weights).sum() }
    try value(x).backward()
    let gradient = try #require(x.gradient).doubles()
    for index in values.indices {
      func at(_ step: Double) throws -> Double {
        var moved = values
        moved[index] += step
        return try value(Tensor(moved, shape: [2, 12])).value()
      }
      #expect(abs((try at(1e-5) - at(-1e-5)) / 2e-5 - gradient[index]) < 1e-8)
    }
  }

  @Test(arguments: SpatialTransformerForm.allCases) func itBeginsWithTheIdentity(form: SpatialTransformerForm) throws {
    let network = try SpatialTransformerNetwork(smallTransformer(form), seed: 1)
    var initializer = Initializer(seed: 2)
    let fixed = try initializer.uniform([2, 1, 16, 16, 16], bound: 1)
    let moving = try initializer.uniform([2, 1, 16, 16, 16], bound: 1)
    let found = try network.motions(fixed: fixed, moving: moving).map { $0[0].motion }
    #expect(found.count == 2 && found.allSatisfy { $0.linear == .identity && $0.translation == .zero })
    var random = SplitMix64(seed: 1)
    let loss = try network.loss(fixed: fixed, moving: moving, against: [], isTraining: true, using: &random)
    #expect(try abs(loss.value() - fixed.meanSquaredError(moving).value()) < 1e-4)
  }

  /// The motion that is told is the one through which the loss looks: samples of a volume and of the moving one through
  /// it agree.
  @Test func theMotionIsTheOneOfTheLoss() throws {
    let side = 16
    let network = try SpatialTransformerNetwork(smallTransformer(.separate), seed: 1)
    try network.bias.assign(Tensor([0.1, 0, -0.1, 0.1, -0.1, 0, 0.2, -0.1, 0.15, 0.1, -0.2, 0.05] as [Float]))
    let moving = volume(side: side)
    let x = try Tensor(moving.samples, shape: [1, 1, side, side, side])
    let motion = try network.motions(fixed: x, moving: x)[0][0].motion
    let seen = moving.resampled(onto: moving.grid, through: motion)
    let grid = try network.maps(fixed: x, moving: x).affineGrid(size: x.shape)
    let sampled = try x.sampled(at: grid).values()
    let gaps = sampled.indices.filter { seen.mask?[$0] != 0 }.map { abs(sampled[$0] - seen.samples[$0]) }
    #expect(gaps.count > 1000 && gaps.allSatisfy { $0 < 0.05 })
  }

  private func volume(side: Int) -> Image<3> {
    let random = SyntheticVolumes.Source.cubes(side: side)
    return try! SyntheticVolumes(random, motion: MotionRange<3>(shift: 0), seed: 4).pair(0).fixed.onPlainGrid
  }

  /// 120 steps on four pairs of cubes bring the loss far below that of the identity.
  @Test(arguments: SpatialTransformerForm.allCases) func itLearnsWithoutAnswers(form: SpatialTransformerForm) throws {
    let made = try SyntheticVolumes(
      .cubes(side: 16), motion: MotionRange<3>(degrees: 10, shift: 4), seed: 4)
    let pairs = (0..<4).map { made.pair($0) }
    func tensor(_ images: [Image<3>]) throws -> Tensor {
      try Tensor(images.flatMap { image in image.samples.map { $0 / 255 } }, shape: [4, 1, 16, 16, 16])
    }
    let (fixed, moving) = (try tensor(pairs.map(\.fixed)), try tensor(pairs.map(\.moving)))
    let network = try SpatialTransformerNetwork(smallTransformer(form), seed: 2)
    var adam = try Adam(network.tensors)
    var random = SplitMix64(seed: 1)
    var losses: [Double] = []
    for _ in 0..<120 {
      let loss = try network.loss(fixed: fixed, moving: moving, against: [], isTraining: true, using: &random)
      losses.append(try loss.value())
      clearGradients(network.parameters)
      try loss.backward()
      for parameter in network.tensors where losses.count == 2 {
        #expect(parameter.tensor.gradient != nil, "\(parameter.name)")
      }
      try adam.step(rate: 0.003)
    }
    #expect(losses[119] < 0.5 * losses[0], "\(losses[0]) to \(losses[119])")
  }

  @Test func thePublishedSizeIsPossible() throws {
    var configuration = SpatialTransformerNetwork.Configuration.separate
    configuration.side = 170
    #expect(configuration.objection == nil)
    configuration.widths = [4, 4, 4, 4, 4, 4, 4, 4]
    #expect(configuration.objection == "the side 170 cannot be halved 8 times")
    var zeros = Initializer.zeros()
    let network = try SpatialTransformerNetwork(.separate, from: &zeros)
    // Convolutions of 2, 16 and 32 channels, 48·4³ inputs of the hidden layer, 12 outputs.
    let convolutions = 125 * (2 * 16 + 16 * 32 + 32 * 48) + 16 + 32 + 48
    #expect(network.parameterCount == convolutions + 48 * 64 * 48 + 48 + 48 * 12 + 12)
    #expect(network.parameterCount * 4 < 2_000_000)
  }
}

extension Image where rank == 3 {
  /// The samples on a grid of spacing 1.
  var onPlainGrid: Image<3> {
    get throws { try Image<3>(grid: Grid<3>(size: size), samples: samples) }
  }
}
