import Vernier
import VernierCommandLine
import VernierFiles
import VernierLearning
import VernierText

/// `vernier train`: trains a network on a folder of pictures or volumes.
struct Train: Subcommand {
  static let manual = Manual(
    name: "train",
    summary: "train a network on your own pictures or volumes",
    positionals: [
      Positional(name: "NETWORK", help: "one of \(NetworkPreset.all.map(\.name).joined(separator: ", "))")
    ],
    options: [
      .images, .volumes, .model, .resume,
    ] + course + pairs + [.device, .threads],
    discussion: [
      """
      No answers are needed: pairs are made on the fly by moving each picture by a known motion. Part of the pictures is held out; after \
      each epoch the network is judged on them, and the best so far stands in MODEL.
      """,
      """
      \(volumeNetworks.joined(separator: " and ")) learn from --volumes as they are, by how alike the volumes become: from the pairs that FOLDER/pairs.csv lists, or from every two \
      volumes of a folder without a list. A tenth of the pairs, or of the folder's volumes, is held out. \
      That few pairs are not learned by heart, --rotation, --scale and --shift move each moving volume besides, anew each time that it is seen; with --flip each pair is \
      seen in 96 ways, for objects that may lie in any.
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
      (
        "vernier train two-headed-cnn --images micrographs --weights Models/two-headed-cnn.safetensors -o mine.safetensors",
        "what comes with Vernier, taught on"
      ),
      ("vernier train rotation-cnn --images frames --size 64 --epochs 40 -o rotation.safetensors", "your own frames"),
      (
        "vernier train two-headed-cnn --images a,b --protocol strict --modality 0.5 --noise 0:10 -o two.safetensors",
        "two folders, other modalities, noise"
      ),
      ("vernier train stn-separate --volumes scans -o scans.safetensors", "every two volumes of a folder"),
    ])

  /// What --resume takes from the checkpoint, besides the pairs.
  private static let course: [Option] = [
    .epochs, .steps, .batch, .learningRate, .schedule, .size, .seed, .heldOut, .judged, .tiles, .patience, .start,
    .pretrained,
  ]

  /// What pairs are made; a network has motions of its own, none of which shears.
  private static let pairs =
    PairOptions.motions.filter { $0.name != PairOptions.shear.name }.map { $0.defaulting(to: "the network's own") }
    + PairOptions.degradations

  private static let volumeNetworks = NetworkPreset.all.filter { $0.configuration.rank == 3 }.map(\.name)

  private let preset: NetworkPreset
  private let data: TrainingJob.Data
  private let files: ModelFiles
  private let resumes: Bool
  private let options: TrainingOptions
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
    data = try Self.data(arguments, for: preset)
    guard let model = arguments[.model] else { throw .missingOption("--output", placeholder: "MODEL.safetensors") }
    files = ModelFiles(model: model)
    resumes = arguments.has(.resume)
    if resumes, let given = (Self.course + Self.pairs).first(where: arguments.isGiven) {
      throw .conflict("--resume goes on with the options that the training began with; leave out \(given.spelled)")
    }
    if let side = arguments.count(.size) { preset.configuration.side = side }
    if let objection = preset.configuration.objection { throw .conflict("--size: \(objection)") }
    self.preset = preset
    options = try Self.options(arguments, for: preset)
    device = arguments.choice(.device) ?? .cpu
    threads = arguments.count(.threads) ?? processors
  }

  /// How the network is trained.
  private static func options(
    _ arguments: Arguments, for preset: NetworkPreset
  ) throws(UsageError) -> TrainingOptions {
    var options = preset.usualOptions
    options.epochs = arguments.count(.epochs) ?? options.epochs
    options.stepsPerEpoch = arguments.count(.steps) ?? options.stepsPerEpoch
    options.batch = arguments.count(.batch) ?? options.batch
    options.learningRate = arguments.number(.learningRate) ?? options.learningRate
    options.schedule = arguments.choice(.schedule) ?? options.schedule
    options.seed = UInt64(arguments.count(.seed) ?? 1)
    options.validationPairs = arguments.count(.judged) ?? options.validationPairs
    options.heldOutPictures = arguments.count(.heldOut)
    options.patience = arguments.count(.patience) ?? options.patience
    options.weights = arguments[.start]
    options.pretrained = arguments[.pretrained]
    if let configuration = preset.configuration as? any PictureNetworkConfiguration {
      options.recipe = try PairOptions.recipe(arguments, usual: configuration.usualRecipe)
      options.tilesPictures = arguments.has(.tiles)
    } else {
      options.volumeMotion = PairOptions.volumeMotion(arguments, side: preset.configuration.side)
      options.flipsVolumes = arguments.has(PairOptions.flip)
    }
    if options.pretrained != nil {
      guard preset.kind == ResNeXtNetwork.Configuration.kind else {
        throw .conflict("--pretrained is for resnext50 and resnext50-lstm; \(preset.name) has no such part")
      }
      guard options.weights == nil else {
        throw .conflict("--weights has every parameter, --pretrained those of a part; leave out one")
      }
    }
    if options.tilesPictures, options.recipe?.kind == .strict {
      throw .conflict("--tiles is for --protocol published, which moves whole pictures; strict cuts from them anyway")
    }
    return options
  }

  /// The folders that the network can learn from.
  private static func data(_ arguments: Arguments, for preset: NetworkPreset) throws(UsageError) -> TrainingJob.Data {
    let (images, volumes) = (arguments.paths(.images), arguments.paths(.volumes))
    guard preset.configuration.rank == 3 else {
      guard !arguments.isGiven(.volumes) else {
        throw .conflict("\(preset.name) learns from pictures; name them with --images FOLDER")
      }
      guard !images.isEmpty else { throw .missingOption("--images", placeholder: "FOLDER") }
      return .images(images)
    }
    let ofVolumes = ([PairOptions.flip] + PairOptions.volumeMotions).map(\.name)
    if let given = ([.images, .tiles] + pairs.filter { !ofVolumes.contains($0.name) }).first(where: arguments.isGiven) {
      throw .conflict("\(preset.name) learns from volumes (--volumes FOLDER); leave out \(given.spelled)")
    }
    guard !volumes.isEmpty else { throw .missingOption("--volumes", placeholder: "FOLDER") }
    return .volumes(volumes)
  }

  func run() async throws -> ExitStatus {
    try Destination.check(files.destinations, inputs: [options.weights, options.pretrained].compactMap(\.self))
    try withTensorThreads(threads) { try train() }
    try Console.write("wrote \(files.model)\n")
    return .done
  }

  @MainActor private func train() throws {
    let machine = "\(device.rawValue), \(threads) threads, \(try TensorsPlugin.load())"
    let progress = Progress()
    defer { progress.finish() }
    var job = TrainingJob(
      preset: preset, data: data, options: options, device: device, threads: threads, progress: progress)
    var trainer = try resumes ? job.resumed(from: files.checkpoint) : job.begun()
    var history = trainer.history
    try trainer.run(model: files.model, checkpoint: files.checkpoint) { event in
      switch event {
      case .step(let share, let epoch, let loss):
        progress.report(share, "epoch \(epoch), loss \(loss.lossText)")
      case .epoch(let epoch):
        progress.finish()
        history.append(epoch)
        try Console.write(epoch.line(rank: preset.configuration.rank))
        try files.write(card: job.card(files.model, history, machine: machine), history)
      }
    }
  }
}

extension TrainingEpoch {
  /// The epoch for a person.
  fileprivate func line(rank: Int) -> String {
    let losses = "epoch \(number): loss \(trainingLoss.lossText), validation \(validationLoss.lossText)"
    guard let errors else { return losses + "\n" }
    return """
      \(losses), \
      rotation \(errors.rotation.rounded(to: 3))°, \(rank == 2 ? "|Δx| + |Δy|" : "|Δx| + |Δy| + |Δz|") \(errors.translation.rounded(to: 3)) px, \
      corners \(errors.corner.rounded(to: 3)) px

      """
  }
}

extension Double {
  /// A loss for a person; one of volumes, whose samples are 0 to 1, is small.
  fileprivate var lossText: String { rounded(to: self < 0.1 ? 6 : 4) }
}

extension Option {
  fileprivate static let images = Option(
    "images", .text("FOLDER,…"), help: "folders of pictures, or .bin files of CIFAR-10 or STL-10")
  fileprivate static let volumes = Option(
    "volumes", .text("FOLDER,…"), help: "for networks that take volumes: folders of them")
  fileprivate static let model = Option(
    "output", short: "o", .text("MODEL"), help: "where the network goes, with the ending .safetensors")
  fileprivate static let resume = Option("resume", .flag, help: "go on from the checkpoint beside MODEL")
  fileprivate static let epochs = Option(
    "epochs", .count("N", 1...1_000_000), otherwise: "30; for volumes 100", help: "passes")
  fileprivate static let steps = Option(
    "steps", .count("N", 1...1_000_000), otherwise: "200; for volumes 250", help: "steps of a pass")
  fileprivate static let batch = Option(
    "batch", .count("N", 1...65_536), otherwise: "128; for volumes 4", help: "pairs of a step")
  fileprivate static let learningRate = Option(
    "learning-rate", .number("RATE", 1e-9...10), default: "0.001", help: "Adam's step")
  fileprivate static let schedule = Option(
    "schedule", .choice("KIND", LearningRateSchedule.allCases.map(\.rawValue)),
    otherwise: "cosine; for volumes decay, a tenth less after each 40 passes", help: "how the rate goes")
  fileprivate static let size = Option(
    "size", .count("SIDE", 8...512), otherwise: "the network's own", help: "the side to which images are brought")
  fileprivate static let seed = Option(
    "seed", .count("N", 0...Int.max), default: "1",
    help: "draws the first parameters, the held-out images and the pairs; beside --weights, the seed that they were "
      + "trained with holds out the same images")
  fileprivate static let heldOut = Option(
    "validation", .count("N", 1...1_000_000), otherwise: "a tenth, 1000 at most",
    help: "pictures, listed pairs or volumes to hold out")
  fileprivate static let judged = Option(
    "validation-pairs", .count("N", 1...1_000_000), default: "1000", help: "pairs on which each epoch is judged")
  fileprivate static let tiles = Option(
    "tiles", .flag, help: "learn from squares of a half, a quarter … of each picture, too, as long as they fill SIDE")
  fileprivate static let patience = Option(
    "patience", .count("N", 1...1_000_000), default: "20", help: "stop after so many epochs without a better one")
  fileprivate static let start = Option(
    "weights", .text("FILE"), otherwise: "drawn",
    help: "start from these parameters of the same network, as vernier train writes them")
  fileprivate static let pretrained = Option(
    "pretrained", .text("FILE"),
    help:
      "for resnext50 and resnext50-lstm: start their extractor from torchvision's resnext50_32x4d as safetensors, or from a model of either"
  )
  fileprivate static let device = Option(
    "device", .choice("DEVICE", Device.allCases.map(\.rawValue)), default: Device.cpu.rawValue, help: "where to train")
}
