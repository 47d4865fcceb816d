import CSupport
import Glibc

/// A shared library behind a C table of functions, loaded on first use.
///
/// The library `libvernier-NAME.so` exports one function, `vernier_NAME`, without parameters, that returns a pointer to
/// a table. The table's first member is an `Int32`: the version of the boundary.
///
/// It is searched in these places, in this order:
///
/// 1. the folders of the variable `VERNIER_PLUGINS` of the environment, separated by colons;
/// 2. beside the running code: with D the folder of the program, library or test bundle, in D itself, `D/plugins`,
///    `D/../lib/vernier` and, for build trees, `D/../../native`;
/// 3. in `.build/native` of the folder that this package was built from, for programs that have it as a dependency; not for
///    Vernier's own command and library, which bring theirs along;
/// 4. in `/usr/local/lib/vernier` and `/usr/lib/vernier`, where `make install` and the packages put it.
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
    searchFolders(
      variable: "VERNIER_PLUGINS", relative: [".", "plugins", "../lib/vernier", "../../native"],
      inSources: ".build/native", installed: "lib/vernier")
  }

  /// Where files that belong to the program are searched, each place once.
  ///
  /// - Parameters:
  ///   - variable: of the environment: folders separated by colons, which come first.
  ///   - relative: paths from the folder of the binary that holds this code and from that of the running program.
  ///   - inSources: the path in the package's own folder; searched where that is there, for others' programs.
  ///   - installed: the path below a prefix.
  package static func searchFolders(
    variable: String, relative: [String], inSources: String, installed: String
  ) -> [String] {
    let given = getenv(variable).map { String(cString: $0) } ?? ""
    let code = codePaths
    let own = code.compactMap(folder).flatMap { folder in relative.map { "\(folder)/\($0)" } }
    let isOwn = code.first.map { path in ownBinaries.contains { path.hasSuffix("/\($0)") } } ?? false
    let built = isOwn ? [] : ["\(sources)/\(inSources)"]
    let prefixes = ["/usr/local", "/usr"].map { "\($0)/\(installed)" }
    var seen: Set<String> = []
    return (given.split(separator: ":").map(String.init) + own + built.filter { access($0, F_OK) == 0 } + prefixes)
      .map(resolved).filter { seen.insert($0).inserted }
  }

  /// The command, and the library that holds it and the C interface once they are installed.
  private static let ownBinaries = ["vernier", "libvernier.so"]

  /// The folder of this package's sources, from which it was built.
  private static let sources: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(3).joined(separator: "/")
  }()

  /// The binary that holds this code, and the running program.
  private static var codePaths: [String] {
    (code_path().map { [resolved(String(cString: $0))] } ?? []) + [resolved("/proc/self/exe")]
  }

  /// The folder of a binary; of one for a level of the processor the folder of that for all.
  private static func folder(of path: String) -> String? {
    guard let end = path.lastIndex(of: "/") else { return nil }
    let folder = String(path[..<end])
    let parts = folder.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast().last == "glibc-hwcaps" ? parts.dropLast(2).joined(separator: "/") : folder
  }

  /// The path without links and `..` where it exists, as it is otherwise.
  private static func resolved(_ path: String) -> String {
    guard let result = realpath(path, nil) else { return path }
    defer { free(result) }
    return String(cString: result)
  }

  private static var linkerMessage: String { dlerror().map { String(cString: $0) } ?? "unknown reason" }
}
