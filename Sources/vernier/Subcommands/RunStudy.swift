import VernierFiles
import VernierStudies
import VernierVision

/// `vernier study`: runs an experiment on data with known answers and prints its tables.
struct RunStudy: Subcommand {
  static let manual = Manual(
    name: "study",
    summary: "measure Vernier on data with known answers",
    positionals: [
      Positional(name: "NAME", help: allStudies.map { "\($0.name): \($0.summary)" }.joined(separator: "; "))
    ],
    options: [.data, .studySeed, .studyCount, .configuration, .threads, .studyFolder],
    examples: [
      ("vernier study known-answers --data images", "errors and verdicts on images with known answers"),
      ("vernier study small-images --data images --count 50", "the tables of the small-image paper, 50 pairs each"),
      ("vernier study verdict --data images -o fit", "fit the confidence; the curve and the coefficients go to fit"),
    ])

  private let study: any Study.Type
  private let options: StudyOptions

  init(_ arguments: Arguments) throws(UsageError) {
    let name = arguments.positionals[0]
    guard let study = allStudies.first(where: { $0.name == name }) else {
      throw .wrongValue(
        option: "NAME", value: name, expected: "one of \(allStudies.map { $0.name }.joined(separator: ", "))")
    }
    self.study = study
    if arguments.isGiven(.configuration), !study.isConfigurable {
      let able = allStudies.filter { $0.isConfigurable }.map { $0.name }.joined(separator: ", ")
      throw .conflict("--configuration is for the studies \(able); leave it out")
    }
    options = StudyOptions(
      data: arguments[.data] ?? "data", seed: UInt64(arguments.count(.studySeed) ?? 1),
      count: arguments.count(.studyCount), threads: arguments.count(.threads) ?? processors,
      folder: arguments[.studyFolder], methods: allMethods, preparations: allPreparations,
      configuration: arguments[.configuration],
      keypointCounters: KeypointMethod.allCases.map { method in
        KeypointCounter(method: method.rawValue) { try KeypointAligner(method).keypointCount(in: $0) }
      })
  }

  func run() async throws -> ExitStatus {
    if let folder = options.folder { try Destination.makeFolder(folder) }
    let progress = Progress()
    defer { progress.finish() }
    let result = try study.init(options).run { share, activity in progress.report(share, activity) }
    progress.finish()
    try Console.write(result.report)
    guard let folder = options.folder else { return .done }
    for file in [("\(study.name).md", result.report)] + result.files.map({ ($0.name, $0.text) }) {
      try PartialFiles.replace("\(folder)/\(file.0)", text: file.1)
    }
    return .done
  }
}

extension Option {
  fileprivate static let data = Option("data", .text("FOLDER"), default: "data", help: "the folder of the data sets")
  fileprivate static let studySeed = Option("seed", .count("N", 0...Int.max), default: "1", help: "draws the pairs")
  fileprivate static let studyCount = Option(
    "count", .count("N", 1...10_000_000), otherwise: "the study's own", help: "how many pairs to draw")
  fileprivate static let configuration = Option(
    "configuration", .text("FILE"), otherwise: "the study's own",
    help: "rotation: the trainings and conditions, as JSON")
  fileprivate static let studyFolder = Option(
    "output", short: "o", .text("FOLDER"), help: "where the tables and further files go, besides standard output")
}
