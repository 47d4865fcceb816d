import Vernier
import VernierLearning

/// A training from pictures to a trainer that is ready to run.
struct TrainingJob {
  let preset: NetworkPreset
  let images: [String]
  let options: TrainingOptions
  let pretrained: String?
  let device: Device
  let threads: Int
  let progress: Progress

  /// What the model card says, once the data are read.
  private var network: (any RegistrationNetwork)?
  private var used: TrainingOptions
  private var data = ""

  init(
    preset: NetworkPreset, images: [String], options: TrainingOptions, pretrained: String?, device: Device,
    threads: Int, progress: Progress
  ) {
    self.preset = preset
    self.images = images
    self.options = options
    self.pretrained = pretrained
    self.device = device
    self.threads = threads
    self.progress = progress
    used = options
  }

  mutating func begun() throws -> Trainer {
    let (training, validation) = try sources(preset.configuration, options)
    var initializer = Initializer(seed: options.seed, on: device)
    let network = try preset.configuration.network(from: &initializer)
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
    let recipe = options.recipe ?? configuration.usualRecipe
    let pictures = try TrainingPictures(images, for: recipe) { progress.report(0, "reading pictures, \($0.percent)") }
    used = options
    used.recipe = recipe
    do {
      let pairs = try pictures.sources(options, recipe, threads: threads)
      data = "\(pictures.source), \(pairs.validation.sceneCount) of them held out"
      return pairs
    } catch let error as SynthesisError {
      throw InputError(file: images.joined(separator: ","), problem: "\(error)")
    }
  }

  private func configuration(of network: some RegistrationNetwork) -> any NetworkConfiguration { network.configuration }

  /// What is to be known of the model after these epochs.
  ///
  /// - Precondition: the trainer was made, and has run for an epoch.
  func card(_ model: String, _ history: [TrainingEpoch], machine: String) -> ModelCard {
    guard let network, let recipe = used.recipe, let best = history.min(by: { $0.validationLoss < $1.validationLoss })
    else {
      preconditionFailure("a card is written after an epoch")
    }
    return ModelCard(
      name: model.fileName, network: network, preset: preset, options: used, command: command(model, recipe),
      data: data,
      recipe: recipe, history: history, best: best, machine: machine)
  }

  /// The command line that trains this network, with all that bears upon it spelled out.
  private func command(_ model: String, _ recipe: SyntheticPairs.Recipe) -> String {
    var words = ["vernier train \(preset.name) --images \(images.joined(separator: ",")) -o \(model)"]
    words.append("--epochs \(used.epochs) --steps \(used.stepsPerEpoch) --batch \(used.batch)")
    words.append("--learning-rate \(used.learningRate) --schedule \(used.schedule.rawValue) --size \(recipe.side)")
    words.append("--seed \(used.seed)")
    if let count = used.heldOutPictures { words.append("--validation \(count)") }
    if let patience = used.patience { words.append("--patience \(patience)") }
    if let pretrained { words.append("--pretrained \(pretrained)") }
    return (words + PairOptions.words(of: recipe)).joined(separator: " ")
  }
}
