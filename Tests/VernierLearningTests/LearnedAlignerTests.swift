import Testing
import Vernier

@testable import VernierLearning

@Suite(.enabled(if: tensorsPluginAvailable, pluginNeeded))
struct LearnedAlignerTests {
  /// An LSTM that answers the same whatever it sees.
  private func network(_ x: Float, _ y: Float, _ degrees: Float) throws -> LSTMNetwork {
    let network = try LSTMNetwork(
      .init(side: 32, channels: 1, hidden: 4, layers: 1, regression: RigidRegression(angle: .degrees)), seed: 1)
    try network.head.weight.assign(Tensor.zeros([3, 4]))
    try network.head.bias.assign(Tensor([x, y, degrees]))
    return network
  }

  @Test func aPictureOfTheNetworksSizeKeepsItsSamples() throws {
    let image = SyntheticScene(side: 32, seed: 1).image
    let aligner = LearnedAligner(try network(2, -3, 30), name: "lstm")
    let transform = try aligner.candidates(aligning: image, to: image, from: [], as: AlignmentTask())[0].linear
    let parameters = transform.parameters
    #expect(abs(parameters.rotation[0] - 30) < 1e-4 && parameters.center == image.grid.center)
    #expect(abs(parameters.translation[0] - 2) < 1e-5 && abs(parameters.translation[1] + 3) < 1e-5)
  }

  /// Millimetres, two sizes, and a direction that turns rotations the other way.
  @Test func motionsBecomePhysical() throws {
    let scene = SyntheticScene(side: 96, seed: 1).image
    let grid = try Grid<2>(
      size: [96, 96], spacing: [0.5, 0.5], origin: [10, 20],
      direction: Matrix { row, column in row == column ? (row == 0 ? 1 : -1) : 0 })
    let fixed = try Image<2>(grid: grid, samples: scene.samples)
    let small = try Grid<2>(size: [40, 60], spacing: [0.5, 0.5], origin: [-7, 3])
    let moving = try Image<2>(grid: small, samples: Array(scene.samples.prefix(2400)))
    let aligner = LearnedAligner(try network(2, -3, 30), name: "lstm")
    let transform = try aligner.candidates(aligning: moving, to: fixed, from: [], as: AlignmentTask())[0].linear
    // 96 samples of 0.5 mm are 32 of the lattice's.
    let step = 1.5
    let centre = transform(grid.center)
    let expected = small.center + [2 * step, 3 * step]
    #expect((centre - expected).length < 1e-4)
    #expect(abs(transform.parameters.rotation[0] + 30) < 1e-4)
  }

  @Test func aChainStartsFromTheNetwork() throws {
    let scene = SyntheticScene(side: 128, seed: 4).image
    let truth = Affine<2>(
      Affine<2>.Parameters(rotation: [28], scale: [1, 1], shear: [0], translation: [3.3, -4.6], center: [31.5, 31.5]))
    let pair = PairCutter(scene: scene).pair(side: 64, corner: (32, 32), truth: truth)
    // In lattice steps of two samples: half a step and 2° beside the truth.
    let step: Float = 2
    let near = try network(3.3 / step + 0.3, -4.6 / step - 0.4, 30)
    let learned = Method(name: "near", kind: .learned, transforms: [.rigid], ranks: [2], source: "") { _ in
      LearnedAligner(near, name: "near")
    }
    func aligned(_ chain: String) throws -> Alignment<2> {
      let chain = try MethodChain(named: chain, of: Method.classical + [learned])
      return try Registration(stages: chain.stages).align(pair.moving, to: pair.fixed)
    }
    let alignment = try aligned("near+refine")
    #expect(alignment.method == "near+refine" && alignment.verdict == .aligned)
    #expect(alignment.transform.cornerDistance(to: truth, on: pair.fixed.grid) < 0.1)
    let alone = try aligned("near")
    #expect(alone.transform.cornerDistance(to: truth, on: pair.fixed.grid) > 0.5)
  }

  @Test func volumesAndNonsenseAreRefused() throws {
    let volume = try Image<3>(grid: Grid<3>(size: [8, 8, 8]), samples: [Float](repeating: 1, count: 512))
    let aligner = LearnedAligner(try network(0, 0, 0), name: "lstm")
    #expect(throws: AlignmentError.self) {
      try aligner.candidates(aligning: volume, to: volume, from: [], as: AlignmentTask())
    }
    let image = SyntheticScene(side: 32, seed: 1).image
    let broken = LearnedAligner(try network(.nan, 0, 0), name: "lstm")
    #expect(throws: AlignmentError.noAnswer(method: "lstm", reason: "the network predicts no usable motion")) {
      try broken.candidates(aligning: image, to: image, from: [], as: AlignmentTask())
    }
  }

  @Test func methodsNeedTheirWeights() throws {
    #expect(Method.learned.map(\.name) == NetworkPreset.all.map(\.name))
    let method = try #require(Method.learned.first { $0.name == "rotation-cnn" })
    #expect { try method.aligner(options: "weights=/nowhere.safetensors") } throws: {
      "\($0)".hasPrefix("/nowhere.safetensors: ")
    }
    let folder = TemporaryFolder()
    let path = folder("a.safetensors")
    try ModelFile.write(RotationNetwork(.small, seed: 3), to: path)
    let aligner = try method.aligner(options: "weights=\(path)")
    #expect(aligner.name == "rotation-cnn" && aligner.models == method.transforms)
    let other = try #require(Method.learned.first { $0.name == "lstm" })
    #expect(throws: ModelFileError(path, .otherNetwork(found: "rotation-cnn", needed: "lstm"))) {
      try other.aligner(options: "weights=\(path)")
    }
  }
}
