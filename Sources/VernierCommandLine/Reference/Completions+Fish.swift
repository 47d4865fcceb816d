extension Completions {
  /// For fish.
  var fish: String {
    let command = "complete -c \(program.name)"
    var script = "# fish completion for \(program.name), written by `\(program.name) reference`.\n"
    for (name, summary) in subcommands {
      script += "\(command) -n __fish_use_subcommand -f -a \(name) -d \(summary.firstClause.fishQuoted)\n"
    }
    script += "\(command) -n __fish_use_subcommand -f -l version -d 'the version'\n"
    script +=
      "\(command) -n '__fish_seen_subcommand_from help' -f -a '\(subcommands.map(\.name).joined(separator: " "))'\n"
    for manual in program.listed {
      for option in manual.options + [.help] {
        script += "\(command) -n '__fish_seen_subcommand_from \(manual.name)'"
        if let letter = option.letter { script += " -s \(letter)" }
        script += " -l \(option.name)"
        let words = program.words(for: option)
        if !words.isEmpty {
          script += " -x -a '\(words.joined(separator: " "))'"
        } else if option.placeholder != nil {
          script += " -r"
        }
        script += " -d \(option.help.firstClause.fishQuoted)\n"
      }
    }
    return script
  }
}

extension String {
  fileprivate var fishQuoted: String {
    "'" + replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
  }
}
