/// A command line that does not fit the manual; the command ends with status 2.
enum UsageError: Error, Equatable {
  case unknownSubcommand(String, nearest: String?)
  case unknownOption(String, nearest: String?, subcommand: String)
  case missingValue(option: String, placeholder: String)
  case unexpectedValue(option: String)
  case wrongValue(option: String, value: String, expected: String)
  case missingOption(String, placeholder: String)
  case missingPositional(String, subcommand: String)
  case unexpectedPositional(String, subcommand: String)
  /// Options that are right one by one and wrong together.
  case conflict(String)
}

extension UsageError: CustomStringConvertible {
  var description: String {
    switch self {
    case .unknownSubcommand(let name, let nearest):
      "unknown subcommand \(name); " + (nearest.map { "did you mean \($0)?" } ?? "see vernier --help")
    case .unknownOption(let option, let nearest, let subcommand):
      "unknown option \(option); " + (nearest.map { "did you mean \($0)?" } ?? "see vernier \(subcommand) --help")
    case .missingValue(let option, let placeholder): "\(option) needs a value: \(option) \(placeholder)"
    case .unexpectedValue(let option): "\(option) takes no value"
    case .wrongValue(let option, let value, let expected): "\(option) cannot be \(value); it is \(expected)"
    case .missingOption(let option, let placeholder): "\(option) \(placeholder) is missing"
    case .missingPositional(let name, let subcommand): "\(name) is missing; see vernier \(subcommand) --help"
    case .unexpectedPositional(let word, let subcommand):
      "\(word) is one argument too many; see vernier \(subcommand) --help"
    case .conflict(let problem): problem
    }
  }
}

extension UsageError {
  /// An option without which the subcommand can do nothing was not given.
  static func missingOption(_ option: Option) -> Self {
    .missingOption(option.spelled, placeholder: option.placeholder ?? "")
  }
}
