/// A file that cannot be used, and what to do about it; the command ends with status 1.
struct InputError: Error, Equatable {
  let file: String
  let problem: String
  var remedy: String?
}

extension InputError: CustomStringConvertible {
  var description: String { "\(file): \(problem)" + (remedy.map { "; \($0)" } ?? "") }
}
