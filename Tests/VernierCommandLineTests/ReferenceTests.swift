import Testing

@testable import VernierCommandLine

struct ReferenceTests {
  private let program = ProgramManual(
    name: "saw", summary: "cuts wood", version: "1.2.3",
    subcommands: [
      Manual(
        name: "cut", summary: "cut a board", positionals: [Positional(name: "BOARD", help: "what is cut")],
        options: [
          Option("kind", .choice("KIND", ["rip", "cross"]), default: "rip", help: "how it's cut: along, across"),
          Option("method", .text("NAME"), help: "by hand or not"),
          Option("output", short: "o", .text("FILE"), help: "where pieces go"),
          Option("fast", .flag, help: "don't look [ever]"),
        ],
        discussion: [".5 mm \\ are lost — 90° only"], examples: [("saw cut b.wood", "one board")]),
      Manual(name: "secret", summary: "hidden", isHidden: true),
    ],
    exitStatus: [(0, "done"), (1, "no wood")], environment: [("SAW", "which one")],
    suggestions: ["method": ["hand", "motor"]])

  @Test func pagesHoldWhatTheHelpDoes() throws {
    let pages = Dictionary(uniqueKeysWithValues: ManualPages(program).files)
    #expect(Set(pages.keys) == ["saw.1", "saw-cut.1"])
    let overview = try #require(pages["saw.1"])
    for word in ["saw \\- cuts wood", "saw cut", "\"EXIT STATUS\"", "no wood", "SAW", "saw 1.2.3"] {
      #expect(overview.contains(word), "\(word)")
    }
    let page = try #require(pages["saw-cut.1"])
    #expect(page.contains("\\-\\-kind KIND") && page.contains("rip, cross (default: rip)"))
    #expect(page.contains("\\fB\\-o, \\-\\-output FILE\\fR") && page.contains("saw cut b.wood"))
    #expect(page.contains("\\&.5 mm \\e are lost \\[u2014] 90\\[u00B0] only"))
    #expect(page.utf8.allSatisfy { $0 < 128 })
  }

  @Test func everyShellKnowsSubcommandsOptionsAndValues() throws {
    let files = Completions(program).files
    #expect(
      files.map(\.path) == [
        "bash-completion/completions/saw", "zsh/site-functions/_saw", "fish/vendor_completions.d/saw.fish",
      ])
    for (path, text) in files {
      for word in ["cut", "help", "kind", "rip", "hand motor", "output", "fast"] {
        #expect(text.contains(word), "\(path): \(word)")
      }
      #expect(!text.contains("secret"), "\(path)")
    }
    #expect(files[1].text.contains("'--fast[don'\\''t look ever]'"))
    #expect(files[1].text.contains("'(-o --output)'{-o+,--output=}'[where pieces go]:FILE:_files'"))
    #expect(files[2].text.contains("-l kind -x -a 'rip cross' -d 'how it\\'s cut'"))
  }
}
