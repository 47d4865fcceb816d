/// A program and its subcommands: what its help, its manual pages and its completions are made of.
package struct ProgramManual: Sendable {
  package let name: String
  /// One line, without a full stop.
  package let summary: String
  package let version: String
  /// In the order in which the help lists them.
  package let subcommands: [Manual]
  /// What each exit status means.
  package let exitStatus: [(status: Int, meaning: String)]
  /// Variables of the environment that the program reads.
  package let environment: [(name: String, meaning: String)]
  /// Words that an option takes besides those that it is checked for, such as the names of methods, by its name.
  package let suggestions: [String: [String]]

  package init(
    name: String, summary: String, version: String, subcommands: [Manual],
    exitStatus: [(status: Int, meaning: String)], environment: [(name: String, meaning: String)],
    suggestions: [String: [String]] = [:]
  ) {
    self.name = name
    self.summary = summary
    self.version = version
    self.subcommands = subcommands
    self.exitStatus = exitStatus
    self.environment = environment
    self.suggestions = suggestions
  }

  /// The subcommands that a person is told of.
  package var listed: [Manual] { subcommands.filter { !$0.isHidden } }

  /// The help of the whole program.
  package var help: String {
    """
    \(name): \(summary)

    usage: \(name) SUBCOMMAND [arguments]

    """ + Manual.table(title: "subcommands", listed.map { ($0.name, $0.summary) }) + """

      \(name) SUBCOMMAND --help   what the subcommand takes, with examples
      \(name) --version           the version

      exit status:

      """ + exitStatus.map { "  \($0.status)  \($0.meaning)\n" }.joined()
  }

  /// The words that an option's value can be; empty where it may be anything.
  func words(for option: Option) -> [String] {
    if case .choice(_, let allowed) = option.value { return allowed }
    return suggestions[option.name] ?? []
  }
}
