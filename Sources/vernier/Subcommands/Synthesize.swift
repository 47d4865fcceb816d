import Vernier
import VernierCommandLine
import VernierFiles

/// `vernier synthesize`: pairs with known answers, out of pictures or drawn scenes.
struct Synthesize: Subcommand {
  static let manual = Manual(
    name: "synthesize",
    summary: "make pairs with known transforms out of images",
    options: [
      .images, .textures, .cubes, .volume, .labels, .pairFolder, .pairCount, .size, .motion,
    ] + PairOptions.motions + PairOptions.degradations + [.pairSeed],
    discussion: [
      """
      The folder gets fixed0.png, moving0.png and so on, and pairs.csv, which vernier batch takes; its column truth has the \
      homogeneous matrix of each pair, fixed point to moving point.
      """,
      PairOptions.ranges,
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

  private let images: [String]
  private let volumes: VolumePairs?
  private let folder: String
  private let count: Int
  private let recipe: SyntheticPairs.Recipe
  private let seed: UInt64

  init(_ arguments: Arguments) throws(UsageError) {
    guard let folder = arguments[.pairFolder] else { throw .missingOption(.pairFolder) }
    self.folder = folder
    images = arguments.paths(.images)
    let sources = [!images.isEmpty, arguments.has(.textures), arguments.has(.cubes), arguments[.volume] != nil]
    guard sources.count(where: { $0 }) == 1 else {
      throw .conflict("name one source: --images PATH, --textures, --cubes or --volume FILE")
    }
    volumes = sources[2] || sources[3] ? try Self.volumes(arguments) : nil
    count = arguments.count(.pairCount) ?? 100
    seed = UInt64(arguments.count(.pairSeed) ?? 1)
    let side = arguments.count(.size) ?? 64
    let model: TransformModel = arguments.choice(.motion) ?? .rigid
    let usual = SyntheticPairs.Recipe(
      side: side, kind: .strict, model: model,
      motion: MotionRange<2>(model, degrees: 180, scale: 0.8...1.25, shear: 0.1, shift: 0.15 * Double(side)))
    recipe = try PairOptions.recipe(arguments, usual: usual)
  }

  private static func volumes(_ arguments: Arguments) throws(UsageError) -> VolumePairs {
    if let option = ([PairOptions.kind, PairOptions.flip] + PairOptions.degradations).first(where: arguments.isGiven) {
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
    let degrees = arguments.isGiven(PairOptions.rotation) ? arguments.number(PairOptions.rotation) ?? 45 : 45
    let scale = arguments.span(PairOptions.scale) ?? 0.8...1.25
    let shear = arguments.number(PairOptions.shear) ?? 0.1
    let shift = (arguments.number(PairOptions.shift) ?? 15) / 100
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
    let scenes = images.isEmpty ? drawn(progress) : try images.flatMap { try SceneFiles.read($0, seed: seed) }
    let codec = recipe.degradation.quality == nil ? nil : try JPEGCodec()
    let pairs: SyntheticPairs
    do {
      pairs = try SyntheticPairs(of: scenes, recipe, seed: seed, codec: codec, threads: processors)
    } catch {
      throw InputError(file: images.isEmpty ? "--textures" : images.joined(separator: ","), problem: "\(error)")
    }
    try Folder.make(folder)
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
    "images", .text("PATH,…"), help: "folders of pictures, pictures, or CIFAR-10's or STL-10's .bin files")
  fileprivate static let textures = Option("textures", .flag, help: "draw scenes instead")
  fileprivate static let pairFolder = Option(
    "output", short: "o", .text("FOLDER"), help: "where the pairs and their list go (required)")
  fileprivate static let pairCount = Option(
    "count", .count("N", 1...10_000_000), default: "100", help: "how many pairs")
  fileprivate static let size = Option("size", .count("N", 8...8192), default: "64", help: "the side of the images")
  fileprivate static let motion = Option(
    "transform", .choice("MODEL", TransformModel.linear.map(\.rawValue)), default: TransformModel.rigid.rawValue,
    help: "the kind of transform between the images of a pair")
  fileprivate static let pairSeed = Option("seed", .count("N", 0...Int.max), default: "1", help: "draws the pairs")
}
