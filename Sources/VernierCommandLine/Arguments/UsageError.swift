/// A command line that does not fit the manual; the command ends with status 2.
package enum UsageError: Error, Equatable {
  case unknownSubcommand(String, nearest: String?, program: String)
  case unknownOption(String, nearest: String?, command: String)
  case missingValue(option: String, placeholder: String)
  case unexpectedValue(option: String)
  case wrongValue(option: String, value: String, expected: String)
  case missingOption(String, placeholder: String)
  case missingPositional(String, command: String)
  case unexpectedPositional(String, command: String)
  /// Options that are right one by one and wrong together.
  case conflict(String)
}

extension UsageError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknownSubcommand(let name, let nearest, let program):
      "unknown subcommand \(name); " + (nearest.map { "did you mean \($0)?" } ?? "see \(program) --help")
    case .unknownOption(let option, let nearest, let command):
      "unknown option \(option); " + (nearest.map { "did you mean \($0)?" } ?? "see \(command) --help")
    case .missingValue(let option, let placeholder): "\(option) needs a value: \(option) \(placeholder)"
    case .unexpectedValue(let option): "\(option) takes no value"
    case .wrongValue(let option, let value, let expected): "\(option) cannot be \(value); it is \(expected)"
    case .missingOption(let option, let placeholder): "\(option) \(placeholder) is missing"
    case .missingPositional(let name, let command): "\(name) is missing; see \(command) --help"
    case .unexpectedPositional(let word, let command):
      "\(word) is one argument too many; see \(command) --help"
    case .conflict(let problem): problem
    }
  }
}

extension UsageError {
  /// An option without which the command can do nothing was not given.
  package static func missingOption(_ option: Option) -> Self {
    .missingOption(option.spelled, placeholder: option.placeholder ?? "")
  }
}
