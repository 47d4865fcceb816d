import Vernier
import VernierLearning

private func noise(_ shape: [Int], seed: UInt64) throws -> Tensor {
  var random = SplitMix64(seed: seed)
  return try Tensor((0..<shape.reduce(1, *)).map { _ in Float.random(in: 1...255, using: &random) }, shape: shape)
}

/// One pair through a network with drawn parameters, on one thread.
func inference(_ name: String, runs: Int) throws -> Line {
  guard let preset = NetworkPreset.named(name) else { throw Usage() }
  TensorsPlugin.configureProcess()
  var initializer = Initializer(seed: 1)
  guard
    let network = try withoutGradients({ try preset.configuration.network(from: &initializer).forInference() })
      as? any PictureNetwork
  else { throw Usage() }
  let side = preset.configuration.side
  let (fixed, moving) = (try noise([1, 1, side, side], seed: 1), try noise([1, 1, side, side], seed: 2))
  let (_, samples) = try withTensorThreads(1) {
    try measure(runs) { try withoutGradients { try network.motions(fixed: fixed, moving: moving) } }
  }
  return Line(name: "inference \(name)", samples: samples, threads: 1)
}

/// Loss, gradients and Adam's step of the two-headed CNN on 256 pairs of 64×64.
func trainingStep(runs: Int, threads: Int) throws -> Line {
  TensorsPlugin.configureProcess()
  let network = try TwoHeadedNetwork(.standard, seed: 1)
  let (fixed, moving) = (try noise([256, 1, 64, 64], seed: 1), try noise([256, 1, 64, 64], seed: 2))
  let motions = [Affine<2>](repeating: Affine(translation: [1, 2]), count: 256)
  var adam = try Adam(network.tensors)
  let parameters = network.parameters
  let (_, samples) = try withTensorThreads(threads) {
    try measure(runs) {
      let loss = try network.loss(of: network(fixed: fixed, moving: moving, isTraining: true), against: motions)
      clearGradients(parameters)
      try loss.backward()
      try clipGradients(parameters, to: 100)
      try adam.step(rate: 1e-3)
      return try loss.value()
    }
  }
  return Line(name: "training step", samples: samples, threads: threads)
}
