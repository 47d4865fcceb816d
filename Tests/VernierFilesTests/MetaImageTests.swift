import Testing
import Vernier
import VernierFiles

@Suite(.enabled(if: filesPluginAvailable, pluginNeeded))
struct MetaImageTests {
  private let folder = TemporaryFolder()
  private let head = "ObjectType = Image\nNDims = 3\nDimSize = 2 3 2\nElementType = MET_UCHAR\n"

  private func read(_ text: String, _ data: [UInt8] = [], name: String = "a.mha") throws -> ImageFile {
    write(Array(text.utf8) + data, to: folder(name))
    return try ImageFile.read(folder(name))
  }

  private func reason(_ text: String, _ data: [UInt8] = []) -> String {
    do throws(FileError) {
      write(Array(text.utf8) + data, to: folder("r.mha"))
      _ = try ImageFile.read(folder("r.mha"))
      return ""
    } catch { return error.description }
  }

  @Test func rowsOfTheMatrixAreAxes() throws {
    let fields = "TransformMatrix = 0 1 0 -1 0 0 0 0 1\nOffset = 1 2 3\nElementSpacing = 2 3 4\n"
    let grid = try read(head + fields + "ElementDataFile = LOCAL\n", Array(0..<12)).volume[0].grid
    #expect(grid.step(along: 0) == [0, 2, 0] && grid.step(along: 1) == [-3, 0, 0] && grid.origin == [1, 2, 3])
  }

  @Test func textAndByteOrderAndChannels() throws {
    let text = "NDims = 2\nDimSize = 2 2\nElementType = MET_FLOAT\nBinaryData = False\nElementDataFile = LOCAL\n"
    #expect(try read(text + "1 2.5 -3 4e2").planes[0].samples == [1, 2.5, -3, 400])
    let big = "NDims = 2\nDimSize = 2 1\nElementType = MET_USHORT\nElementNumberOfChannels = 2\n"
    let file = try read(big + "ElementByteOrderMSB = True\nElementDataFile = LOCAL\n", [0, 1, 0, 2, 1, 0, 2, 0])
    #expect(file.planes.map(\.samples) == [[1, 256], [2, 512]])
  }

  @Test func dataInOtherFiles() throws {
    write([7, 7] + Array(0..<6), to: folder("d1.raw"))
    write([7, 7] + Array(6..<12), to: folder("d2.raw"))
    for list in ["LIST\nd1.raw\nd2.raw\n", "LIST 2\nd1.raw\nd2.raw", "d%d.raw 1 2 1\n"] {
      let file = try read(head + "HeaderSize = 2\nElementDataFile = " + list, name: "a.mhd")
      #expect(file.volume[0].samples == (0..<12).map(Float.init))
    }
    let last = "NDims = 2\nDimSize = 3 2\nElementType = MET_UCHAR\nHeaderSize = -1\nElementDataFile = d2.raw"
    #expect(try read(last, name: "b.mhd").planes[0].samples == (6..<12).map(Float.init))
    #expect(reason(head + "ElementDataFile = LIST\nd1.raw\n").contains("1 data files, 2 are needed"))
    #expect(reason(head + "ElementDataFile = none.raw\n").contains("none.raw"))
  }

  @Test func whatIsWrongIsNamed() {
    #expect(reason("NDims = 2\nElementDataFile = LOCAL\n").contains("DimSize"))
    let sizes = "DimSize = 2 2\nElementType = "
    #expect(reason("NDims = 2\n\(sizes)MET_STRING\nElementDataFile = LOCAL\n").contains("MET_STRING"))
    #expect(reason("NDims = 3\n\(sizes)MET_UCHAR\nElementDataFile = LOCAL\n").contains("2 numbers for DimSize"))
    #expect(reason(head + "ElementDataFile = LOCAL\n", Array(0..<11)).contains("asks for 12 bytes"))
  }
}
