import Glibc
import VernierCommandLine

/// A file of results that grows by a line a pair under its own name, in the order of the list.
///
/// A run that is killed leaves whole lines and at most one torn one at the end, which is taken away when the file is
/// opened again.
final class ResultFile {
  /// The endings that such a file may have.
  static let endings = [".jsonl", ".ndjson"]

  private let path: String
  private let descriptor: Int32
  /// The length of the whole lines.
  private var end: off_t = 0
  /// The number of whole lines.
  private(set) var lines = 0

  /// Opens the file, of which nobody else may write at the same time.
  ///
  /// - Parameter isResumed: whether a file that is there is gone on with; else it is refused.
  /// - Throws: ``InputError``.
  init(_ path: String, isResumed: Bool) throws(InputError) {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | (isResumed ? 0 : O_EXCL), 0o666)
    guard descriptor >= 0 else {
      if errno == EEXIST {
        throw InputError(
          file: path, problem: "is there already", remedy: "go on with it (--resume), or name another")
      }
      throw InputError(file: path, problem: "cannot be written (\(Self.reason))", remedy: "write elsewhere")
    }
    // Some file systems of clusters have no locks; there, nothing is held.
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      throw InputError(file: path, problem: "another run is writing it", remedy: "wait for its end, or name another")
    }
  }

  deinit { close(descriptor) }

  /// Goes through the whole lines that the file holds, and takes away a torn one at its end.
  ///
  /// - Parameters:
  ///   - row: what line `index` must be the result of; nil where the list has no such row.
  ///   - visit: gets each line without its end.
  /// - Throws: ``InputError`` where a line is not its row's, or of another transform; then the file is as it was.
  func keepLines(of row: (_ index: Int) -> ListedResult?, visit: (_ index: Int, _ text: String) -> Void)
    throws(InputError)
  {
    guard let file = fdopen(dup(descriptor), "r") else { throw failure("cannot be read (\(Self.reason))") }
    defer { fclose(file) }
    var buffer: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(buffer) }
    while true {
      let count = getline(&buffer, &capacity, file)
      guard count > 0 else { break }
      let bytes = UnsafeRawBufferPointer(start: buffer, count: count)
      let isWhole = bytes[count - 1] == UInt8(ascii: "\n")
      let text = String(decoding: isWhole ? bytes.dropLast() : bytes[...], as: UTF8.self)
      guard let wanted = row(lines) else {
        throw failure("line \(lines + 1) is one more than there are rows", remedy: Self.otherList)
      }
      guard isWhole ? wanted.isResult(text) : wanted.mayBegin(text) else {
        throw failure("line \(lines + 1) is not the result of its row", remedy: Self.otherList)
      }
      guard isWhole else { break }
      if let other = wanted.otherModel(in: text) {
        throw failure(
          "line \(lines + 1) is a result of --transform \(other)", remedy: "go on with that, or name another file")
      }
      visit(lines, text)
      lines += 1
      end += off_t(count)
    }
    guard ferror(file) == 0 else { throw failure("cannot be read (\(Self.reason))") }
    guard ftruncate(descriptor, end) == 0 else { throw failure("cannot be written (\(Self.reason))") }
  }

  private static let otherList = "it is of another list or shard; name another file"

  /// Adds a line; of one that cannot be written whole, nothing stays.
  ///
  /// - Throws: ``InputError``, such as on a full disk.
  func append(_ line: String) throws(InputError) {
    let bytes = Array(line.utf8) + [UInt8(ascii: "\n")]
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let reason = Self.reason
        _ = ftruncate(descriptor, end)
        throw failure(
          "cannot be written (\(reason)); it holds the results of \(lines) rows",
          remedy: "make room and go on with it (--resume)")
      }
      rest = rest.dropFirst(count)
    }
    lines += 1
    end += off_t(bytes.count)
  }

  private func failure(_ problem: String, remedy: String? = nil) -> InputError {
    InputError(file: path, problem: problem, remedy: remedy)
  }

  private static var reason: String { String(cString: strerror(errno)) }
}
