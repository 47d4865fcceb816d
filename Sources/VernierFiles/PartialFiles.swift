import CSupport
import Glibc
import Synchronization

/// Files that appear whole or not at all: each is written under a temporary name beside its target and renamed.
///
/// The temporary name keeps the target's extension, starts with a dot and is known to the signal handlers of
/// ``removeOnSignals()``.
public enum PartialFiles {
  /// From now on SIGINT, SIGTERM and SIGHUP remove the files that are half written before they end the process.
  ///
  /// For commands; a library leaves the signals to its program.
  public static func removeOnSignals() { partial_files_remove_on_signals() }

  /// Removes the files that are half written. Safe in a signal handler.
  public static func removeAll() { partial_files_remove_all() }

  /// Replaces the file at `path` by what `body` writes to the temporary path it is given.
  ///
  /// When `body` throws or the file cannot be put in place, the old file stays as it was and the temporary one is gone.
  /// A link is followed; the permissions of an old file are kept.
  ///
  /// - Throws: `FileError.unwritable`, or what `body` throws.
  public static func replace(_ path: String, by body: (_ temporary: String) throws(FileError) -> Void)
    throws(FileError)
  {
    let target = try checkedTarget(path)
    let (folder, name) = split(target)
    let number = count.add(1, ordering: .relaxed).newValue
    let temporary = folder + ".vernier-\(getpid())-\(number)" + fileExtension(of: name)
    let slot = partial_files_add(temporary)
    defer { partial_files_forget(slot) }
    do throws(FileError) {
      try body(temporary)
      var status = stat()
      if stat(target, &status) == 0 { chmod(temporary, status.st_mode & 0o7777) }
      guard rename(temporary, target) == 0 else { throw FileError(path, .unwritable(systemMessage())) }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Replaces the file at `path` by a text. See ``replace(_:by:)``.
  public static func replace(_ path: String, text: String) throws(FileError) {
    try replace(path, parts: { write throws(FileError) in try write(Array(text.utf8)) })
  }

  /// Replaces the file at `path` by bytes that come in parts. See ``replace(_:by:)``.
  ///
  /// - Parameters:
  ///   - path: the file to replace.
  ///   - body: hands each part in turn to the function that it is given.
  /// - Throws: `FileError.unwritable`, such as on a full disk, or what `body` throws.
  public static func replace(
    _ path: String,
    parts body: (_ write: ([UInt8]) throws(FileError) -> Void) throws(FileError) -> Void
  ) throws(FileError) {
    try replace(path) { temporary throws(FileError) in
      guard let file = fopen(temporary, "wb") else { throw FileError(path, .unwritable(systemMessage())) }
      do throws(FileError) {
        try body { bytes throws(FileError) in
          guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
            throw FileError(path, .unwritable(systemMessage()))
          }
        }
      } catch {
        fclose(file)
        throw error
      }
      guard fclose(file) == 0 else { throw FileError(path, .unwritable(systemMessage())) }
    }
  }

  /// The file behind the path, where it may be written.
  private static func checkedTarget(_ path: String) throws(FileError) -> String {
    var target = path
    if let resolved = realpath(path, nil) {
      target = String(cString: resolved)
      free(resolved)
    }
    let (folder, name) = split(target)
    guard !name.isEmpty else { throw FileError(path, .unwritable("it names a folder")) }
    var status = stat()
    if stat(target, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFREG else {
        let what = status.st_mode & S_IFMT == S_IFDIR ? "it is a folder" : "it is not a plain file"
        throw FileError(path, .unwritable(what))
      }
      guard access(target, W_OK) == 0 else { throw FileError(path, .unwritable(systemMessage())) }
    }
    guard access(folder.isEmpty ? "." : folder, W_OK | X_OK) == 0 else {
      throw FileError(path, .unwritable(systemMessage()))
    }
    return target
  }

  private static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return ("", path) }
    return (String(path[...slash]), String(path[path.index(after: slash)...]))
  }
}

private let count = Atomic<Int>(0)

/// The extension with its dot, `.nii.gz` taken as one; empty where there is none.
func fileExtension(of path: String) -> String {
  let name = path.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? path
  let stem = name.lowercased().hasSuffix(".gz") ? name.dropLast(3) : Substring(name)
  guard let dot = stem.lastIndex(of: "."), dot != stem.startIndex else { return "" }
  return String(name[dot...])
}

/// The words for the system's last error.
func systemMessage() -> String { String(cString: strerror(errno)) }
