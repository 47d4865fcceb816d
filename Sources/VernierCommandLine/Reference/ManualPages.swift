/// Pages for `man`, in troff: one of the program, one of each subcommand.
package struct ManualPages {
  private let program: ProgramManual

  package init(_ program: ProgramManual) { self.program = program }

  /// The files by their names, such as `vernier-register.1`.
  package var files: [(name: String, text: String)] {
    [("\(program.name).1", overview)]
      + program.listed.map { ("\(program.name)-\($0.name).1", page(of: $0)) }
  }

  private var overview: String {
    var page = TroffPage(title: program.name, source: source)
    page.section("NAME")
    page.text("\(program.name) - \(program.summary)")
    page.section("SYNOPSIS")
    page.bold(program.name, then: " SUBCOMMAND [arguments]")
    page.section("SUBCOMMANDS")
    for manual in program.listed {
      page.item("\(program.name) \(manual.name)", "\(manual.summary). See \(program.name)-\(manual.name)(1).")
    }
    page.section("OPTIONS")
    page.item("--help, -h", "what there is; after a subcommand, what it takes")
    page.item("--version", "the version")
    section(exitStatusOf: &page)
    section(environmentOf: &page)
    return page.text
  }

  private func page(of manual: Manual) -> String {
    var page = TroffPage(title: "\(program.name)-\(manual.name)", source: source)
    page.section("NAME")
    page.text("\(program.name)-\(manual.name) - \(manual.summary)")
    page.section("SYNOPSIS")
    page.bold(manual.command, then: manual.synopsis)
    if !manual.discussion.isEmpty {
      page.section("DESCRIPTION")
      for paragraph in manual.discussion { page.paragraph(paragraph) }
    }
    if !manual.positionals.isEmpty {
      page.section("ARGUMENTS")
      for positional in manual.positionals { page.item(positional.name, positional.help) }
    }
    page.section("OPTIONS")
    for option in manual.options + [.help] {
      page.item(Manual.heading(of: option).trimmingBlanks, Manual.explanation(of: option))
    }
    if !manual.examples.isEmpty {
      page.section("EXAMPLES")
      for example in manual.examples { page.item(example.line, example.meaning) }
    }
    section(exitStatusOf: &page)
    page.section("SEE ALSO")
    page.text("\(program.name)(1)")
    return page.text
  }

  private var source: String { "\(program.name) \(program.version)" }

  private func section(exitStatusOf page: inout TroffPage) {
    page.section("EXIT STATUS")
    for (status, meaning) in program.exitStatus { page.item("\(status)", meaning) }
  }

  private func section(environmentOf page: inout TroffPage) {
    page.section("ENVIRONMENT")
    for (name, meaning) in program.environment { page.item(name, meaning) }
  }
}

/// One page in troff's `man` macros.
private struct TroffPage {
  private(set) var text: String

  init(title: String, source: String) {
    text = ".TH \(title.uppercased().quoted) 1 \"\" \(source.quoted) \"User Commands\"\n.nh\n.ad l\n"
  }

  mutating func section(_ name: String) { text += ".SH \(name.quoted)\n" }

  mutating func text(_ line: String) { text += line.troff + "\n" }

  mutating func paragraph(_ line: String) { text += ".PP\n" + line.troff + "\n" }

  mutating func bold(_ word: String, then rest: String) { text += "\\fB\(word.troff)\\fR\(rest.troff)\n" }

  /// A name and, indented below it, what it is.
  mutating func item(_ name: String, _ meaning: String) {
    text += ".TP\n\\fB\(name.troff)\\fR\n" + meaning.troff + "\n"
  }
}

extension String {
  /// The text as troff shows it unchanged, in ASCII.
  fileprivate var troff: String {
    var result = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "…": result += "..."
      case "\n": result += " "
      case _ where scalar.isASCII: result.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
      }
    }
    // A line that begins so would be a request.
    return result.hasPrefix(".") || result.hasPrefix("'") ? "\\&" + result : result
  }

  /// The text as one argument of a request.
  fileprivate var quoted: String { "\"\(troff)\"" }

  fileprivate var trimmingBlanks: String {
    String(drop { $0 == " " })
  }
}
