import Glibc

/// The number of processors that are there to use.
package let processors = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

extension Option {
  package static let threads = Option(
    "threads", .count("N", 1...1024), otherwise: "all processors",
    help: "threads to use at most; the result does not depend on it")
}
