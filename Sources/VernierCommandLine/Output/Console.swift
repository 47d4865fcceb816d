import Glibc

/// Standard output and standard error.
package enum Console {
  /// Writes results to standard output.
  ///
  /// - Throws: ``InputError`` when not all of it could be written, such as on a full disk.
  package static func write(_ text: String) throws {
    guard put(text, on: STDOUT_FILENO) else {
      throw InputError(file: "standard output", problem: String(cString: strerror(errno)))
    }
  }

  /// Writes one line to standard error, which begins with the program's name.
  package static func complain(_ message: String, as program: String = "vernier") {
    let line = message.split(whereSeparator: \.isNewline).joined(separator: " ")
    _ = put("\(program): \(line)\n", on: STDERR_FILENO)
  }

  /// Writes to the terminal behind standard error as it stands.
  package static func draw(_ text: String) { _ = put(text, on: STDERR_FILENO) }

  /// Whether a person watches standard error.
  package static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

  private static func put(_ text: String, on descriptor: Int32) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
