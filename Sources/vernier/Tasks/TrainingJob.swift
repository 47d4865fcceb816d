import Vernier
import VernierLearning

/// A training from pictures to a trainer that is ready to run.
struct TrainingJob {
  let preset: NetworkPreset
  let images: String
  let options: TrainingOptions
  let side: Int?
  let pretrained: String?
  let device: Device
  let threads: Int
  let progress: Progress

  /// What the model card says, once the data are read.
  private var network: (any RegistrationNetwork)?
  private var used: TrainingOptions
  private var data = ""

  init(
    preset: NetworkPreset, images: String, options: TrainingOptions, side: Int?, pretrained: String?, device: Device,
    threads: Int, progress: Progress
  ) {
    self.preset = preset
    self.images = images
    self.options = options
    self.side = side
    self.pretrained = pretrained
    self.device = device
    self.threads = threads
    self.progress = progress
    used = options
  }

  /// - Throws: `UsageError` where the network cannot have that size.
  mutating func begun() throws -> Trainer {
    var configuration = preset.configuration
    if let side { configuration.side = side }
    if let objection = configuration.objection { throw UsageError.conflict("--size: \(objection)") }
    let (training, validation) = try sources(configuration, options)
    var initializer = Initializer(seed: options.seed, on: device)
    let network = try configuration.network(from: &initializer)
    if let pretrained, let extractor = (network as? ResNeXtNetwork)?.extractor {
      try extractor.load(torchvision: SafeTensors(pretrained))
    }
    self.network = network
    return try Trainer(network, options: options, training: training, validation: validation, device: device)
  }

  mutating func resumed(from checkpoint: String) throws -> Trainer {
    try Trainer(resuming: checkpoint, kind: preset.kind, device: device) { network, options in
      self.network = network
      return try sources(configuration(of: network), options)
    }
  }

  private mutating func sources(
    _ configuration: any NetworkConfiguration, _ options: TrainingOptions
  ) throws -> (training: any BatchSource, validation: any BatchSource) {
    let (side, motions) = (configuration.side, configuration.motions)
    let pictures = try TrainingPictures(images, side: side) { progress.report(0, "reading pictures, \($0.percent)") }
    let parts = pictures.parted(holdingOut: options.heldOutPictures, seed: options.seed)
    used = options
    data = "\(pictures.source), \(parts.validation.count) of them held out"
    func pairs(of pictures: [Image<2>], seed: UInt64) throws -> TrainingPairs {
      do {
        return try TrainingPairs(of: pictures, side: side, motions: motions, seed: seed, threads: threads)
      } catch { throw InputError(file: images, problem: "\(error)") }
    }
    // What is held out is moved by other motions, too.
    return (
      try pairs(of: parts.training, seed: options.seed),
      try pairs(of: parts.validation, seed: options.seed &+ 1 << 32)
    )
  }

  private func configuration(of network: some RegistrationNetwork) -> any NetworkConfiguration { network.configuration }

  /// What is to be known of the model after these epochs.
  ///
  /// - Precondition: the trainer was made, and has run for an epoch.
  func card(_ name: String, _ history: [TrainingEpoch], machine: String) -> ModelCard {
    guard let network, let best = history.min(by: { $0.validationLoss < $1.validationLoss }) else {
      preconditionFailure("a card is written after an epoch")
    }
    return ModelCard(
      name: name, network: network, preset: preset, options: used, data: data,
      motions: configuration(of: network).motions,
      history: history, best: best, machine: machine)
  }
}
