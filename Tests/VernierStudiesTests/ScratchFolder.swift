import FoundationEssentials

/// A folder for files that are soon removed, in the system's place for such.
struct ScratchFolder: Sendable {
  let path: String

  /// - Throws: the system's error, where no folder can be made.
  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/vernier-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}
