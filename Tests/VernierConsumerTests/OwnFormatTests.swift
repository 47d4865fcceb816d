import Foundation
import Testing
import Vernier
import VernierFiles

/// A format of this module's own: a shift as numbers, one a line.
private struct ShiftFormat: TransformFormat {
  var endings: [String] { [".shift"] }

  func read(_ path: String) throws(FileError) -> TransformFile {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw FileError(path, .unreadable("it is no text"))
    }
    let shift = text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    switch shift.count {
    case 2: return TransformFile(Affine<2>(translation: Vector(shift)))
    case 3: return TransformFile(Affine<3>(translation: Vector(shift)))
    default: throw FileError(path, line: 1, .malformed("it holds \(shift.count) numbers, not two or three"))
    }
  }

  func write<let rank: Int>(_ transform: Transform<rank>, model: TransformModel?, to path: String) throws(FileError) {
    guard let affine = transform.affine, affine.linear == .identity else {
      throw FileError(path, .unsupported("it holds shifts alone"))
    }
    try PartialFiles.replace(path, text: affine.translation.elements.map { "\($0)\n" }.joined())
  }
}

@Suite("A user's own file format")
struct OwnFormatTests {
  private func inFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("own-format-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  @Test("it is read and written beside those of Vernier")
  func besideTheOthers() throws {
    let formats: [any TransformFormat] = [ShiftFormat()] + TransformFile.formats
    try inFolder { folder in
      let path = folder.appendingPathComponent("a.shift").path
      let shift = TransformFile(Affine<3>(translation: [1.5, -2.25, 1e-17]))
      try shift.write(to: path, formats: formats)
      #expect(try TransformFile.read(path, formats: formats) == shift)
      // Those of Vernier are still there, and are told by their content.
      for name in ["b.json", "b.tfm"] {
        let other = folder.appendingPathComponent(name).path
        let turn = TransformFile(Affine<2>(linear: [[0.9, 0.1], [-0.1, 0.9]], translation: [3, 4]))
        try turn.write(to: other, formats: formats)
        #expect(try TransformFile.read(other, formats: formats).transform == turn.transform)
      }
    }
  }

  @Test("what it cannot hold is refused, and without it the name is not known")
  func refused() throws {
    try inFolder { folder in
      let path = folder.appendingPathComponent("a.shift").path
      let turn = TransformFile(Affine<2>(linear: [[0.9, 0.1], [-0.1, 0.9]], translation: [3, 4]))
      #expect(throws: FileError.self) { try turn.write(to: path, formats: [ShiftFormat()]) }
      #expect(!FileManager.default.fileExists(atPath: path))
      #expect(throws: FileError.self) { try turn.write(to: path) }
      try "1 2 3 4".write(toFile: path, atomically: true, encoding: .utf8)
      let error = #expect(throws: FileError.self) { try TransformFile.read(path, formats: [ShiftFormat()]) }
      #expect(error?.line == 1)
      #expect(throws: FileError.self) { try TransformFile.read(path, formats: []) }
    }
  }
}
