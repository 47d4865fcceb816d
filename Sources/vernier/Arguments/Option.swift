/// An option of a subcommand: how it is written, what it takes, and its line in the help.
struct Option: Sendable {
  /// What follows the option on the command line.
  enum Value: Sendable, Equatable {
    /// Nothing: the option is there or not.
    case flag
    /// Any text, shown as `placeholder` in the help.
    case text(String)
    /// One of a few words.
    case choice(String, [String])
    /// A whole number in a range.
    case count(String, ClosedRange<Int>)
    /// A number above 0 and at most this.
    case number(String, atMost: Double)
  }

  /// The long name, without dashes.
  let name: String
  /// The one-letter name, if it has one.
  let letter: Character?
  let value: Value
  /// The value when the option is not given; nil when there is none.
  let fallback: String?
  /// What happens when the option is not given, where that is more than a value.
  let otherwise: String?
  let help: String

  init(
    _ name: String, short letter: Character? = nil, _ value: Value, default fallback: String? = nil,
    otherwise: String? = nil, help: String
  ) {
    self.name = name
    self.letter = letter
    self.value = value
    self.fallback = fallback
    self.otherwise = otherwise
    self.help = help
  }

  /// The name as a person writes it: `--metric`.
  var spelled: String { "--\(name)" }

  /// What stands for the value in the help; nil for a flag.
  var placeholder: String? {
    switch value {
    case .flag: nil
    case .text(let placeholder), .choice(let placeholder, _), .count(let placeholder, _),
      .number(let placeholder, _):
      placeholder
    }
  }

  /// Whether the option takes `text`.
  ///
  /// - Throws: ``UsageError`` that lists what it does take.
  func check(_ text: String) throws(UsageError) {
    switch value {
    case .flag, .text: return
    case .choice(_, let allowed):
      guard !allowed.contains(text) else { return }
      throw .wrongValue(option: spelled, value: text, expected: "one of \(allowed.joined(separator: ", "))")
    case .count(_, let range):
      if let number = Int(text), range.contains(number) { return }
      throw .wrongValue(
        option: spelled, value: text, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    case .number(_, let most):
      if let number = Double(text), number > 0, number <= most { return }
      throw .wrongValue(option: spelled, value: text, expected: "a number above 0 and at most \(most.rounded(to: 6))")
    }
  }
}

/// A word of the command line that is no option, such as a file.
struct Positional: Sendable {
  let name: String
  let help: String
  /// Whether it may be given several times (only the last positional may).
  var repeats = false
}
