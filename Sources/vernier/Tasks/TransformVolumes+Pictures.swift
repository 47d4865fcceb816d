import Vernier
import VernierFiles

extension TransformVolumes {
  /// The volumes among two images.
  init<let rank: Int>(fixed: Picture<rank>, moving: Picture<rank>) {
    self.init(
      fixed: Volume(fixed.contents, file: fixed.file), moving: Volume(moving.contents, file: moving.file))
  }

  /// The volumes among files, where these are named.
  ///
  /// - Throws: `FileError` where one cannot be read.
  init(fixed: String?, moving: String?) throws {
    func volume(_ file: String?) throws -> Volume? { try file.flatMap { Volume(try ImageFile.read($0), file: $0) } }
    self.init(fixed: try volume(fixed), moving: try volume(moving))
  }
}

extension TransformVolumes.Volume {
  /// Nil for a picture.
  init?(_ contents: ImageFile, file: String) {
    guard case .volume(let image) = contents.channels[0] else { return nil }
    self.init(grid: image.grid, file: file)
  }
}
