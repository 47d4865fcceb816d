import Vernier

/// Trains a network: Adam on pairs made as they are needed, a validation, and a checkpoint after each epoch.
///
/// The same seed gives the same losses on one machine with one number of libtorch's threads
/// (``withTensorThreads(_:_:)``); a resumed training those of one that was not interrupted.
public struct Trainer {
  public let options: TrainingOptions
  public private(set) var network: any RegistrationNetwork
  private var adam: Adam
  private var state: TrainingState
  private let device: Device
  private let training: any BatchSource
  private let validation: any BatchSource

  /// What is told while training runs.
  public enum Progress: Sendable {
    /// The share of all steps that is done, and the last loss.
    case step(share: Double, epoch: Int, loss: Double)
    case epoch(TrainingEpoch)
  }

  /// A training from the beginning.
  ///
  /// - Parameters:
  ///   - network: on `device`; its parameters are changed in place.
  ///   - options: how to train it.
  ///   - training: pairs to learn from, of the network's rank.
  ///   - validation: pairs of other images than those of `training`.
  ///   - device: where the network is.
  ///   - isTrained: whether the network has learned before: what it has been shown of the motions then stays.
  public init(
    _ network: any RegistrationNetwork, options: TrainingOptions, training: any BatchSource,
    validation: any BatchSource,
    device: Device = .cpu, isTrained: Bool = false
  ) throws {
    self.network = network
    self.options = options
    self.device = device
    self.training = training
    self.validation = validation
    adam = try Adam(network.tensors)
    state = TrainingState(options: options, steps: 0, firstLoss: nil, history: [])
    if !isTrained { try Self.adapt(network, to: training) }
  }

  /// Shows the network what motions are made; listed pairs have few.
  private static func adapt<Network: RegistrationNetwork>(_ network: Network, to source: some BatchSource) throws {
    guard source.pairCount == nil else { return }
    try network.adapt(to: source.batch(first: 0, count: 1024).motions(of: network))
  }

  /// A training that goes on after its checkpoint.
  ///
  /// - Parameters:
  ///   - checkpoint: the file.
  ///   - kind: the network that it must be of; nil for any.
  ///   - device: where to train.
  ///   - sources: the pairs, for the network and the options that the training began with.
  /// - Throws: ``ModelFileError``; ``TrainingError/otherTraining(_:)``.
  public init(
    resuming checkpoint: String, kind: String? = nil, device: Device = .cpu,
    sources: (_ network: any RegistrationNetwork, _ options: TrainingOptions) throws -> (
      training: any BatchSource, validation: any BatchSource
    )
  ) throws {
    (state, network, adam) = try TrainingState.read(checkpoint, kind: kind, on: device)
    options = state.options
    self.device = device
    (training, validation) = try sources(network, options)
  }

  /// The epochs so far.
  public var history: [TrainingEpoch] { state.history }
  /// The epoch whose network stands in the model file.
  public var best: TrainingEpoch? { state.best }

  /// Runs to the last epoch, or until no epoch has been better for as many as the options say.
  ///
  /// - Parameters:
  ///   - model: where the best network so far is written.
  ///   - checkpoint: where the state after each epoch is written.
  ///   - progress: called after each step and epoch; what it throws ends the training, whose last checkpoint stays.
  /// - Throws: ``TrainingError/diverged(step:loss:checkpoint:)``; ``TensorError``; `FileError.unwritable`, such as on a
  ///   full disk, where the old files stay as they were.
  public mutating func run(
    model: String? = nil, checkpoint: String? = nil, progress: (Progress) throws -> Void = { _ in }
  ) throws {
    while state.history.count < options.epochs, !isStale {
      let kept = state.history.isEmpty ? nil : checkpoint
      let (trainingLoss, lateLoss) = try trainEpoch(network, training, checkpoint: kept, progress)
      let (validationLoss, errors) = try validate(network, validation)
      if lateLoss > 4 * (state.firstLoss ?? lateLoss) || !validationLoss.isFinite {
        throw TrainingError.diverged(step: state.steps, loss: lateLoss, checkpoint: kept)
      }
      let epoch = TrainingEpoch(
        number: state.history.count + 1, trainingLoss: trainingLoss, validationLoss: validationLoss, errors: errors)
      let isBest = state.best.map { validationLoss < $0.validationLoss } ?? true
      state.history.append(epoch)
      if isBest, let model { try write(network, to: model) }
      if let checkpoint { try write(network, state, to: checkpoint) }
      try progress(.epoch(epoch))
    }
  }

  private func write(_ network: some RegistrationNetwork, to path: String) throws {
    try ModelFile.write(network, to: path)
  }
  private func write(_ network: some RegistrationNetwork, _ state: TrainingState, to path: String) throws {
    try state.write(network, adam, to: path)
  }

  private var isStale: Bool {
    guard let patience = options.patience, let best = state.best else { return false }
    return state.history.count - best.number >= patience
  }

  /// - Returns: the mean loss, and that of the epoch's second half: large steps at first may overshoot and come back.
  private mutating func trainEpoch<Network: RegistrationNetwork>(
    _ network: Network, _ source: some BatchSource, checkpoint: String?, _ progress: (Progress) throws -> Void
  ) throws -> (mean: Double, late: Double) {
    let total = options.epochs * options.stepsPerEpoch
    let parameters = network.parameters
    let half = options.stepsPerEpoch / 2
    var (sum, late) = (0.0, 0.0)
    func upcomingBatch(_ step: Int) -> UpcomingBatch<some NetworkMotion> {
      UpcomingBatch(of: source, first: step * options.batch, count: options.batch)
    }
    var upcoming = upcomingBatch(state.steps)
    for step in 1...options.stepsPerEpoch {
      let batch = try upcoming.value()
      if step < options.stepsPerEpoch { upcoming = upcomingBatch(state.steps + 1) }
      let images = try images(batch, like: network)
      var random = random(step: state.steps)
      let loss = try network.loss(
        fixed: images.fixed, moving: images.moving, against: batch.motions(of: network), isTraining: true,
        using: &random)
      let value = try loss.value()
      guard value.isFinite else {
        throw TrainingError.diverged(step: state.steps + 1, loss: value, checkpoint: checkpoint)
      }
      state.firstLoss = state.firstLoss ?? value
      clearGradients(parameters)
      try loss.backward()
      try clipGradients(parameters, to: options.gradientNorm)
      let factor = options.schedule.factor(step: state.steps, of: total, epoch: state.history.count)
      try adam.step(rate: options.learningRate * factor)
      state.steps += 1
      sum += value
      if step > half { late += value }
      try progress(.step(share: Double(state.steps) / Double(total), epoch: state.history.count + 1, loss: value))
    }
    return (sum / Double(options.stepsPerEpoch), late / Double(options.stepsPerEpoch - half))
  }

  /// What a step's loss draws from: the seed and the step.
  private func random(step: Int) -> SplitMix64 { SplitMix64(seed: options.seed &* 1_000_003 &+ UInt64(step)) }

  private func images<Network: RegistrationNetwork>(
    _ batch: TrainingBatch<some NetworkMotion>, like network: Network
  ) throws -> (fixed: Tensor, moving: Tensor) {
    let extent = [Int](repeating: network.configuration.side, count: Network.Motion.axisCount)
    let shape = [batch.fixed.count / extent.reduce(1, *), 1] + extent
    return (try Tensor(batch.fixed, shape: shape, on: device), try Tensor(batch.moving, shape: shape, on: device))
  }

  /// What the network makes of the pairs for validation.
  private func validate<Network: RegistrationNetwork>(
    _ network: Network, _ source: some BatchSource
  ) throws -> (loss: Double, errors: PredictionErrors?) {
    let count = min(options.validationPairs, source.pairCount ?? .max)
    let side = network.configuration.side
    // So many at once that volumes do not fill the memory.
    let most = max(1, min(500, (1 << 23) / (0..<Network.Motion.axisCount).reduce(1) { size, _ in size * side }))
    var (losses, found, truths) = (0.0, [Network.Motion](), [Network.Motion]())
    try withoutGradients {
      for first in stride(from: 0, to: count, by: most) {
        let part = min(most, count - first)
        let batch = try source.batch(first: first, count: part)
        let images = try images(batch, like: network)
        let known = batch.motions(of: network)
        var random = random(step: first)
        let (loss, motions) = try network.judgement(
          fixed: images.fixed, moving: images.moving, against: known, using: &random)
        losses += try loss.value() * Double(part)
        found += motions
        truths += known
      }
    }
    let errors = truths.count == count ? try Network.Motion.errors(of: found, against: truths, side: side) : nil
    return (losses / Double(count), errors)
  }
}

extension TrainingBatch {
  /// The motions as a network's.
  ///
  /// - Precondition: both are of pictures or both of volumes.
  fileprivate func motions<Network: RegistrationNetwork>(of network: Network) -> [Network.Motion] {
    guard let motions = motions as? [Network.Motion] else {
      preconditionFailure("a network learns from pairs of its rank")
    }
    return motions
  }
}
