import Vernier
import VernierCommandLine
import VernierLearning
import VernierText

/// A training from pictures or volumes to a trainer that is ready to run.
struct TrainingJob {
  /// Where the pairs come from.
  enum Data: Sendable {
    case images([String])
    case volumes([String])

    var paths: [String] {
      switch self {
      case .images(let paths), .volumes(let paths): paths
      }
    }

    /// As an option of the command line.
    var words: String {
      switch self {
      case .images(let paths): "--images \(paths.joined(separator: ","))"
      case .volumes(let paths): "--volumes \(paths.joined(separator: ","))"
      }
    }
  }

  let preset: NetworkPreset
  let data: Data
  let options: TrainingOptions
  let device: Device
  let threads: Int
  let progress: Progress

  /// What the model card says, once the data are read.
  private var network: (any RegistrationNetwork)?
  private var used: TrainingOptions
  private var described = Description(data: "", pairs: "", validationPairs: 0)

  private struct Description {
    var data: String
    var pairs: String
    var validationPairs: Int
  }

  init(
    preset: NetworkPreset, data: Data, options: TrainingOptions, device: Device, threads: Int, progress: Progress
  ) {
    self.preset = preset
    self.data = data
    self.options = options
    self.device = device
    self.threads = threads
    self.progress = progress
    used = options
  }

  mutating func begun() throws -> Trainer {
    let (training, validation) = try sources(preset.configuration, options)
    var initializer = Initializer(seed: options.seed, on: device)
    let network = try preset.configuration.network(from: &initializer)
    if let pretrained = options.pretrained, let extractor = (network as? ResNeXtNetwork)?.extractor {
      try extractor.load(SafeTensors(pretrained))
    }
    if let weights = options.weights { try ModelFile.load(weights, into: network) }
    self.network = network
    return try Trainer(
      network, options: options, training: training, validation: validation, device: device,
      isTrained: options.weights != nil)
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
    used = options
    guard let configuration = configuration as? any PictureNetworkConfiguration else {
      return try volumes(side: configuration.side, options)
    }
    return try pictures(options.recipe ?? configuration.usualRecipe, options)
  }

  private mutating func pictures(
    _ recipe: SyntheticPairs.Recipe, _ options: TrainingOptions
  ) throws -> (training: any BatchSource, validation: any BatchSource) {
    let pictures = try TrainingPictures(data.paths, for: recipe, tiling: options.tilesPictures) {
      progress.report(0, "reading pictures, \($0.percent)")
    }
    used.recipe = recipe
    do {
      let pairs = try pictures.sources(options, recipe, threads: threads)
      let held = pairs.validation.sceneCount
      let tiles = pairs.training.sceneCount + held - pictures.pictures.count
      described = Description(
        data: "\(pictures.source), \(held) of them held out" + (tiles > 0 ? "; \(tiles) tiles of the others" : ""),
        pairs: "\(recipe)", validationPairs: options.validationPairs)
      return pairs
    } catch let error as SynthesisError {
      throw InputError(file: data.paths.joined(separator: ","), problem: "\(error)")
    }
  }

  private mutating func volumes(
    side: Int, _ options: TrainingOptions
  ) throws -> (training: any BatchSource, validation: any BatchSource) {
    let volumes = try TrainingVolumes(data.paths, side: side) {
      progress.report(0, "reading volumes, \($0.percent)")
    }
    let pairs = volumes.sources(options)
    let held = pairs.validation.pairCount ?? 0
    var said = ["\(pairs.training.pairCount ?? 0) to learn from, \(held) held out", "no true motion is learned from"]
    if let motion = options.volumeMotion {
      said.append("moved anew each time: \(PairOptions.words(of: motion, side: side).joined(separator: " "))")
    }
    if options.flipsVolumes { said.append("turned, mirrored and either way round") }
    described = Description(
      data: volumes.source, pairs: said.joined(separator: "; "),
      validationPairs: min(options.validationPairs, held))
    return pairs
  }

  private func configuration(of network: some RegistrationNetwork) -> any NetworkConfiguration { network.configuration }

  /// What is to be known of the model after these epochs.
  ///
  /// - Precondition: the trainer was made, and has run for an epoch.
  func card(_ model: String, _ history: [TrainingEpoch], machine: String) -> ModelCard {
    guard let network, let best = history.min(by: { $0.validationLoss < $1.validationLoss }) else {
      preconditionFailure("a card is written after an epoch")
    }
    return ModelCard(
      name: model.fileName, network: network, preset: preset, options: used, command: command(model, network),
      data: described.data, pairs: described.pairs, validationPairs: described.validationPairs, history: history,
      best: best, machine: machine)
  }

  /// The command line that trains this network, with all that bears upon it spelled out.
  private func command(_ model: String, _ network: any RegistrationNetwork) -> String {
    var words = ["vernier train \(preset.name) \(data.words) -o \(model)"]
    words.append("--epochs \(used.epochs) --steps \(used.stepsPerEpoch) --batch \(used.batch)")
    words.append("--learning-rate \(used.learningRate) --schedule \(used.schedule.rawValue)")
    words.append("--size \(configuration(of: network).side)")
    words.append("--seed \(used.seed)")
    if let count = used.heldOutPictures { words.append("--validation \(count)") }
    if used.validationPairs != preset.usualOptions.validationPairs {
      words.append("--validation-pairs \(used.validationPairs)")
    }
    if used.tilesPictures { words.append("--tiles") }
    if let patience = used.patience { words.append("--patience \(patience)") }
    if let motion = used.volumeMotion {
      words += PairOptions.words(of: motion, side: configuration(of: network).side)
    }
    if used.flipsVolumes { words.append(PairOptions.flip.spelled) }
    if let weights = used.weights { words.append("--weights \(weights)") }
    if let pretrained = used.pretrained { words.append("--pretrained \(pretrained)") }
    return (words + (used.recipe.map(PairOptions.words) ?? [])).joined(separator: " ")
  }
}
