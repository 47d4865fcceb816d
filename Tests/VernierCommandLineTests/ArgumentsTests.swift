import Testing

@testable import VernierCommandLine

@Suite struct ArgumentsTests {
  private static let manual = Manual(
    name: "paint", summary: "a subcommand",
    positionals: [Positional(name: "CANVAS", help: ""), Positional(name: "COLOUR", help: "", repeats: true)],
    options: [
      Option("brush", .choice("KIND", ["round", "flat"]), default: "round", help: ""),
      Option("output", short: "o", .text("FILE"), help: ""),
      Option("coats", .count("N", 1...3), help: ""),
      Option("json", short: "j", .flag, help: ""),
    ])
  private static let brush = manual.options[0]
  private static let output = manual.options[1]
  private static let coats = manual.options[2]
  private static let json = manual.options[3]

  private func parse(_ line: String) throws -> Arguments {
    try Arguments(line.split(separator: " ").map(String.init), manual: Self.manual)
  }

  @Test(arguments: [
    "a b --output x --coats 2 --json", "--output=x a --coats=2 b -j", "-o x a b --json --coats 2",
    "-ox --coats 2 -j -- a b", "a b --output y --output x --coats 2 --json",
  ])
  func `Options and positionals come in any order and either spelling`(line: String) throws {
    let arguments = try parse(line)
    #expect(arguments.positionals == ["a", "b"])
    #expect(arguments[Self.output] == "x")
    #expect(arguments.count(Self.coats) == 2)
    #expect(arguments.has(Self.json))
  }

  @Test func `An option that is not given has its default`() throws {
    let arguments = try parse("a b")
    #expect(arguments[Self.brush] == "round")
    #expect(arguments[Self.output] == nil)
    #expect(!arguments.has(Self.json))
  }

  @Test func `The last positional may repeat`() throws {
    #expect(try parse("a b c d").positionals == ["a", "b", "c", "d"])
  }

  @Test func `After two dashes every word is positional`() throws {
    #expect(try parse("-- --json -o").positionals == ["--json", "-o"])
  }

  @Test func `A single dash is positional`() throws {
    #expect(try parse("a -").positionals == ["a", "-"])
  }

  @Test func `A value may begin with a dash unless it is an option`() throws {
    #expect(try parse("a b -o -x")[Self.output] == "-x")
    #expect(throws: UsageError.missingValue(option: "--output", placeholder: "FILE")) {
      try parse("a b --output --json")
    }
  }

  @Test(arguments: [
    ("a b --brsh flat", "unknown option --brsh; did you mean --brush?"),
    ("a b --brsh=flat", "unknown option --brsh; did you mean --brush?"),
    ("a b -json", "unknown option -json; did you mean --json?"),
    ("a b -output x", "unknown option -output; did you mean --output?"),
    ("a b -q", "unknown option -q; see vernier paint --help"),
    ("a b -jx", "unknown option -jx; see vernier paint --help"),
    ("a b --sculpture", "unknown option --sculpture; see vernier paint --help"),
    ("a b --brush pointed", "--brush cannot be pointed; it is one of round, flat"),
    ("a b --coats 4", "--coats cannot be 4; it is a whole number from 1 to 3"),
    ("a b --coats two", "--coats cannot be two; it is a whole number from 1 to 3"),
    ("a b --coats", "--coats needs a value: --coats N"),
    ("a b --output=", "--output needs a value: --output FILE"),
    ("a b --json=yes", "--json takes no value"),
    ("a", "COLOUR is missing; see vernier paint --help"),
    ("", "CANVAS is missing; see vernier paint --help"),
  ])
  func `A line that does not fit says what does`(line: String, message: String) throws {
    #expect { try parse(line) } throws: { "\($0)" == message }
  }

  @Test func `One positional too many is named`() throws {
    let manual = Manual(name: "look", summary: "", positionals: [Positional(name: "FILE", help: "")])
    #expect(throws: UsageError.unexpectedPositional("b", command: "vernier look")) {
      try Arguments(["a", "b"], manual: manual)
    }
  }

  @Test(arguments: [
    ("", "abc", 3), ("abc", "abc", 0), ("metrik", "metric", 1), ("recieve", "receive", 1), ("kitten", "sitting", 3),
    ("ab", "", 2),
  ])
  func `The edit distance counts insertions, deletions, changes and swaps`(left: String, right: String, distance: Int) {
    #expect(left.editDistance(to: right) == distance)
    #expect(right.editDistance(to: left) == distance)
  }

  @Test(arguments: [
    ("metrik", "metric"), ("Metric", "metric"), ("tresform", "transform"), ("jsno", "json"), ("x", nil),
    ("elephant", nil),
  ])
  func `Only what is near is suggested`(word: String, suggestion: String?) {
    #expect(word.nearest(among: ["metric", "transform", "json", "method"]) == suggestion)
  }
}
