extension Completions {
  /// For zsh.
  var zsh: String {
    var script = """
      #compdef \(program.name)
      # zsh completion for \(program.name), written by `\(program.name) reference`.
      _\(program.name)() {
        local context state line
        _arguments -C '1: :->subcommand' '*:: :->arguments'
        case $state in
        subcommand)
          local -a subcommands=(

      """
    for (name, summary) in subcommands {
      script += "      \("\(name):\(summary.firstClause.replacing(":", with: "\\:"))".shellQuoted)\n"
    }
    script += """
          )
          _describe subcommand subcommands
          ;;
        arguments)
          case $words[1] in

      """
    for manual in program.listed {
      let lines = (manual.options + [.help]).map(argument) + ["'*:file:_files'"]
      script += "    \(manual.name))\n      _arguments -s \\\n        "
      script += lines.joined(separator: " \\\n        ") + "\n      ;;\n"
    }
    return script + """
          esac
          ;;
        esac
      }
      _\(program.name) "$@"

      """
  }

  /// One option as `_arguments` takes it.
  private func argument(_ option: Option) -> String {
    let explanation = "[\(option.help.firstClause.filter { !"[]".contains($0) })]"
    var value = ""
    if let placeholder = option.placeholder {
      let words = program.words(for: option)
      let action = words.isEmpty ? "_files" : "(\(words.joined(separator: " ")))"
      value = ":\(placeholder.filter { !":[]".contains($0) }):\(action)"
    }
    let sign = option.placeholder == nil ? "" : "="
    guard let letter = option.letter else { return "\(option.spelled)\(sign)\(explanation)\(value)".shellQuoted }
    let group = "(-\(letter) \(option.spelled))".shellQuoted
    let plus = option.placeholder == nil ? "" : "+"
    return "\(group){-\(letter)\(plus),\(option.spelled)\(sign)}" + "\(explanation)\(value)".shellQuoted
  }
}
