import Vernier
import VernierFiles

/// `vernier synthesize`: pairs with known answers, out of pictures or drawn scenes.
struct Synthesize: Subcommand {
  static let manual = Manual(
    name: "synthesize",
    summary: "make pairs with known transforms out of images",
    options: [
      .images, .textures, .pairFolder, .pairCount, .size, .motion,
    ] + PairOptions.motions + PairOptions.degradations + [.pairSeed],
    discussion: [
      """
      The folder gets fixed0.png, moving0.png and so on, and pairs.csv, which vernier batch takes; its column truth has the \
      homogeneous matrix of each pair, fixed point to moving point.
      """,
      PairOptions.ranges,
    ],
    examples: [
      ("vernier synthesize --images photographs -o pairs --count 100 --size 64 --noise 0:10", "100 rigid pairs"),
      (
        "vernier synthesize --images test_batch.bin -o pairs --protocol published --size 32", "as published on CIFAR-10"
      ),
      ("vernier synthesize --textures -o pairs --transform affine --modality 0.5", "across imitated modalities"),
    ])

  private let images: [String]
  private let folder: String
  private let count: Int
  private let recipe: SyntheticPairs.Recipe
  private let seed: UInt64

  init(_ arguments: Arguments) throws(UsageError) {
    guard let folder = arguments[.pairFolder] else { throw .missingOption(.pairFolder) }
    self.folder = folder
    images = arguments.paths(.images)
    guard images.isEmpty == arguments.has(.textures) else {
      throw .conflict("name the images with --images PATH, or draw scenes with --textures")
    }
    count = arguments.count(.pairCount) ?? 100
    seed = UInt64(arguments.count(.pairSeed) ?? 1)
    let side = arguments.count(.size) ?? 64
    let model: TransformModel = arguments.choice(.motion) ?? .rigid
    let usual = SyntheticPairs.Recipe(
      side: side, kind: .strict, model: model,
      motion: MotionRange<2>(model, degrees: 180, scale: 0.8...1.25, shear: 0.1, shift: 0.15 * Double(side)))
    recipe = try PairOptions.recipe(arguments, usual: usual)
  }

  func run() async throws -> ExitStatus {
    let progress = Progress()
    defer { progress.finish() }
    let scenes = images.isEmpty ? drawn(progress) : try images.flatMap { try SceneFiles.read($0, seed: seed) }
    let codec = recipe.degradation.quality == nil ? nil : try JPEGCodec()
    let pairs: SyntheticPairs
    do {
      pairs = try SyntheticPairs(of: scenes, recipe, seed: seed, codec: codec, threads: processors)
    } catch {
      throw InputError(file: images.isEmpty ? "--textures" : images.joined(separator: ","), problem: "\(error)")
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
  fileprivate static let images = Option(
    "images", .text("PATH,…"), help: "folders of pictures, pictures, or CIFAR-10's or STL-10's .bin files")
  fileprivate static let textures = Option("textures", .flag, help: "draw scenes instead")
  fileprivate static let pairFolder = Option(
    "output", short: "o", .text("FOLDER"), help: "where the pairs and their list go (required)")
  fileprivate static let pairCount = Option(
    "count", .count("N", 1...10_000_000), default: "100", help: "how many pairs")
  fileprivate static let size = Option("size", .count("N", 8...8192), default: "64", help: "the side of the images")
  fileprivate static let motion = Option(
    "transform", .choice("MODEL", TransformModel.allCases.map(\.rawValue)), default: TransformModel.rigid.rawValue,
    help: "the kind of transform between the images of a pair")
  fileprivate static let pairSeed = Option("seed", .count("N", 0...Int.max), default: "1", help: "draws the pairs")
}
