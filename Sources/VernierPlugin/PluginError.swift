/// Why a plug-in cannot be used.
public enum PluginError: Error, Equatable, Sendable {
  /// No file of that name in any of the folders.
  case missing(name: String, searched: [String])
  /// The file is there, but the dynamic linker refuses it.
  case unloadable(path: String, reason: String)
  /// The plug-in was built for another version of the boundary.
  case wrongVersion(path: String, found: Int32, needed: Int32)
}

extension PluginError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missing(let name, let searched):
      "the plug-in \(name) is not there; `make build` builds it, VERNIER_PLUGINS names its folder "
        + "(looked in \(searched.joined(separator: ", ")))"
    case .unloadable(let path, let reason):
      "the plug-in \(path) cannot be loaded: \(reason); `make build` builds it anew"
    case .wrongVersion(let path, let found, let needed):
      "the plug-in \(path) has version \(found), this program needs \(needed); `make build` builds it anew"
    }
  }
}
