import Glibc

/// Where several results go.
package enum Folder {
  /// Makes a folder and those above it, where they are missing.
  ///
  /// - Throws: ``InputError`` that names the folder.
  package static func make(_ folder: String) throws(InputError) {
    var made = folder.hasPrefix("/") ? "" : "."
    for part in folder.split(separator: "/") {
      made += "/\(part)"
      if mkdir(made, 0o777) != 0, errno != EEXIST {
        throw InputError(
          file: folder, problem: "cannot be made (\(String(cString: strerror(errno))))",
          remedy: "name another with --output")
      }
    }
  }
}
