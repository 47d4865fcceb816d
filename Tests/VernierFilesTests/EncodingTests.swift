import Testing
import Vernier
import VernierFiles

@Suite(.enabled(if: filesPluginAvailable, pluginNeeded))
struct EncodingTests {
  let folder = TemporaryFolder()

  @Test(arguments: [(".png", nil), (".jpg", 60)] as [(String, Int?)])
  func bytesAreThoseOfTheFile(ending: String, quality: Int?) throws {
    let picture = try Image(width: 9, height: 7, samples: (0..<63).map { Float(4 * $0) })
    let file = ImageFile([picture, picture, picture], sampleType: .uint8)
    let bytes = try file.encoded(ending: ending, quality: quality)
    try file.write(to: folder("a" + ending), quality: quality)
    write(bytes, to: folder("b" + ending))
    let samples = ["a", "b"].map { try? ImageFile.read(folder($0 + ending)).luminance.samples }
    #expect(samples[0] != nil && samples[0] == samples[1])
  }

  @Test func whatCannotBeWrittenThrows() throws {
    let picture = try Image(width: 3, height: 2, samples: [1, 2, 3, 4, 5, 6])
    #expect(throws: FileError.self) { try ImageFile([picture]).encoded(ending: ".png") }
    #expect(throws: FileError.self) { try ImageFile([picture]).encoded(ending: ".xyz") }
  }
}
