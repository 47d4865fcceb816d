import VernierText

/// An option of a subcommand: how it is written, what it takes, and its line in the help.
package struct Option: Sendable {
  /// What follows the option on the command line.
  package enum Value: Sendable, Equatable {
    /// Nothing: the option is there or not.
    case flag
    /// Any text, shown as `placeholder` in the help.
    case text(String)
    /// One of a few words.
    case choice(String, [String])
    /// A whole number in a range.
    case count(String, ClosedRange<Int>)
    /// A decimal number in a range.
    case number(String, ClosedRange<Double>)
    /// A number or two with a colon between, the lesser first, in a range.
    case span(String, ClosedRange<Double>)
  }

  /// The long name, without dashes.
  package let name: String
  /// The one-letter name, if it has one.
  package let letter: Character?
  package let value: Value
  /// The value when the option is not given; nil when there is none.
  package let fallback: String?
  /// What happens when the option is not given, where that is more than a value.
  package let otherwise: String?
  package let help: String

  package init(
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
  package var spelled: String { "--\(name)" }

  /// What stands for the value in the help; nil for a flag.
  package var placeholder: String? {
    switch value {
    case .flag: nil
    case .text(let placeholder), .choice(let placeholder, _), .count(let placeholder, _),
      .number(let placeholder, _), .span(let placeholder, _):
      placeholder
    }
  }

  /// The option without its default, which depends on more than the option.
  package func defaulting(to words: String) -> Self { Self(name, short: letter, value, otherwise: words, help: help) }

  /// Whether the option takes `text`.
  ///
  /// - Throws: ``UsageError`` that lists what it does take.
  package func check(_ text: String) throws(UsageError) {
    switch value {
    case .flag, .text: return
    case .choice(_, let allowed):
      guard !allowed.contains(text) else { return }
      throw .wrongValue(option: spelled, value: text, expected: "one of \(allowed.joined(separator: ", "))")
    case .count(_, let range):
      if let number = Int(text), range.contains(number) { return }
      throw .wrongValue(
        option: spelled, value: text, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    case .number(_, let range):
      if let number = Double(text), range.contains(number) { return }
      throw .wrongValue(option: spelled, value: text, expected: "a number \(Self.bounds(range))")
    case .span(_, let range):
      if let span = ClosedRange(span: text), range.contains(span.lowerBound), range.contains(span.upperBound) { return }
      throw .wrongValue(
        option: spelled, value: text, expected: "a number \(Self.bounds(range)), or two as LEAST:MOST")
    }
  }

  private static func bounds(_ range: ClosedRange<Double>) -> String {
    let least = range.lowerBound.rounded(to: 6)
    return range.upperBound.isInfinite || range.upperBound == .greatestFiniteMagnitude
      ? "of \(least) or more" : "from \(least) to \(range.upperBound.rounded(to: 6))"
  }
}

extension ClosedRange<Double> {
  /// The range that a text such as `0.5` or `0:10` stands for.
  package init?(span text: String) {
    let bounds = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
    guard bounds.count <= 2, let least = bounds[0], let most = bounds[bounds.count - 1], least <= most else {
      return nil
    }
    self = least...most
  }
}

/// A word of the command line that is no option, such as a file.
package struct Positional: Sendable {
  package let name: String
  package let help: String
  /// Whether it may be given several times (only the last positional may).
  package let repeats: Bool
  /// Whether it may be left out, with all that follow it.
  package let isOptional: Bool

  package init(name: String, help: String, repeats: Bool = false, isOptional: Bool = false) {
    self.name = name
    self.help = help
    self.repeats = repeats
    self.isOptional = isOptional
  }
}
