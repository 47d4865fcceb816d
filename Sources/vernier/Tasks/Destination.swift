import Glibc
import VernierCommandLine
import VernierFiles

/// A file that a subcommand is to write, checked before the long work begins.
struct Destination: Sendable {
  let path: String
  /// The endings that can be written, with their dots, in lower case.
  let endings: [String]

  /// Checks that every destination can be written and that none is an input or another destination.
  ///
  /// - Throws: ``InputError`` that names the file and the remedy.
  static func check(_ destinations: [Destination], inputs: [String]) throws(InputError) {
    let sources = Dictionary(
      inputs.compactMap { path in identity(of: ImageName(path).file).map { ($0, path) } },
      uniquingKeysWith: { first, _ in first })
    for destination in destinations {
      try destination.check()
      if let source = sources[identity(of: destination.path) ?? destination.path] {
        throw InputError(
          file: destination.path, problem: "is the input \(source)", remedy: "write the result to another file")
      }
    }
    try checkNames(destinations)
  }

  /// Checks that no destination is another one, without looking whether they can be written.
  ///
  /// - Throws: ``InputError`` that names the file and the remedy.
  static func checkNames(_ destinations: [Destination]) throws(InputError) {
    var taken: Set<String> = []
    for destination in destinations {
      guard taken.insert(identity(of: destination.path) ?? destination.path).inserted else {
        throw InputError(
          file: destination.path, problem: "is the output of two results", remedy: "give each a file of its own")
      }
    }
  }

  private func check() throws(InputError) {
    let name = path.fileName.lowercased()
    guard endings.contains(where: { name.hasSuffix($0) && name.count > $0.count }) else {
      throw InputError(
        file: path, problem: "the file name's ending does not name a format that can be written",
        remedy: "use one of \(endings.joined(separator: ", "))")
    }
    var found = stat()
    if stat(path, &found) == 0, found.st_mode & S_IFMT != S_IFREG {
      let kind = found.st_mode & S_IFMT == S_IFDIR ? "a folder" : "not a regular file"
      throw InputError(file: path, problem: "is \(kind)", remedy: "name a file to write")
    }
    let folder = path.folder
    guard stat(folder, &found) == 0 else {
      throw InputError(
        file: path, problem: "the folder \(folder) does not exist", remedy: "make it first or write elsewhere")
    }
    guard found.st_mode & S_IFMT == S_IFDIR else {
      throw InputError(file: path, problem: "\(folder) is not a folder", remedy: "write elsewhere")
    }
    guard access(folder, W_OK | X_OK) == 0 else {
      throw InputError(
        file: path, problem: "the folder \(folder) cannot be written to (\(String(cString: strerror(errno))))",
        remedy: "change its permissions or write elsewhere")
    }
  }

  /// The one absolute path of a file, existing or not, with symbolic links resolved; nil where not even its
  /// folder exists.
  private static func identity(of path: String) -> String? {
    resolved(path) ?? resolved(path.folder).map { "\($0)/\(path.fileName)" }
  }

  private static func resolved(_ path: String) -> String? {
    guard let found = realpath(path, nil) else { return nil }
    defer { free(found) }
    return String(cString: found)
  }
}

extension String {
  /// The folder of this path; `.` for a bare name.
  var folder: String {
    guard let slash = lastIndex(of: "/") else { return "." }
    return slash == startIndex ? "/" : String(self[..<slash])
  }

  /// The last part of this path.
  var fileName: String { lastIndex(of: "/").map { String(self[index(after: $0)...]) } ?? self }

  /// The file name without its ending; `.nii.gz` and its like count as one.
  var stem: String {
    var name = fileName[...]
    if name.lowercased().hasSuffix(".gz") { name = name.dropLast(3) }
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return String(name) }
    return String(name[..<dot])
  }
}
