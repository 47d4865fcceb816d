import Testing
import Vernier

@testable import VernierFiles

@Suite("Data sets in binary files")
struct PictureRecordsTests {
  @Test("CIFAR-10: a label, then red, green and blue row by row")
  func cifar10() throws {
    let folder = TemporaryFolder()
    var record = [UInt8](repeating: 0, count: 3073)
    record[0] = 9
    record[1 + 2 * 32 + 5] = 100
    record[1 + 1024 + 31] = 50
    record[1 + 2048 + 31 * 32] = 200
    write([UInt8](repeating: 1, count: 3073) + record, to: folder("test_batch.bin"))
    let records = try PictureRecords(folder("test_batch.bin"), layout: .cifar10)
    #expect(records.count == 2)
    let channels = records.channels(at: 1)
    #expect(channels.map { $0.size } == [[32, 32], [32, 32], [32, 32]])
    #expect(channels[0].samples[2 * 32 + 5] == 100 && channels[0].samples.reduce(0, +) == 100)
    #expect(channels[1].samples[31] == 50)
    #expect(channels[2].samples[31 * 32] == 200)
    let luminance = records.luminance(at: 1).samples
    #expect(abs(luminance[2 * 32 + 5] - 29.9) < 1e-4 && abs(luminance[31] - 29.35) < 1e-4)
    #expect(abs(luminance[31 * 32] - 22.8) < 1e-4)
    #expect(records.channels(at: 0)[2].samples == [Float](repeating: 1, count: 1024))
  }

  @Test("STL-10: column by column, no label")
  func stl10() throws {
    let folder = TemporaryFolder()
    var record = [UInt8](repeating: 0, count: 3 * 96 * 96)
    // The third value is that of column 0 and row 2; the 97th that of column 1 and row 0.
    record[2] = 7
    record[96] = 8
    record[2 * 9216 + 96 * 95 + 1] = 9
    write(record, to: folder("test_X.bin"))
    let channels = try PictureRecords(folder("test_X.bin"), layout: .stl10).channels(at: 0)
    #expect(channels[0].size == [96, 96])
    #expect(channels[0].samples[2 * 96] == 7 && channels[0].samples[1] == 8)
    #expect(channels[2].samples[96 + 95] == 9)
  }

  @Test("a file that ends within a record, or holds none, is one line with the remedy")
  func damaged() throws {
    let folder = TemporaryFolder()
    let path = folder("test_batch.bin")
    write([UInt8](repeating: 0, count: 3073 + 17), to: path)
    let cut = #expect(throws: FileError.self) { try PictureRecords(path, layout: .cifar10) }
    #expect(
      cut?.description
        == "\(path): cut short (3090 bytes are not a whole number of CIFAR-10's records of 3073); "
        + "copy or download it again")
    write([UInt8](), to: path)
    let empty = #expect(throws: FileError.self) { try PictureRecords(path, layout: .stl10) }
    #expect(empty?.reason == .truncated("it is empty"))
    let missing = #expect(throws: FileError.self) { try PictureRecords(folder("none.bin"), layout: .stl10) }
    #expect(missing?.reason == .missing)
    let folderItself = #expect(throws: FileError.self) { try PictureRecords(folder.path, layout: .stl10) }
    #expect(folderItself?.path == folder.path)
  }

  @Test(
    "JPEG's quality is what was asked for: less loss, larger files", .enabled(if: filesPluginAvailable, pluginNeeded))
  func quality() throws {
    let folder = TemporaryFolder()
    let scene = SyntheticScene(side: 96, seed: 4).image
    var sizes: [Int] = []
    var losses: [Float] = []
    for quality in [20, 50, 90] {
      let path = folder("\(quality).jpg")
      try ImageFile([scene], sampleType: .uint8).write(to: path, quality: quality)
      sizes.append(bytes(of: path).count)
      let read = try ImageFile.read(path).planes[0]
      losses.append(zip(read.samples, scene.samples).reduce(0) { $0 + abs($1.0 - $1.1) } / 9216)
    }
    #expect(sizes[0] < sizes[1] && sizes[1] < sizes[2])
    #expect(losses[0] > losses[1] && losses[1] > losses[2])
    try ImageFile([scene], sampleType: .uint8).write(to: folder("own.jpg"))
    #expect(bytes(of: folder("own.jpg")).count > sizes[1])
  }
}
