import Foundation
import Testing

/// `vernier-studies`, run as a person runs it.
@Suite struct StudiesProgramTests {
  private func run(_ arguments: String...) throws -> Command.Result {
    try Command.run(arguments, program: Command.built("vernier-studies"))
  }

  @Test func `Help lists the studies, and a study's help its sections`() throws {
    let overview = try run("--help")
    #expect(overview.status == 0)
    #expect(try run().output == overview.output)
    for name in [
      "known-answers", "small-images", "efficiency", "shifts", "rotation", "microscopy", "volumes", "verdict",
    ] {
      #expect(overview.output.contains("\n  \(name) "))
      let help = try run(name, "--help")
      #expect(help.status == 0 && help.output.hasPrefix("vernier-studies \(name): "))
      #expect(help.output.contains("--section") && help.output.contains("--configuration") == (name == "rotation"))
      #expect(help.output.split(separator: "\n").allSatisfy { $0.hasPrefix("  vernier") || $0.count <= 80 }, "\(name)")
    }
    #expect(try run("shifts", "-h").output.contains("\nmixed: exposures that do not belong together.\n"))
  }

  @Test(arguments: [
    (["tides"], "STUDY cannot be tides; it is one of known-answers, "),
    (["--data"], "unknown option --data; see vernier-studies --help"),
    (["shifts", "--seeds", "1"], "unknown option --seeds; did you mean --seed?"),
    (["shifts", "more"], "more is one argument too many; see vernier-studies shifts --help"),
    (
      ["shifts", "--section", "plates,moon"],
      "--section cannot be moon; it is one or several, with commas, of descent, plates, mixed"
    ),
  ])
  func `A wrong command line is one line and status 2`(arguments: [String], message: String) throws {
    let result = try Command.run(arguments, program: Command.built("vernier-studies"))
    #expect(result.status == 2 && result.output == "")
    #expect(result.errors.hasPrefix("vernier-studies: \(message)") && result.errors.hasSuffix("\n"))
  }

  @Test func `A section is printed and written, others are not`() throws {
    let folder = TemporaryFolder()
    let result = try run(
      "known-answers", "--data", folder.path("none"), "--section", "moved-spm-templates,itk-brain-slices", "-o",
      folder.path("found"))
    #expect(result.status == 0 && result.errors == "")
    #expect(result.output.contains("## ITK brain slices\n\nSkipped") && !result.output.contains("## Glass plates"))
    let written = try String(contentsOfFile: folder.path("found/known-answers.md"), encoding: .utf8)
    #expect(written == result.output)
  }

  @Test func `Missing data is one line and status 1`() throws {
    let folder = TemporaryFolder()
    let result = try run("shifts", "--data", folder.path("none"))
    #expect(result.status == 1 && result.output == "")
    #expect(result.errors.hasSuffix("plates not found; name the folder with --data\n"))
  }
}
