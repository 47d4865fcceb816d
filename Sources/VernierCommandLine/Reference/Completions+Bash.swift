extension Completions {
  /// For bash.
  var bash: String {
    let names = subcommands.map(\.name).joined(separator: " ")
    var script = """
      # bash completion for \(program.name), written by `\(program.name) reference`.
      _\(program.name)() {
        local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command= options= values=
        COMPREPLY=()
        if ((COMP_CWORD == 1)); then
          COMPREPLY=($(compgen -W "\(names) --help --version" -- "$current"))
          return
        fi
        # In --name=value the sign is a word of its own.
        if [[ $current == = ]]; then current=; elif [[ $previous == = ]]; then previous=${COMP_WORDS[COMP_CWORD-2]}; fi
        command=${COMP_WORDS[1]}
        case $command in
        help) values="\(names)" ;;

      """
    for manual in program.listed {
      let options = manual.options + [.help]
      script += "  \(manual.name))\n"
      script += "    options=\"\(options.map(\.spelled).joined(separator: " "))\"\n"
      let taking = options.filter { !program.words(for: $0).isEmpty }
      if !taking.isEmpty {
        script += "    case $previous in\n"
        for option in taking {
          let short = option.letter.map { " | -\($0)" } ?? ""
          script +=
            "    \(option.spelled)\(short)) values=\"\(program.words(for: option).joined(separator: " "))\" ;;\n"
        }
        script += "    esac\n"
      }
      script += "    ;;\n"
    }
    return script + """
        esac
        if [[ -n $values ]]; then
          COMPREPLY=($(compgen -W "$values" -- "$current"))
        elif [[ $current == -* ]]; then
          COMPREPLY=($(compgen -W "$options" -- "$current"))
        fi
      }
      complete -o bashdefault -o default -F _\(program.name) \(program.name)

      """
  }
}
