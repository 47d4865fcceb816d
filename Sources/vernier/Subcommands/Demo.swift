import Glibc
import Vernier
import VernierCommandLine
import VernierFiles
import VernierText

/// `vernier demo`: the main job on a scene that needs no file, or on the user's own pair.
struct Demo: Subcommand {
  static let manual = Manual(
    name: "demo",
    summary: "draw a scene, move it, register it and compare with the truth",
    options: [.folder, .seed, .fixed, .moving, .transform],
    isHidden: true)

  private let folder: String
  private let seed: Int
  private let own: (fixed: String, moving: String)?
  private let model: TransformModel

  init(_ arguments: Arguments) throws(UsageError) {
    folder = arguments[.folder] ?? "."
    seed = arguments.count(.seed) ?? 1
    model = arguments.choice(.transform) ?? .rigid
    switch (arguments[.fixed], arguments[.moving]) {
    case (nil, nil): own = nil
    case (let fixed?, let moving?): own = (fixed, moving)
    default: throw .conflict("--fixed and --moving are given together or not at all")
    }
  }

  func run() async throws -> ExitStatus {
    try Folder.make(folder)
    guard let own else { return try registerScene() }
    let moved = "\(folder)/moved\(Self.ending(like: own.moving))"
    return try register(own.fixed, own.moving, moved: moved, truth: nil)
  }

  private func registerScene() throws -> ExitStatus {
    let scene = SyntheticScene.pair(seed: UInt64(seed))
    let fixed = "\(folder)/fixed.png"
    let moving = "\(folder)/moving.png"
    try ImageFile([scene.fixed], sampleType: .uint8).write(to: fixed)
    try ImageFile([scene.moving], sampleType: .uint8).write(to: moving)
    return try register(fixed, moving, moved: "\(folder)/moved.png", truth: (scene.truth, scene.fixed.grid))
  }

  private func register(
    _ fixed: String, _ moving: String, moved: String, truth: (transform: Affine<2>, grid: Grid<2>)?
  ) throws -> ExitStatus {
    let report = "\(folder)/report.html"
    let job = PairJob(
      fixed: fixed, moving: moving, registration: Registration(model: model, threads: processors),
      interpolation: .linear, background: .usual, files: PairFiles(moved: moved, report: report))
    try Destination.check(job.destinations, inputs: job.inputs)
    let progress = Progress()
    defer { progress.finish() }
    let outcome = try job.run(progress: progress)
    progress.finish()
    var text = outcome.summary()
    if let truth, let matrix = outcome.matrix {
      let found = Affine<2>(homogeneous: matrix)
      let error = Self.meanDistance(found, truth.transform, at: truth.grid.corners)
      text += "\ntrue error: \(error.rounded(to: 2)) px, the mean over the corners\n"
    }
    try Console.write(text + "\nlook at: \(report)\n")
    for warning in outcome.warnings { Console.complain(warning) }
    return outcome.verdict == .failed ? .failed : .done
  }

  private static func meanDistance(_ left: Affine<2>, _ right: Affine<2>, at points: [Vector<2>]) -> Double {
    points.map { (left($0) - right($0)).length }.reduce(0, +) / Double(points.count)
  }

  /// The ending of the moving image's file where it can be written, else one that holds everything.
  private static func ending(like file: String) -> String {
    let name = file.fileName.lowercased()
    return ImageFile.writableEndings.first { name.hasSuffix($0) } ?? ".nrrd"
  }
}

extension Option {
  fileprivate static let folder = Option(
    "output", short: "o", .text("FOLDER"), default: ".build/demo", help: "where the images and the report go")
  fileprivate static let seed = Option("seed", .count("N", 0...Int.max), default: "1", help: "which scene to draw")
  fileprivate static let fixed = Option("fixed", .text("FILE"), help: "an image of yours, instead of the scene")
  fileprivate static let moving = Option("moving", .text("FILE"), help: "the image to align to it")
}
