import FoundationEssentials
import Vernier
import VernierFiles

/// Finds and reads the images of a data folder.
struct StudyData: Sendable {
  let root: String

  /// The files of a folder below the root with one of the extensions, sorted by name; none when it is missing.
  func files(_ folder: String, _ extensions: [String]) -> [String] {
    let path = root + "/" + folder
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { name in extensions.contains { name.lowercased().hasSuffix("." + $0) } }.sorted()
      .map { path + "/" + $0 }
  }

  /// The photographs of the folders `bsds500` and `kodak`, their brightness.
  ///
  /// - Throws: ``FileError`` for one that cannot be read.
  func photographs() throws -> [Image<2>] {
    try (files("bsds500", ["jpg"]) + files("kodak", ["png"])).map(Self.plane)
  }

  /// The brightness of a picture.
  ///
  /// - Throws: ``FileError``, also when the file holds a volume.
  static func plane(_ path: String) throws -> Image<2> {
    guard case .plane(let image) = try ImageFile.read(path).luminance else {
      throw FileError(path, .wrongRank(found: 3, needed: 2))
    }
    return image
  }

  /// The brightness of a volume.
  ///
  /// - Throws: ``FileError``, also when the file holds a picture.
  static func volume(_ path: String) throws -> Image<3> {
    guard case .volume(let image) = try ImageFile.read(path).luminance else {
      throw FileError(path, .wrongRank(found: 2, needed: 3))
    }
    return image
  }
}

/// Why a study cannot run.
public enum StudyError: Error, Sendable, CustomStringConvertible {
  case missingData(folder: String, needs: String)

  public var description: String {
    switch self {
    case .missingData(let folder, let needs): "\(folder): \(needs) not found; name the folder with --data"
    }
  }
}
