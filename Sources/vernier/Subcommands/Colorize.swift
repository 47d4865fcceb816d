import Vernier
import VernierCommandLine
import VernierFiles
import VernierPlates
import VernierText

/// `vernier colorize`: colour pictures out of glass plates.
struct Colorize: Subcommand {
  static let manual = Manual(
    name: "colorize",
    summary: "make a colour picture of a glass plate with three exposures",
    positionals: [
      Positional(
        name: "PLATE", help: "a plate's scan, blue, green and red exposure from the top, or a folder of such",
        repeats: true)
    ],
    options: [
      .pictureOutput, .reference, .plateMethod, .shiftMetric, .plateTransform, .learningRate, .steps, .plateReport,
      .json, .jobs, .threads,
    ],
    discussion: [
      """
      The exposures are parted at their seams, two are aligned to the reference, and what all three cover is written as RGB in the \
      plate's own depth. A plate comes with a verdict: aligned, doubtful (a warning says why) or failed (exit status 3; no picture is written).
      """,
      """
      search and gradient are the published methods: every shift of ±15 samples of the 200×200 centre, and gradient descent on the shift. auto \
      aligns edges from coarse to fine, to a fraction of a sample.
      """,
    ],
    examples: [
      ("vernier colorize plate.tif -o picture.tif --report report.html", "one plate, with a page to look at"),
      (
        "vernier colorize plates -o pictures --json", "every plate of a folder, as PNG into another, one JSON line each"
      ),
      ("vernier colorize plate.jpg -o p.png --method search --metric ssim", "the published search"),
    ])

  private let jobs: Int
  private let words: [String]
  private let output: String
  private let report: String?
  private let asJSON: Bool
  private let assembly: PlateAssembly
  private let threads: Int

  init(_ arguments: Arguments) throws(UsageError) {
    words = arguments.positionals
    guard let output = arguments[.pictureOutput] else { throw .missingOption(.pictureOutput) }
    self.output = output
    report = arguments[.plateReport]
    asJSON = arguments.has(.json)
    let method: PlateAssembly.Method = arguments.choice(.plateMethod) ?? .auto
    let metric: ShiftMetric? = arguments.choice(.shiftMetric)
    if method == .auto, metric != nil {
      throw .conflict("--metric is for --method search or gradient; auto compares edges by ncc")
    }
    if method == .gradient, metric == .structuralSimilarity {
      throw .conflict("--method gradient minimises mse or ncc; use --method search for ssim")
    }
    if method != .gradient, arguments[.learningRate] != nil || arguments[.steps] != nil {
      throw .conflict("--learning-rate and --steps are for --method gradient")
    }
    threads = arguments.count(.threads) ?? processors
    jobs = arguments.count(.jobs) ?? processors
    assembly = PlateAssembly(
      reference: arguments.choice(.reference) ?? .green, method: method, metric: metric ?? .crossCorrelation,
      model: arguments.choice(.plateTransform), learningRate: arguments.number(.learningRate) ?? 0.001,
      steps: arguments.count(.steps) ?? 30, threads: threads)
  }

  func run() async throws -> ExitStatus {
    let plates = try PlateFiles(words, output: output, report: report)
    try Destination.check(plates.jobs.flatMap(\.destinations), inputs: plates.jobs.map(\.plate))
    let atOnce = min(jobs, max(1, plates.jobs.count))
    var assembly = assembly
    assembly.threads = max(1, threads / atOnce)
    let (shared, list) = (assembly, plates.jobs)
    let progress = Progress()
    defer { progress.finish() }
    var anyFailed = false
    var anyUnusable = false
    try await inOrder(count: list.count, limit: atOnce) { index in
      Result { try list[index].run(shared) }
    } consume: { index, result in
      progress.finish()
      switch result {
      case .success(let outcome):
        try Console.write(asJSON ? "\(JSON.object(outcome.members))\n" : outcome.summary)
        for warning in outcome.warnings { Console.complain(warning) }
        anyFailed = anyFailed || outcome.verdict == .failed
      case .failure(let error):
        guard plates.isFolder else { throw error }
        // One file of a folder that cannot be used does not end the others.
        if asJSON { try Console.write("\(JSON.object(PlateJob.failure(list[index].plate, "\(error)")))\n") }
        Console.complain("\(error)")
        anyUnusable = true
      }
      progress.report(Double(index + 1) / Double(list.count), "\(index + 1) of \(list.count) plates")
    }
    return anyFailed || anyUnusable ? .failed : .done
  }
}

extension Option {
  fileprivate static let pictureOutput = Option(
    "output", short: "o", .text("OUT"),
    help:
      "the picture to write: PNG or TIFF keep 16 bits; for several plates or a folder a folder, which gets PLATE.png each"
  )
  fileprivate static let reference = Option(
    "reference", .choice("EXPOSURE", PlateExposure.allCases.map(\.rawValue)), default: PlateExposure.green.rawValue,
    help: "the exposure that stays as it is")
  fileprivate static let plateMethod = Option(
    "method", .choice("METHOD", PlateAssembly.Method.allCases.map(\.rawValue)),
    default: PlateAssembly.Method.auto.rawValue, help: "how the other two are aligned to it")
  fileprivate static let shiftMetric = Option(
    "metric", .choice("METRIC", ShiftMetric.allCases.map(\.rawValue)), otherwise: "ncc",
    help: "what search and gradient compare")
  fileprivate static let plateTransform = Option(
    "transform", .choice("MODEL", ["translation", "affine"]), otherwise: "affine with auto, translation else",
    help: "plates also turn and warp a little from exposure to exposure")
  fileprivate static let learningRate = Option(
    "learning-rate", .number("RATE", 1e-9...10), otherwise: "0.001",
    help: "of gradient: Adam's, in half sizes of the exposure, as in PyTorch's affine_grid")
  fileprivate static let steps = Option(
    "steps", .count("N", 1...1_000_000), otherwise: "30", help: "of gradient: how many")
  fileprivate static let plateReport = Option(
    "report", .text("FILE.html"),
    help: "write a page to look at: the picture, before and after, and the channels; for several plates a folder")
}
