/// The words of a command line, taken apart by a subcommand's manual and checked against it.
package struct Arguments: Sendable {
  package private(set) var positionals: [String] = []
  private var values: [String: String] = [:]
  private var flags: Set<String> = []

  /// Takes `words` apart.
  ///
  /// Long options are `--name value` or `--name=value`, short ones `-o value` or `-ovalue`; after `--` every word is
  /// positional. An option given twice has its last value.
  ///
  /// - Throws: ``UsageError`` at the first word that does not fit the manual.
  package init(_ words: [String], manual: Manual) throws(UsageError) {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        positionals += rest
        break
      }
      if word.hasPrefix("--") {
        try takeLong(word.dropFirst(2), from: &rest, manual: manual)
      } else if word.hasPrefix("-"), word.count > 1 {
        try takeShort(word.dropFirst(), from: &rest, manual: manual)
      } else {
        positionals.append(word)
      }
    }
    try checkPositionals(manual)
  }

  private mutating func takeLong(
    _ word: Substring, from rest: inout ArraySlice<String>, manual: Manual
  ) throws(UsageError) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let option = manual.options.first(where: { $0.name == name }) else {
      throw .unknownOption(
        "--\(name)", nearest: name.nearest(among: manual.options.map(\.name)).map { "--\($0)" }, command: manual.command
      )
    }
    try take(option, spelled: option.spelled, attached: parts.count == 2 ? String(parts[1]) : nil, from: &rest, manual)
  }

  private mutating func takeShort(
    _ word: Substring, from rest: inout ArraySlice<String>, manual: Manual
  ) throws(UsageError) {
    let name = word.prefix { $0 != "=" }
    let nearest = name.count > 2 ? String(name).nearest(among: manual.options.map(\.name)) : nil
    guard let option = manual.options.first(where: { $0.letter == word.first }), option.name != nearest else {
      throw .unknownOption("-\(name)", nearest: nearest.map { "--\($0)" }, command: manual.command)
    }
    let spelled = "-\(word.prefix(1))"
    let attached = word.dropFirst()
    if option.value == .flag, !attached.isEmpty {
      throw .unknownOption("-\(word)", nearest: nil, command: manual.command)
    }
    let value = attached.hasPrefix("=") ? attached.dropFirst() : attached
    try take(option, spelled: spelled, attached: attached.isEmpty ? nil : String(value), from: &rest, manual)
  }

  private mutating func take(
    _ option: Option, spelled: String, attached: String?, from rest: inout ArraySlice<String>, _ manual: Manual
  ) throws(UsageError) {
    guard let placeholder = option.placeholder else {
      guard attached == nil else { throw .unexpectedValue(option: spelled) }
      flags.insert(option.name)
      return
    }
    var value = attached
    if value == nil, let next = rest.first, !manual.declares(next) { value = rest.popFirst() }
    guard let value, !value.isEmpty else { throw .missingValue(option: spelled, placeholder: placeholder) }
    try option.check(value)
    values[option.name] = value
  }

  private func checkPositionals(_ manual: Manual) throws(UsageError) {
    if positionals.count < manual.positionals.prefix(while: { !$0.isOptional }).count {
      throw .missingPositional(manual.positionals[positionals.count].name, command: manual.command)
    }
    let repeats = manual.positionals.last?.repeats ?? false
    if positionals.count > manual.positionals.count, !repeats {
      throw .unexpectedPositional(positionals[manual.positionals.count], command: manual.command)
    }
  }
}

extension Arguments {
  /// The option's value or its default; nil when it has neither.
  package subscript(option: Option) -> String? { values[option.name] ?? option.fallback }

  /// Whether a flag was given.
  package func has(_ flag: Option) -> Bool { flags.contains(flag.name) }

  /// Whether an option was given, with a value or as a flag.
  package func isGiven(_ option: Option) -> Bool { values[option.name] != nil || has(option) }

  /// The option's value as a case of `Choice`.
  package func choice<Choice: RawRepresentable<String>>(_ option: Option, as type: Choice.Type = Choice.self) -> Choice?
  {
    self[option].flatMap(Choice.init(rawValue:))
  }

  /// The option's value as a whole number.
  package func count(_ option: Option) -> Int? { self[option].flatMap { Int($0) } }

  /// The option's value as a decimal number.
  package func number(_ option: Option) -> Double? { self[option].flatMap { Double($0) } }

  /// The option's value as a range.
  package func span(_ option: Option) -> ClosedRange<Double>? { self[option].flatMap { ClosedRange(span: $0) } }
}
