/// What a command accepts and what its help says.
package struct Manual: Sendable {
  /// The program with its subcommands.
  package let program: String
  package let name: String
  /// One line for the list of subcommands, without a full stop.
  package let summary: String
  package let positionals: [Positional]
  package let options: [Option]
  /// Paragraphs after the options.
  package let discussion: [String]
  /// Command lines that work as they stand, each with what it does.
  package let examples: [(line: String, meaning: String)]
  /// Left out of the list of subcommands.
  package let isHidden: Bool

  package init(
    program: String = "vernier", name: String, summary: String, positionals: [Positional] = [], options: [Option] = [],
    discussion: [String] = [], examples: [(line: String, meaning: String)] = [], isHidden: Bool = false
  ) {
    self.program = program
    self.name = name
    self.summary = summary
    self.positionals = positionals
    self.options = options
    self.discussion = discussion
    self.examples = examples
    self.isHidden = isHidden
  }

  /// How a person calls it: `vernier register`.
  package var command: String { "\(program) \(name)" }

  /// Whether `word` is one of the options as written on the command line.
  func declares(_ word: String) -> Bool {
    options.contains { option in
      word == option.spelled || word.hasPrefix("\(option.spelled)=") || (option.letter.map { "-\($0)" } == word)
    }
  }

  /// The help screen.
  package var help: String {
    var text = "\(command): \(summary)".wrapped(indent: 0) + "\n\nusage: \(command)\(synopsis)\n"
    text += Self.table(title: nil, positionals.map { ($0.name, $0.help) })
    text += Self.table(title: "options", (options + [.help]).map { (Self.heading(of: $0), Self.explanation(of: $0)) })
    for paragraph in discussion { text += "\n" + paragraph.wrapped(indent: 0) + "\n" }
    if !examples.isEmpty {
      text += "\nexamples:\n"
      for example in examples { text += "  \(example.line)\n      \(example.meaning)\n" }
    }
    return text
  }

  /// What follows ``command`` on the command line.
  var synopsis: String {
    let words = positionals.map { positional in
      let name = positional.repeats ? "\(positional.name)…" : positional.name
      return positional.isOptional ? "[\(name)]" : name
    }
    return (words + (options.isEmpty ? [] : ["[options]"])).map { " \($0)" }.joined()
  }

  /// The option as it is written, with what it takes.
  static func heading(of option: Option) -> String {
    (option.letter.map { "-\($0), " } ?? "    ") + option.spelled + (option.placeholder.map { " \($0)" } ?? "")
  }

  /// What the option does, what it can be, and what holds without it.
  static func explanation(of option: Option) -> String {
    var text = option.help
    if case .choice(_, let allowed) = option.value { text += ": " + allowed.joined(separator: ", ") }
    if let fallback = option.fallback ?? option.otherwise { text += " (default: \(fallback))" }
    return text
  }

  /// Rows of a name and its explanation in two columns.
  package static func table(title: String?, _ rows: [(String, String)]) -> String {
    guard !rows.isEmpty else { return "" }
    let column = min(28, rows.map(\.0.count).max()! + 2) + 2
    var text = title.map { "\n\($0):\n" } ?? "\n"
    for (name, explanation) in rows {
      let explained = explanation.wrapped(indent: column)
      if name.count + 4 > column {
        text += "  \(name)\n" + String(repeating: " ", count: column) + explained + "\n"
      } else {
        text += "  \(name)" + String(repeating: " ", count: column - name.count - 2) + explained + "\n"
      }
    }
    return text
  }
}

extension Option {
  /// Understood by every subcommand before its own options are read.
  package static let help = Option("help", short: "h", .flag, help: "show this help")
}

extension String {
  /// The words in lines of at most `width` columns; each line after the first starts with `indent` spaces.
  package func wrapped(indent: Int, width: Int = 80) -> String {
    var lines: [String] = []
    var line = ""
    for word in split(separator: " ") {
      if !line.isEmpty, indent + line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? word : " \(word)"
    }
    return (lines + [line]).joined(separator: "\n" + String(repeating: " ", count: indent))
  }
}
