import Testing
import Vernier
import VernierFiles

@Suite(.enabled(if: filesPluginAvailable, pluginNeeded))
struct MaskTests {
  let folder = TemporaryFolder()
  let grid = try! Grid<2>(size: [3, 2], spacing: [0.5, 0.5], origin: [4, 5])

  func mask(_ samples: [Float], grid: Grid<2>, name: String) throws -> String {
    try ImageFile([Image(grid: grid, samples: samples)], sampleType: .uint8).write(to: folder(name))
    return folder(name)
  }

  func reason<let rank: Int>(_ path: String, for grid: Grid<rank>) -> FileError.Reason? {
    do throws(FileError) {
      _ = try ImageFile.readMask(path, for: grid)
      return nil
    } catch {
      return error.reason
    }
  }

  @Test(arguments: ["m.png", "m.nrrd"])
  func otherThanZeroIsValid(_ name: String) throws {
    let path = try mask([0, 1, 0, 255, 0, 7], grid: grid, name: name)
    #expect(try ImageFile.readMask(path, for: grid) == [0, 1, 0, 1, 0, 1])
  }

  @Test func colourCountsAndAlphaDoesNot() throws {
    func channel(_ samples: [Float]) throws -> Image<2> { try Image(grid: grid, samples: samples) }
    let channels = try [
      channel([0, 1, 0, 0, 0, 0]), channel([0, 0, 2, 0, 0, 0]), channel([0, 0, 0, 3, 0, 0]),
      channel([9, 9, 9, 9, 9, 9]),
    ]
    try ImageFile(channels, sampleType: .uint8).write(to: folder("m.png"))
    #expect(try ImageFile.readMask(folder("m.png"), for: grid) == [0, 1, 1, 1, 0, 0])
  }

  @Test func sizesMustAgree() throws {
    let path = try mask([1, 1, 1, 1], grid: Grid(size: [2, 2]), name: "m.png")
    #expect(reason(path, for: grid) == .maskSize(mask: [2, 2], image: [3, 2]))
    #expect(FileError(path, .maskSize(mask: [2, 2], image: [3, 2])).description.contains("2×2 differs"))
    #expect(reason(path, for: try Grid<3>(size: [2, 2, 2])) == .maskSize(mask: [2, 2], image: [2, 2, 2]))
  }

  @Test func gridsMustAgree() throws {
    let elsewhere = try Grid<2>(size: [3, 2], spacing: [0.5, 0.5], origin: [4, 5.1])
    let path = try mask([1, 1, 1, 1, 1, 1], grid: elsewhere, name: "m.nrrd")
    #expect(reason(path, for: grid) == .maskGrid)
    #expect(reason(path, for: elsewhere) == nil)
  }

  @Test func emptyMask() throws {
    let path = try mask([0, 0, 0, 0, 0, 0], grid: grid, name: "m.png")
    #expect(reason(path, for: grid) == .emptyMask)
  }
}
