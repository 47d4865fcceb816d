/// What a shell offers after the Tab key, in a script for each shell.
///
/// The scripts stand by themselves: that for bash needs no package `bash-completion`.
package struct Completions {
  let program: ProgramManual

  package init(_ program: ProgramManual) { self.program = program }

  /// Where each shell looks for its script below `share`, and the script.
  package var files: [(path: String, text: String)] {
    [
      ("bash-completion/completions/\(program.name)", bash),
      ("zsh/site-functions/_\(program.name)", zsh),
      ("fish/vendor_completions.d/\(program.name).fish", fish),
    ]
  }

  /// The subcommands that are offered, `help` among them.
  var subcommands: [(name: String, summary: String)] {
    program.listed.map { ($0.name, $0.summary) } + [("help", "show what a subcommand takes")]
  }
}

extension String {
  /// The text within single quotes, for a shell.
  var shellQuoted: String { "'" + replacing("'", with: "'\\''") + "'" }

  /// The first clause of a help line, short enough for a list of choices.
  var firstClause: String {
    let clause = split(whereSeparator: { ";:(".contains($0) }).first.map(String.init) ?? self
    return String(clause.reversed().drop { $0 == " " }.reversed())
  }
}
