import Synchronization
import Vernier
import VernierCommandLine
import VernierFiles
import VernierLearning
import VernierStudies
import VernierVision

/// A study with what a command line asks of it: it prints each piece of the report as soon as it is finished.
struct StudyJob<Chosen: Study> {
  static var manual: Manual {
    let example = "\(StudiesProgram.name) \(Chosen.name) --data images"
    var examples = [("\(example) -o found", "all of it; the tables go to the folder found, too")]
    if let section = Chosen.Section.all.last, Chosen.Section.all.count > 1 {
      examples.append(("\(example) --section \(section.name)", section.summary))
    }
    return Manual(
      program: StudiesProgram.name, name: Chosen.name, summary: Chosen.summary,
      options: [.data, .seed, .pairs] + (Chosen.isConfigurable ? [.configuration] : [])
        + [.sections(Chosen.Section.all.map(\.name)), .threads, .folder],
      discussion: ["Sections, in the order in which they are run:"]
        + Chosen.Section.all.map { "\($0.name): \($0.summary)." },
      examples: examples)
  }

  private let options: StudyOptions
  private let sections: [Chosen.Section]

  init(_ arguments: Arguments) throws(UsageError) {
    options = StudyOptions(
      data: arguments[.data] ?? "data", seed: UInt64(arguments.count(.seed) ?? 1), count: arguments.count(.pairs),
      threads: arguments.count(.threads) ?? processors, folder: arguments[.folder],
      methods: Method.classical + Method.keypoints + Method.learned,
      preparations: Preparation.denoisers + Preparation.classical,
      configuration: Chosen.isConfigurable ? arguments[.configuration] : nil,
      keypointCounters: KeypointMethod.allCases.map { method in
        KeypointCounter(method: method.rawValue) { try KeypointAligner(method).keypointCount(in: $0) }
      })
    sections = try Self.sections(arguments)
  }

  /// Those asked for, in the study's own order; all unless told.
  private static func sections(_ arguments: Arguments) throws(UsageError) -> [Chosen.Section] {
    let all = Chosen.Section.all
    let option = Option.sections(all.map(\.name))
    guard let names = arguments[option]?.split(separator: ",").map(String.init) else { return all }
    if let unknown = names.first(where: { name in !all.contains { $0.name == name } }) {
      throw .wrongValue(
        option: option.spelled, value: unknown,
        expected: "one or several, with commas, of \(all.map(\.name).joined(separator: ", "))")
    }
    return all.filter { names.contains($0.name) }
  }

  func run() throws {
    if let folder = options.folder { try Folder.make(folder) }
    let progress = Progress()
    defer { progress.finish() }
    let report = Mutex("")
    let folder = options.folder
    let output = StudyOutput(
      write: { piece in
        progress.finish()
        try Console.write(piece)
        guard let folder else { return }
        let whole = report.withLock { report in
          report += piece
          return report
        }
        try PartialFiles.replace("\(folder)/\(Chosen.name).md", text: whole)
      },
      save: { text, name in
        if let folder { try PartialFiles.replace("\(folder)/\(name)", text: text) }
      },
      progress: { progress.report($0, $1) })
    try Chosen(options).run(sections, to: output)
  }
}

extension Option {
  fileprivate static let data = Option("data", .text("FOLDER"), default: "data", help: "the folder of the data sets")
  fileprivate static let seed = Option("seed", .count("N", 0...Int.max), default: "1", help: "draws the pairs")
  fileprivate static let pairs = Option(
    "count", .count("N", 1...10_000_000), otherwise: "the study's own", help: "how many pairs to draw")
  fileprivate static let configuration = Option(
    "configuration", .text("FILE"), otherwise: "the study's own", help: "the trainings and conditions, as JSON")
  fileprivate static let folder = Option(
    "output", short: "o", .text("FOLDER"), help: "where the tables and further files go, besides standard output")

  fileprivate static func sections(_ names: [String]) -> Option {
    Option(
      "section", .text("NAME,…"), otherwise: "all", help: "run these alone: \(names.joined(separator: ", "))")
  }
}
