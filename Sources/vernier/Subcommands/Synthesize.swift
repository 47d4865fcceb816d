import Vernier
import VernierFiles

/// `vernier synthesize`: pairs with known answers, out of pictures or drawn scenes.
struct Synthesize: Subcommand {
  static let manual = Manual(
    name: "synthesize",
    summary: "make pairs with known transforms out of images",
    options: [
      .images, .textures, .cubes, .volume, .labels, .pairFolder, .pairCount, .size, .motion, .kind, .rotation, .scale,
      .shear, .shift, .noise,
      .blur, .jpeg, .contrast, .gamma, .invert, .modality, .pairSeed,
    ],
    discussion: [
      """
      The folder gets fixed0.png, moving0.png and so on, and pairs.csv, which vernier batch takes; its column truth has the \
      homogeneous matrix of each pair, fixed point to moving point.
      """,
      """
      Ranges are a number, or two as LEAST:MOST; each image of a pair draws from them by itself. Of --rotation, --shear and \
      --shift the number is the greatest to either side. Motions take from these what the --transform has. Under the \
      protocol published the moving image is the fixed one moved, zeros outside; under strict both are cut from one larger \
      scene, which must be larger the farther the motion goes.
      """,
      """
      --cubes and --volume make NIfTI volumes with labels, rotated about each axis by 45° at most unless told. Cubes have cracks and holes, \
      are rendered with twice the samples that --size tells and halved, and each pair's two cubes are one cube twice; a volume is the fixed one of every pair.
      """,
    ],
    examples: [
      ("vernier synthesize --images photographs -o pairs --count 100 --size 64 --noise 0:10", "100 rigid pairs"),
      (
        "vernier synthesize --images test_batch.bin -o pairs --protocol published --size 32", "as published on CIFAR-10"
      ),
      ("vernier synthesize --textures -o pairs --transform affine --modality 0.5", "across imitated modalities"),
      ("vernier synthesize --cubes -o cubes --count 100 --transform similarity", "damaged cubes, 64³"),
      (
        "vernier synthesize --volume t1.nii.gz --labels parts.nii.gz -o pairs --rotation 20 --shift 10",
        "one scan, turned and shifted"
      ),
    ])

  private let images: String?
  private let volumes: VolumePairs?
  private let folder: String
  private let count: Int
  private let recipe: SyntheticPairs.Recipe
  private let seed: UInt64

  init(_ arguments: Arguments) throws(UsageError) {
    guard let folder = arguments[.pairFolder] else { throw .missingOption(.pairFolder) }
    self.folder = folder
    images = arguments[.images]
    let sources = [images != nil, arguments.has(.textures), arguments.has(.cubes), arguments[.volume] != nil]
    guard sources.count(where: { $0 }) == 1 else {
      throw .conflict("name one source: --images PATH, --textures, --cubes or --volume FILE")
    }
    volumes = sources[2] || sources[3] ? try Self.volumes(arguments) : nil
    count = arguments.count(.pairCount) ?? 100
    seed = UInt64(arguments.count(.pairSeed) ?? 1)
    let side = arguments.count(.size) ?? 64
    let model: TransformModel = arguments.choice(.motion) ?? .rigid
    let motion = MotionRange<2>(
      model, degrees: arguments.number(.rotation) ?? 180, scale: arguments.span(.scale) ?? 0.8...1.25,
      shear: arguments.number(.shear) ?? 0.1, shift: (arguments.number(.shift) ?? 15) / 100 * Double(side))
    var recipe = SyntheticPairs.Recipe(
      side: side, kind: arguments.choice(.kind) ?? .strict, model: model, motion: motion)
    func percent(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
      range.lowerBound / 100...range.upperBound / 100
    }
    recipe.degradation.noise = percent(arguments.span(.noise) ?? 0...0)
    recipe.degradation.blur = arguments.span(.blur) ?? 0...0
    recipe.degradation.contrast = arguments.span(.contrast) ?? 1...1
    recipe.degradation.gamma = arguments.span(.gamma) ?? 1...1
    recipe.degradation.inversion = arguments.number(.invert) ?? 0
    recipe.degradation.modality = arguments.number(.modality) ?? 0
    recipe.degradation.quality = arguments.span(.jpeg).map { Int($0.lowerBound)...Int($0.upperBound) }
    self.recipe = recipe
  }

  private static func volumes(_ arguments: Arguments) throws(UsageError) -> VolumePairs {
    let pictures: [Option] = [.kind, .noise, .blur, .jpeg, .contrast, .gamma, .invert, .modality]
    if let option = pictures.first(where: { arguments.isGiven($0) }) {
      throw .conflict("\(option.spelled) is for pictures, not for volumes")
    }
    let (volume, labels) = (arguments[.volume], arguments[.labels])
    guard labels == nil || volume != nil else { throw .conflict("--labels goes with --volume") }
    guard volume == nil || !arguments.isGiven(.size) else {
      throw .conflict("--size is for --cubes; a scan keeps its grid")
    }
    let side = arguments.count(.size) ?? 64
    guard side <= 512 else { throw .conflict("--size is at most 512 for volumes") }
    let model: TransformModel = arguments.choice(.motion) ?? .rigid
    let degrees = arguments.isGiven(.rotation) ? arguments.number(.rotation) ?? 45 : 45
    let (scale, shear) = (arguments.span(.scale) ?? 0.8...1.25, arguments.number(.shear) ?? 0.1)
    let shift = (arguments.number(.shift) ?? 15) / 100
    return VolumePairs(
      volume: volume, labels: labels, count: arguments.count(.pairCount) ?? 100, side: side,
      seed: UInt64(arguments.count(.pairSeed) ?? 1)
    ) { MotionRange<3>(model, degrees: degrees, scale: scale, shear: shear, shift: shift * $0) }
  }

  func run() async throws -> ExitStatus {
    let progress = Progress()
    defer { progress.finish() }
    if let volumes {
      try volumes.write(to: folder, progress: progress)
      return .done
    }
    let scenes = try images.map { try SceneFiles.read($0, seed: seed) } ?? drawn(progress)
    let codec = recipe.degradation.quality == nil ? nil : try JPEGCodec()
    let pairs: SyntheticPairs
    do {
      pairs = try SyntheticPairs(of: scenes, recipe, seed: seed, codec: codec, threads: processors)
    } catch {
      throw InputError(file: images ?? "--textures", problem: "\(error)")
    }
    try Destination.makeFolder(folder)
    try PairFolder(folder).write(count: count) { number in
      progress.report(Double(number) / Double(count), "\(number) of \(count) pairs")
      return try pairs.pair(number)
    }
    return .done
  }

  /// Drawn scenes, large enough for the pairs.
  private func drawn(_ progress: Progress) -> [Image<2>] {
    let side = max(256, 2 * recipe.leastScene)
    return (0..<Self.sceneCount).map { number in
      progress.report(Double(number) / Double(Self.sceneCount), "drawing scenes")
      return SyntheticScene(side: side, seed: seed &* 1_000_003 &+ UInt64(number)).image
    }
  }

  private static let sceneCount = 40
}

extension Option {
  fileprivate static let cubes = Option("cubes", .flag, help: "draw damaged cubes instead: volumes")
  fileprivate static let volume = Option("volume", .text("FILE"), help: "move this scan instead: volumes")
  fileprivate static let labels = Option(
    "labels", .text("FILE"), otherwise: "none", help: "with --volume: labels on its grid, moved along")
  fileprivate static let images = Option(
    "images", .text("PATH"), help: "a folder of pictures, one picture, or CIFAR-10's or STL-10's .bin files")
  fileprivate static let textures = Option("textures", .flag, help: "draw scenes instead")
  fileprivate static let pairFolder = Option(
    "output", short: "o", .text("FOLDER"), help: "where the pairs and their list go (required)")
  fileprivate static let pairCount = Option(
    "count", .count("N", 1...10_000_000), default: "100", help: "how many pairs")
  fileprivate static let size = Option("size", .count("N", 8...8192), default: "64", help: "the side of the images")
  fileprivate static let motion = Option(
    "transform", .choice("MODEL", TransformModel.allCases.map(\.rawValue)), default: TransformModel.rigid.rawValue,
    help: "the kind of transform between the images of a pair")
  fileprivate static let kind = Option(
    "protocol", .choice("KIND", PairProtocol.allCases.map(\.rawValue)), default: PairProtocol.strict.rawValue,
    help: "how a pair comes out of a scene")
  fileprivate static let rotation = Option(
    "rotation", .number("DEGREES", 0...180), default: "180", help: "the greatest rotation")
  fileprivate static let scale = Option(
    "scale", .span("FACTOR", 0.01...100), default: "0.8:1.25", help: "similarity and affine: the scale")
  fileprivate static let shear = Option("shear", .number("FACTOR", 0...10), default: "0.1", help: "affine: the shear")
  fileprivate static let shift = Option(
    "shift", .number("PERCENT", 0...1000), default: "15", help: "the greatest shift along x and y, of the side")
  fileprivate static let noise = Option(
    "noise", .span("PERCENT", 0...1000), default: "0", help: "Gaussian noise: its standard deviation, of 255")
  fileprivate static let blur = Option(
    "blur", .span("SAMPLES", 0...1000), default: "0", help: "Gaussian blur: its standard deviation")
  fileprivate static let jpeg = Option("jpeg", .span("QUALITY", 1...100), otherwise: "none", help: "JPEG's quality")
  fileprivate static let contrast = Option(
    "contrast", .span("GAIN", 0...1000), default: "1", help: "spread about middle grey by this factor")
  fileprivate static let gamma = Option(
    "gamma", .span("EXPONENT", 0.01...100), default: "1", help: "raise the intensities, 0 to 1, to this power")
  fileprivate static let invert = Option(
    "invert", .number("CHANCE", 0...1), default: "0", help: "the probability of the negative")
  fileprivate static let modality = Option(
    "modality", .number("CHANCE", 0...1), default: "0", help: "the probability of an imitated modality")
  fileprivate static let pairSeed = Option("seed", .count("N", 0...Int.max), default: "1", help: "draws the pairs")
}
