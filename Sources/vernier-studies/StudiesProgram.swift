import Glibc
import VernierCommandLine
import VernierFiles
import VernierStudies

/// The program: chooses the study, and turns what it throws into one line and an exit status.
@main
struct StudiesProgram {
  static let name = "vernier-studies"

  static func main() {
    PartialFiles.removeOnSignals()
    exit(run(Array(CommandLine.arguments.dropFirst())).rawValue)
  }

  /// Runs the command line `words` and says how it ended.
  static func run(_ words: [String]) -> ExitStatus {
    do {
      try dispatch(words)
      return .done
    } catch let error as UsageError {
      Console.complain("\(error)", as: name)
      return .usage
    } catch {
      Console.complain("\(error)", as: name)
      return .unusable
    }
  }

  private static func dispatch(_ words: [String]) throws {
    guard let first = words.first, first != "--help", first != "-h" else { return try Console.write(overview) }
    guard !first.hasPrefix("-") else {
      throw UsageError.unknownOption(first, nearest: nil, command: name)
    }
    guard let study = allStudies.first(where: { $0.name == first }) else {
      throw UsageError.wrongValue(
        option: "STUDY", value: first,
        expected: "one of \(allStudies.map { $0.name }.joined(separator: ", "))")
    }
    try run(study, Array(words.dropFirst()))
  }

  private static func run<Chosen: Study>(_ study: Chosen.Type, _ words: [String]) throws {
    let manual = StudyJob<Chosen>.manual
    if words.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
      return try Console.write(manual.help)
    }
    try StudyJob<Chosen>(Arguments(words, manual: manual)).run()
  }

  /// The help of the whole program.
  private static var overview: String {
    """
    \(name): measures Vernier on data with known answers

    usage: \(name) STUDY [options]

    """ + Manual.table(title: "studies", allStudies.map { ($0.name, $0.summary) }) + """

      \(name) STUDY --help   what the study takes, and its sections

      """
  }
}
