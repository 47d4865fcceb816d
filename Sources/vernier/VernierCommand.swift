import Glibc
import VernierCommandLine
import VernierFiles
import VernierLearning
import VernierVision

/// The command: chooses the subcommand, and turns what it throws into one line and an exit status.
@main
struct VernierCommand {
  static let version = "0.1.0"

  @MainActor static func main() async {
    PartialFiles.removeOnSignals()
    // The process is this command's own. Nothing is loaded here.
    TransformsPlugin.configureProcess()
    VisionPlugin.configureProcess()
    TensorsPlugin.configureProcess()
    exit(await run(Array(CommandLine.arguments.dropFirst())).rawValue)
  }

  /// Runs the command line `words` and says how it ended.
  @MainActor static func run(_ words: [String]) async -> ExitStatus {
    do {
      return try await dispatch(words)
    } catch let error as UsageError {
      Console.complain("\(error)")
      return .usage
    } catch {
      Console.complain("\(error)")
      return .unusable
    }
  }

  @MainActor private static func dispatch(_ words: [String]) async throws -> ExitStatus {
    guard let name = words.first, name != "--help", name != "-h" else {
      try Console.write(manual.help)
      return .done
    }
    if name == "--version" {
      try Console.write("vernier \(version)\n")
      return .done
    }
    if name == "help" {
      try Console.write(words.count > 1 ? subcommand(named: words[1]).manual.help : manual.help)
      return .done
    }
    if name.hasPrefix("-") {
      throw UsageError.unknownOption(
        name, nearest: String(name.drop { $0 == "-" }).nearest(among: ["help", "version"]).map { "--\($0)" },
        command: "vernier")
    }
    let chosen = try subcommand(named: name)
    let rest = Array(words.dropFirst())
    if rest.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
      try Console.write(chosen.manual.help)
      return .done
    }
    return try await chosen.init(Arguments(rest, manual: chosen.manual)).run()
  }

  private static func subcommand(named name: String) throws(UsageError) -> any Subcommand.Type {
    guard name != "study" else {
      throw .conflict("studies are a program of their own; run vernier-studies NAME, in the sources make study NAME=…")
    }
    guard let chosen = subcommands.first(where: { $0.manual.name == name }) else {
      throw .unknownSubcommand(
        name, nearest: name.nearest(among: subcommands.map { $0.manual.name } + ["help"]), program: "vernier")
    }
    return chosen
  }

  static let subcommands: [any Subcommand.Type] = [
    Register.self, JudgeTransform.self, Apply.self, Convert.self, Batch.self, Stack.self, Colorize.self, Measure.self,
    Degrade.self, Denoise.self, Synthesize.self, Info.self, Methods.self, Train.self, Demo.self, Reference.self,
  ]

  /// What the help, the manual pages and the completions tell of the whole command.
  static let manual = ProgramManual(
    name: "vernier", summary: "aligns images and says whether to believe the answer", version: version,
    subcommands: subcommands.map { $0.manual },
    exitStatus: [
      (0, "aligned or doubtful (doubtful with a warning on standard error)"),
      (1, "the input cannot be used"),
      (2, "the command line is wrong"),
      (3, "the alignment failed; its result is still written to standard output"),
    ],
    environment: [
      ("VERNIER_PLUGINS", "folders of plug-ins, separated by colons, that are searched before those of the command"),
      ("VERNIER_MODELS", "folders of trained networks (NAME.safetensors), separated by colons, searched first"),
    ],
    suggestions: ["method": allMethods.map(\.name), "prepare": allPreparations.map(\.name)])
}
