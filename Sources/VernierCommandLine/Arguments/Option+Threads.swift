import CSupport

/// The number of processors that this process may use: those of the machine, or fewer where a scheduler says so.
package let processors = Int(allowed_processors())

extension Option {
  package static let threads = Option(
    "threads", .count("N", 1...1024), otherwise: "all processors",
    help: "threads to use at most; the result does not depend on it")
}
