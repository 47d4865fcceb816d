import Glibc
import VernierCommandLine
import VernierFiles

/// The plates of a command line and where their pictures go.
struct PlateFiles {
  let jobs: [PlateJob]
  /// Whether the pictures go to a folder: of several plates, or of a folder's.
  let isFolder: Bool

  /// The endings of files in a folder that are taken for plates.
  static let endings = [".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"]

  /// - Throws: ``InputError`` for a folder without pictures, and where the output folder cannot be made.
  init(_ words: [String], output: String, report: String?) throws {
    var plates: [String] = []
    for word in words {
      guard Self.isFolder(word) else {
        plates.append(word)
        continue
      }
      let found = Self.pictures(in: word)
      guard !found.isEmpty else {
        throw InputError(
          file: word, problem: "the folder holds no picture",
          remedy: "name plates, or a folder with \(Self.endings.joined(separator: ", ")) files")
      }
      plates += found
    }
    isFolder = words.count > 1 || Self.isFolder(words[0]) || Self.isFolder(output) || output.hasSuffix("/")
    guard isFolder else {
      jobs = [PlateJob(plate: plates[0], picture: output, report: report)]
      return
    }
    try Folder.make(output)
    if let report { try Folder.make(report) }
    jobs = plates.map { plate in
      PlateJob(plate: plate, picture: "\(output)/\(plate.stem).png", report: report.map { "\($0)/\(plate.stem).html" })
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The pictures of a folder, sorted by name, hidden files left out.
  private static func pictures(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      let lower = name.lowercased()
      if !name.hasPrefix("."), endings.contains(where: { lower.hasSuffix($0) }) { names.append(name) }
    }
    return names.sorted().map { "\(folder)/\($0)" }
  }
}
