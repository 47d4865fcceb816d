import CSupport
import Glibc

/// A shared library behind a C table of functions, loaded on first use.
///
/// The library `libvernier-NAME.so` exports one function, `vernier_NAME`, without parameters, that returns a pointer to
/// a table. The table's first member is an `Int32`: the version of the boundary.
///
/// It is searched in the folders of `VERNIER_PLUGINS` (separated by colons), then beside the running code: with D the
/// folder of the program or test bundle, in `D/plugins`, `D/../lib/vernier` and, for build trees, `D/../../native`.
public struct Plugin: Sendable {
  /// Such as `files`.
  public var name: String
  /// The version of the boundary that the caller was built with.
  public var version: Int32

  public init(name: String, version: Int32) {
    self.name = name
    self.version = version
  }

  /// Loads the library and returns its table, which stays valid until the process ends.
  ///
  /// Symbols stay local, so that two plug-ins may carry different versions of one library. Keep the result: each call
  /// searches again.
  ///
  /// - Throws: ``PluginError``.
  public func load() throws(PluginError) -> UnsafeRawPointer {
    let folders = Self.folders
    let file = "libvernier-\(name).so"
    guard let path = folders.map({ $0 + "/" + file }).first(where: { access($0, F_OK) == 0 }) else {
      throw .missing(name: file, searched: folders)
    }
    // Lazy binding halves the time that loading takes.
    guard let library = dlopen(path, RTLD_LAZY | RTLD_LOCAL) else {
      throw .unloadable(path: path, reason: Self.linkerMessage)
    }
    guard let symbol = dlsym(library, "vernier_\(name)") else {
      throw .unloadable(path: path, reason: Self.linkerMessage)
    }
    let table = unsafeBitCast(symbol, to: (@convention(c) () -> UnsafeRawPointer).self)()
    let found = table.load(as: Int32.self)
    guard found == version else { throw .wrongVersion(path: path, found: found, needed: version) }
    return table
  }

  /// Where plug-ins are searched, in this order.
  public static var folders: [String] {
    searchFolders(variable: "VERNIER_PLUGINS", relative: ["plugins", "../lib/vernier", "../../native"])
  }

  /// Where files that belong to the program are searched, each place once.
  ///
  /// - Parameters:
  ///   - variable: of the environment: folders separated by colons, which come first.
  ///   - relative: paths from the folder of the binary that holds this code and from that of the running program.
  package static func searchFolders(variable: String, relative: [String]) -> [String] {
    let given = getenv(variable).map { String(cString: $0) } ?? ""
    let own = codeFolders.flatMap { folder in relative.map { "\(folder)/\($0)" } }
    var seen: Set<String> = []
    return (given.split(separator: ":").map(String.init) + own).map(resolved).filter { seen.insert($0).inserted }
  }

  private static var codeFolders: [String] {
    var paths: [String] = []
    if let path = code_path() { paths.append(resolved(String(cString: path))) }
    paths.append(resolved("/proc/self/exe"))
    return paths.compactMap { path in path.lastIndex(of: "/").map { String(path[..<$0]) } }
  }

  /// The path without links and `..` where it exists, as it is otherwise.
  private static func resolved(_ path: String) -> String {
    guard let result = realpath(path, nil) else { return path }
    defer { free(result) }
    return String(cString: result)
  }

  private static var linkerMessage: String { dlerror().map { String(cString: $0) } ?? "unknown reason" }
}
