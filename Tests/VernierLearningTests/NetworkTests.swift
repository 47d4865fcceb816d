import Glibc
import Testing
import Vernier

@testable import VernierLearning

@Suite(.enabled(if: tensorsPluginAvailable, pluginNeeded))
struct NetworkTests {
  /// 4 · 3000 · (inputs + 3000) weights and 8 · 3000 biases a layer, 3 · 3000 + 3 for the last.
  @Test func thePublishedLSTMHas217MillionParameters() throws {
    var zeros = Initializer.zeros()
    let network = try LSTMNetwork(.published, from: &zeros)
    let byHand = 12_000 * (3072 + 3000) + 2 * 12_000 * 6000 + 3 * 24_000 + 9003
    #expect(network.parameterCount == byHand && byHand == 216_945_003)
  }

  /// torchvision's resnext50_32x4d has 25,028,904 parameters, of which the layer for 1000 classes has 2,049,000.
  @Test func resNeXtHasThePublishedParameters() throws {
    var zeros = Initializer.zeros()
    let network = try ResNeXtNetwork(.linear, from: &zeros)
    #expect(network.parameterCount == 25_028_904 - 2_049_000 + 2048 * 3072 + 3072 + 3 * 6144 + 3)
    let shapes = Dictionary(uniqueKeysWithValues: network.extractor.tensors.map { ($0.name, $0.tensor.shape) })
    // 53 convolutions with a batch norm of four tensors each, and the last layer's two.
    #expect(shapes.count == 53 * 5 + 2)
    #expect(shapes["conv1.weight"] == [64, 3, 7, 7] && shapes["bn1.running_var"] == [64])
    #expect(
      shapes["layer1.0.conv2.weight"] == [128, 4, 3, 3] && shapes["layer1.0.downsample.0.weight"] == [256, 64, 1, 1])
    #expect(
      shapes["layer3.5.conv2.weight"] == [512, 16, 3, 3] && shapes["layer4.2.conv3.weight"] == [2048, 1024, 1, 1])
    #expect(shapes["layer4.0.downsample.1.bias"] == [2048] && shapes["layer2.1.downsample.0.weight"] == nil)
    #expect(shapes["fc.weight"] == [3072, 2048])
    let x = try Tensor.zeros([1, 1, 32, 32])
    #expect(try withoutGradients { try network(fixed: x, moving: x, isTraining: false) }.shape == [1, 3])
  }

  @Test func resNeXtWithLSTMHasBothParts() throws {
    var configuration = ResNeXtNetwork.Configuration.lstm
    configuration.head = .lstm(hidden: 20, layers: 2)
    configuration.features = 40
    let network = try ResNeXtNetwork(configuration, seed: 1)
    #expect(
      network.parameterCount
        == 25_028_904 - 2_049_000 + 2048 * 40 + 40 + 80 * (40 + 20) + 80 * (20 + 20) + 2 * 160 + 3 * 20 + 3)
    let x = try Tensor.zeros([2, 1, 32, 32])
    #expect(try withoutGradients { try network(fixed: x, moving: x, isTraining: false) }.shape == [2, 3])
  }

  @Test(arguments: [
    ResNeXt.Size(depths: [], width: 32, groups: 32), ResNeXt.Size(depths: [1, 0], width: 32, groups: 32),
    ResNeXt.Size(depths: [1], width: 40, groups: 32), ResNeXt.Size(depths: [1], width: 32, groups: 0),
    ResNeXt.Size(depths: [1, 1, 1, 1], width: 512, groups: 32),
  ]) func aResNeXtThatCannotBeIsRefused(size: ResNeXt.Size) throws {
    var configuration = ResNeXtNetwork.Configuration.lstm
    #expect(configuration.objection == nil)
    configuration.extractor = size
    #expect(configuration.objection != nil)
  }

  @Test(arguments: smallNetworks.indices) func theSameSeedGivesTheSameAnswer(number: Int) throws {
    let batch = try TrainingPairs(of: pictures(4, side: 16), recipe(side: 16, degrees: 20), seed: 5)
      .batch(first: 0, count: 3)
    let answers = try [1, 1, 2].map { seed in try answer(smallNetworks[number].made(seed: seed), batch) }
    #expect(answers[0] == answers[1] && answers[0] != answers[2] && answers[0].count == 3)
  }

  private func answer(_ network: some PictureNetwork, _ batch: TrainingBatch<Affine<2>>) throws -> [Affine<2>] {
    let shape = [batch.motions.count, 1, 16, 16]
    return try withoutGradients {
      try network.motions(fixed: Tensor(batch.fixed, shape: shape), moving: Tensor(batch.moving, shape: shape))
        .map { $0[0].motion }
    }
  }

  /// But for its weights' half precision.
  @Test(arguments: smallNetworks.indices) func aNetworkForInferenceAnswersTheSame(number: Int) throws {
    let batch = try TrainingPairs(of: pictures(4, side: 16), recipe(side: 16, degrees: 20), seed: 5)
      .batch(first: 0, count: 3)
    let grid = try Grid<2>(size: [16, 16])
    func compare(_ network: some PictureNetwork) throws {
      // Running statistics other than those of a new norm.
      for named in network.tensors where named.name.hasSuffix("running_mean") {
        try named.tensor.assign(Tensor.filled(0.2, named.tensor.shape))
      }
      for named in network.tensors where named.name.hasSuffix("running_var") {
        try named.tensor.assign(Tensor.filled(1.7, named.tensor.shape))
      }
      let pairs = zip(try answer(network, batch), try answer(network.forInference(), batch))
      for (exact, found) in pairs { #expect(exact.cornerDistance(to: found, on: grid) < 5e-3) }
    }
    try compare(smallNetworks[number].made(seed: 1))
  }

  @Test func aResNeXtForInferenceGivesTheSameFeatures() throws {
    var initializer = Initializer(seed: 4)
    let whole = try ResNeXt(features: 5, size: .init(depths: [1, 2, 1, 1], width: 32, groups: 32), from: &initializer)
    let x = try initializer.uniform([2, 3, 32, 32], bound: 1)
    for _ in 0..<3 { _ = try whole(x, isTraining: true) }
    let features = try withoutGradients {
      (try whole(x, isTraining: false).values(), try whole.forInference()(x, isTraining: false).values())
    }
    #expect(near(features.0, features.1, within: 1e-3) && features.0.contains { abs($0) > 0.01 })
  }

  /// Thirty steps on one batch bring the loss down by far more than its noise.
  @Test(arguments: smallNetworks.indices) func gradientsReachEveryParameter(number: Int) throws {
    try descend(smallNetworks[number].made(seed: 2))
  }

  private func descend(_ network: some PictureNetwork) throws {
    let recipe = network.configuration.usualRecipe
    let batch = try TrainingPairs(of: pictures(6, side: 16), recipe, seed: 5).batch(first: 0, count: 8)
    try network.adapt(to: batch.motions)
    var adam = try Adam(network.tensors)
    let shape = [8, 1, 16, 16]
    let (fixed, moving) = (try Tensor(batch.fixed, shape: shape), try Tensor(batch.moving, shape: shape))
    var losses: [Double] = []
    for _ in 0..<60 {
      var random = SplitMix64(seed: 1)
      let loss = try network.loss(
        fixed: fixed, moving: moving, against: batch.motions, isTraining: true, using: &random)
      losses.append(try loss.value())
      clearGradients(network.parameters)
      try loss.backward()
      if losses.count == 1 {
        for parameter in network.tensors where parameter.isTrained {
          #expect(parameter.tensor.gradient != nil, "\(parameter.name)")
        }
      }
      try adam.step(rate: 0.01)
    }
    #expect(losses[59] < 0.5 * losses[0], "\(losses[0]) to \(losses[59])")
  }

  /// Eqs. 2 to 5, by hand.
  @Test func thePublishedLossIsThePapers() throws {
    let outputs = try Tensor([1, 2, 179, -1, 0, 10] as [Float], shape: [2, 3])
    let regression = RigidRegression(angle: .degrees)
    let loss = try regression.loss(of: outputs, targets: [(-179, [0, 4]), (-20, [-1, 0.5])])
    // λ · mean(1 + 2, 0 + 0.5) + mean(2, 30)
    #expect(try abs(loss.value() - (17 * 1.75 + 16)) < 1e-4)
    let direction = RigidRegression(angle: .direction)
    let exact = try Tensor([0, 4, -1, 0] as [Float], shape: [1, 4])
    #expect(try abs(direction.loss(of: exact, targets: [(180, [0, 4])]).value()) < 1e-3)
    let near = try Tensor([0, 4, cosf(0.01), sinf(0.01)], shape: [1, 4])
    #expect(try abs(direction.loss(of: near, targets: [(0, [0, 4])]).value() - 0.573) < 0.01)
  }

  /// The conventions: fixed to moving, about the middle, x towards y.
  @Test func outputsAreMotions() throws {
    let network = try LSTMNetwork(
      .init(side: 32, channels: 1, hidden: 4, layers: 1, regression: RigidRegression(angle: .degrees)), seed: 1)
    let motion = try network.motions(of: Tensor([2, -3, 90] as [Float], shape: [1, 3]))[0]
    let moved = motion([16.5, 15.5])
    #expect(abs(moved[0] - 17.5) < 1e-9 && abs(moved[1] - 13.5) < 1e-9)
    let turned = try RigidRegression(angle: .direction).read(Tensor([0, 0, 0, -2] as [Float], shape: [1, 4]))
    #expect(abs(turned[0].degrees + 90) < 1e-4)
  }

  @Test func targetsAreStandardisedByTheTrainingData() throws {
    let network = try TwoHeadedNetwork(.init(side: 16, headWidths: [4], trunkWidths: [8], hidden: 8), seed: 1)
    let motions = try TrainingPairs(of: pictures(2, side: 16), network.configuration.usualRecipe, seed: 5)
      .batch(first: 0, count: 2000).motions
    try network.adapt(to: motions)
    let deviation = try network.targetDeviation.doubles()
    // Those of even distributions over ±30°, ±log 1.25 and ±15 % of 16 samples: the half width over √3.
    for (found, half) in zip(deviation, [30, log(1.25), 2.4, 2.4]) {
      #expect(abs(found / (half / 3.0.squareRoot()) - 1) < 0.04)
    }
    // Outputs that are the standardised targets give no loss, and the motions back.
    let exact = try network.motions(of: Tensor([0, 0, 0, 0] as [Float], shape: [1, 4]))
    #expect(abs(exact[0].parameters.rotation[0]) < 3)
    let parameters = motions[0].parameters
    let mean = try network.targetMean.doubles()
    let targets = [parameters.rotation[0], log(parameters.scale[0])] + parameters.translation.elements
    let standardised = targets.indices.map { index -> Float in Float((targets[index] - mean[index]) / deviation[index])
    }
    let outputs = try Tensor(standardised, shape: [1, 4])
    #expect(try network.loss(of: outputs, against: [motions[0]]).value() < 1e-8)
    let grid = try Grid<2>(size: [16, 16])
    #expect(try network.motions(of: outputs)[0].cornerDistance(to: motions[0], on: grid) < 1e-3)
  }

  @Test func configurationsThatCannotBeAreNamed() {
    var rotation = RotationNetwork.Configuration.small
    #expect(rotation.objection == nil)
    rotation.side = 8
    #expect(rotation.objection == "the side 8 cannot be halved 4 times")
    for preset in NetworkPreset.all { #expect(preset.configuration.objection == nil) }
    #expect(Set(NetworkPreset.all.map(\.name)).count == NetworkPreset.all.count)
  }
}
