/// A file that cannot be used, and what to do about it; the command ends with status 1.
package struct InputError: Error, Equatable {
  package let file: String
  package let problem: String
  package let remedy: String?

  package init(file: String, problem: String, remedy: String? = nil) {
    self.file = file
    self.problem = problem
    self.remedy = remedy
  }
}

extension InputError: CustomStringConvertible {
  package var description: String { "\(file): \(problem)" + (remedy.map { "; \($0)" } ?? "") }
}
