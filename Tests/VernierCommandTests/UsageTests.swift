import Foundation
import Testing
import VernierCommandLine

@testable import vernier_command

@Suite struct UsageTests {
  @Test(arguments: [
    (["regster"], "unknown subcommand regster; did you mean register?"),
    (["frobnicate"], "unknown subcommand frobnicate; see vernier --help"),
    (["help", "aply"], "unknown subcommand aply; did you mean apply?"),
    (["--versoin"], "unknown option --versoin; did you mean --version?"),
    (["register", "a.png", "b.png", "--metrik", "mse"], "unknown option --metrik; did you mean --metric?"),
    (
      ["study", "shifts", "--seed", "2"],
      "studies are a program of their own; run vernier-studies NAME, in the sources make study NAME=…"
    ),
    (["register", "a.png"], "MOVING is missing; see vernier register --help"),
    (["register", "a.png", "b.png", "c.png"], "c.png is one argument too many; see vernier register --help"),
    (
      ["register", "a.png", "b.png", "--transform", "tps"],
      "--transform cannot be tps; it is one of auto, translation, rigid, similarity, affine, homography, bspline"
    ),
    (["register", "a.png", "b.png", "--threads", "0"], "--threads cannot be 0; it is a whole number from 1 to 1024"),
    (["register", "a.png", "b.png", "-o"], "-o needs a value: -o MOVED"),
    (["apply", "t.tfm", "b.png", "-o", "c.png"], "--like FIXED is missing"),
    (["apply", "t.tfm", "b.png", "--like", "a.png"], "--output MOVED is missing"),
    (["batch", "pairs.csv", "--jobs", "many"], "--jobs cannot be many; it is a whole number from 1 to 1024"),
    (["demo", "--fixed", "a.png"], "--fixed and --moving are given together or not at all"),
  ])
  func `A wrong command line is one line and status 2`(arguments: [String], message: String) throws {
    let result = try Command.run(arguments)
    #expect(result.errors == "vernier: \(message)\n")
    #expect(result.status == 2)
    #expect(result.output == "")
  }

  @Test func `An unknown method is answered with the known ones`() throws {
    let result = try Command.run(["register", "a.png", "b.png", "--method", "alchemy"])
    #expect(result.status == 2)
    #expect(result.errors.hasPrefix("vernier: --method cannot be alchemy; it is one of "))
  }

  @Test func `Help is there in every usual way`() throws {
    for arguments in [[], ["help"], ["--help"], ["-h"]] {
      let result = try Command.run(arguments)
      #expect(result.status == 0 && result.output == VernierCommand.manual.help && result.errors == "")
    }
    for name in VernierCommand.subcommands.map({ $0.manual.name }) {
      let help = try Command.run(["help", name])
      #expect(help.status == 0 && help.output.hasPrefix("vernier \(name): "))
      #expect(try Command.run([name, "--help"]).output == help.output)
      #expect(try Command.run([name, "x", "-h"]).output == help.output)
    }
  }

  @Test func `Every example in the help is a command line that parses`() throws {
    for manual in VernierCommand.subcommands.map({ $0.manual }) {
      for example in manual.examples {
        let line = example.line.prefix { $0 != ">" }
        let words = line.split(separator: " ").map(String.init)
        #expect(words.starts(with: ["vernier", manual.name]))
        _ = try Arguments(Array(words.dropFirst(2)), manual: manual)
      }
    }
  }

  @Test func `Help fits a terminal of 80 columns`() {
    for manual in VernierCommand.subcommands.map({ $0.manual }) {
      for line in manual.help.split(separator: "\n") where !line.hasPrefix("  vernier ") {
        #expect(line.count <= 80, "\(manual.name): \(line)")
      }
    }
  }

  @Test func `The version is one line`() throws {
    #expect(try Command.run(["--version"]).output == "vernier \(VernierCommand.version)\n")
  }

  @Test func `Methods are listed for people and for programs`() throws {
    let result = try Command.run(["methods", "--json"])
    let list = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
    for method in list {
      #expect(Set(method.keys) == ["name", "kind", "transforms", "ranks", "source", "options"])
    }
    #expect(try Command.run(["methods"]).output.hasPrefix("name"))
  }
}
