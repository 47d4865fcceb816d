import Vernier
import VernierFiles
import VernierLearning
import VernierStudies

/// `vernier train`: trains a network on a folder of pictures.
struct Train: Subcommand {
  static let manual = Manual(
    name: "train",
    summary: "train a network on your own pictures",
    positionals: [
      Positional(name: "NETWORK", help: "one of \(NetworkPreset.all.map(\.name).joined(separator: ", "))")
    ],
    options: [
      .images, .model, .resume, .epochs, .steps, .batch, .learningRate, .schedule, .size, .seed, .heldOut, .patience,
      .pretrained,
    ] + pairs + [.device, .threads],
    discussion: [
      """
      No answers are needed: pairs are made on the fly by moving each picture by a known motion. Part of the pictures is held out; after \
      each epoch the network is judged on them, and the best so far stands in MODEL.
      """,
      """
      Beside MODEL.safetensors come MODEL.md (what it is, on what it was trained, its errors), MODEL.svg (the losses) and \
      MODEL.checkpoint.safetensors, from which --resume goes on as if nothing had happened.
      """,
      PairOptions.ranges,
    ],
    examples: [
      ("vernier train lstm-compact --images cifar10/train.bin -o lstm.safetensors", "CIFAR-10, as published"),
      ("vernier train lstm-compact --images cifar10/train.bin -o lstm.safetensors --resume", "after an interruption"),
      ("vernier train rotation-cnn --images frames --size 64 --epochs 40 -o rotation.safetensors", "your own frames"),
      (
        "vernier train two-headed-cnn --images a,b --protocol strict --modality 0.5 --noise 0:10 -o two.safetensors",
        "two folders, other modalities, noise"
      ),
    ])

  /// What pairs are made; a network has motions of its own, none of which shears.
  private static let pairs =
    PairOptions.motions.filter { $0.name != PairOptions.shear.name }.map { $0.defaulting(to: "the network's own") }
    + PairOptions.degradations

  private let preset: NetworkPreset
  private let images: [String]
  private let files: ModelFiles
  private let resumes: Bool
  private let options: TrainingOptions
  private let pretrained: String?
  private let device: Device
  private let threads: Int

  init(_ arguments: Arguments) throws(UsageError) {
    let name = arguments.positionals[0]
    guard var preset = NetworkPreset.named(name) else {
      let known = NetworkPreset.all.map(\.name)
      let guess = name.nearest(among: known).map { "; did you mean \($0)?" } ?? ""
      throw .wrongValue(
        option: "NETWORK", value: name, expected: "one of \(known.joined(separator: ", "))\(guess)")
    }
    images = arguments.paths(.images)
    guard !images.isEmpty else { throw .missingOption("--images", placeholder: "FOLDER") }
    guard let model = arguments[.model] else { throw .missingOption("--output", placeholder: "MODEL.safetensors") }
    files = ModelFiles(model: model)
    resumes = arguments.has(.resume)
    let fixed: [Option] =
      [.epochs, .steps, .batch, .learningRate, .schedule, .size, .seed, .heldOut, .patience, .pretrained] + Self.pairs
    if resumes, let given = fixed.first(where: arguments.isGiven) {
      throw .conflict("--resume goes on with the options that the training began with; leave out \(given.spelled)")
    }
    if let side = arguments.count(.size) { preset.configuration.side = side }
    if let objection = preset.configuration.objection { throw .conflict("--size: \(objection)") }
    self.preset = preset
    let usual = TrainingOptions()
    options = TrainingOptions(
      epochs: arguments.count(.epochs) ?? usual.epochs, stepsPerEpoch: arguments.count(.steps) ?? usual.stepsPerEpoch,
      batch: arguments.count(.batch) ?? usual.batch,
      learningRate: arguments.number(.learningRate) ?? usual.learningRate,
      schedule: arguments.choice(.schedule) ?? usual.schedule, seed: UInt64(arguments.count(.seed) ?? 1),
      heldOutPictures: arguments.count(.heldOut), patience: arguments.count(.patience) ?? usual.patience,
      recipe: try PairOptions.recipe(arguments, usual: preset.configuration.usualRecipe))
    pretrained = arguments[.pretrained]
    if pretrained != nil, preset.kind != ResNeXtNetwork.Configuration.kind {
      throw .conflict("--pretrained is for resnext50 and resnext50-lstm; \(name) has no such part")
    }
    device = arguments.choice(.device) ?? .cpu
    threads = arguments.count(.threads) ?? processors
  }

  func run() async throws -> ExitStatus {
    try Destination.check(files.destinations, inputs: [pretrained].compactMap(\.self))
    let machine = "\(device.rawValue), \(threads) threads, \(try TensorsPlugin.load())"
    try TensorsPlugin.setThreads(threads)
    let progress = Progress()
    defer { progress.finish() }
    var job = TrainingJob(
      preset: preset, images: images, options: options, pretrained: pretrained, device: device, threads: threads,
      progress: progress)
    var trainer = try resumes ? job.resumed(from: files.checkpoint) : job.begun()
    var history = trainer.history
    try trainer.run(model: files.model, checkpoint: files.checkpoint) { event in
      switch event {
      case .step(let share, let epoch, let loss):
        progress.report(share, "epoch \(epoch), loss \(loss.rounded(to: 4))")
      case .epoch(let epoch):
        progress.finish()
        history.append(epoch)
        try Console.write(epoch.line)
        try files.write(card: job.card(files.model, history, machine: machine), history)
      }
    }
    progress.finish()
    try Console.write("wrote \(files.model)\n")
    return .done
  }
}

extension TrainingEpoch {
  /// The epoch for a person.
  fileprivate var line: String {
    """
    epoch \(number): loss \(trainingLoss.rounded(to: 4)), validation \(validationLoss.rounded(to: 4)), \
    rotation \(errors.rotation.rounded(to: 3))°, |Δx| + |Δy| \(errors.translation.rounded(to: 3)) px, \
    corners \(errors.corner.rounded(to: 3)) px

    """
  }
}

extension Option {
  fileprivate static let images = Option(
    "images", .text("FOLDER,…"), help: "folders of pictures, or .bin files of CIFAR-10 or STL-10")
  fileprivate static let model = Option(
    "output", short: "o", .text("MODEL"), help: "where the network goes, with the ending .safetensors")
  fileprivate static let resume = Option("resume", .flag, help: "go on from the checkpoint beside MODEL")
  fileprivate static let epochs = Option("epochs", .count("N", 1...1_000_000), default: "30", help: "passes")
  fileprivate static let steps = Option("steps", .count("N", 1...1_000_000), default: "200", help: "steps of a pass")
  fileprivate static let batch = Option("batch", .count("N", 1...65_536), default: "128", help: "pairs of a step")
  fileprivate static let learningRate = Option(
    "learning-rate", .number("RATE", 1e-9...10), default: "0.001", help: "Adam's step")
  fileprivate static let schedule = Option(
    "schedule", .choice("KIND", LearningRateSchedule.allCases.map(\.rawValue)),
    default: LearningRateSchedule.cosine.rawValue, help: "how the rate goes")
  fileprivate static let size = Option(
    "size", .count("SIDE", 8...512), otherwise: "the network's own", help: "the side to which pictures are brought")
  fileprivate static let seed = Option(
    "seed", .count("N", 0...Int.max), default: "1",
    help: "draws the first parameters, the held-out pictures and the pairs")
  fileprivate static let heldOut = Option(
    "validation", .count("N", 1...1_000_000), otherwise: "a tenth, 1000 at most", help: "pictures to hold out")
  fileprivate static let patience = Option(
    "patience", .count("N", 1...1_000_000), default: "20", help: "stop after so many epochs without a better one")
  fileprivate static let pretrained = Option(
    "pretrained", .text("FILE"),
    help: "torchvision's resnext50_32x4d as safetensors, for the networks that are built on it")
  fileprivate static let device = Option(
    "device", .choice("DEVICE", Device.allCases.map(\.rawValue)), default: Device.cpu.rawValue, help: "where to train")
}
