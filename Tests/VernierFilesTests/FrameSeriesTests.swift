import Foundation
import Testing
import Vernier

@testable import VernierFiles

/// Series that are read and written frame by frame.
@Suite(.enabled(if: (try? FilesPlugin.load()) != nil, "the plug-in for files is not built (make plugins)"))
struct FrameSeriesTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "vernier-\(UUID().uuidString)").path()

  init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

  private func path(_ name: String) -> String { "\(folder)/\(name)" }

  private func picture(_ value: Float) throws -> Image<2> {
    try Image(width: 4, height: 3, samples: (0..<12).map { value + Float($0) })
  }

  @Test func `People count t2 before t10`() {
    let names = ["t10.tif", "t2.tif", "t1.tif", "a.tif", "t02.tif", "t2b.tif"]
    #expect(names.sorted(by: isCountedBefore) == ["a.tif", "t1.tif", "t02.tif", "t2.tif", "t2b.tif", "t10.tif"])
  }

  @Test(arguments: [1, 3]) func `Pages are written one by one and read in any order`(_ channels: Int) throws {
    let file = path("pages.tif")
    try FrameWriter.write(to: file, count: 5, kind: .time) { writer throws(FileError) in
      for number in 0..<5 {
        let images = (0..<channels).map { try! picture(Float(100 * number + 20 * $0)) }
        try writer.append(ImageFile(images, layout: ChannelLayout(isColor: false), sampleType: .uint16))
      }
    }
    let series = try FrameSeries([file])
    #expect(series.count == 5)
    for number in [3, 0, 4, 1, 2] {
      let frame = try series.frame(number)
      #expect(frame.sampleType == .uint16 && frame.channels.count == channels)
      #expect(frame.channels[channels - 1].samples[1] == Float(100 * number + 20 * (channels - 1) + 1))
    }
    #expect(try series.frame(2, channel: channels - 1).channels.count == 1)
    #expect(try ImageFile.read(series.names[3]).channels[0].samples[0] == 300)
  }

  @Test(arguments: ["four.nii", "four.nii.gz"]) func `Volumes are written one by one and read in any order`(
    _ name: String
  ) throws {
    let grid = try Grid<3>(size: [4, 3, 2], spacing: [2, 2, 3], origin: [5, 6, 7])
    try FrameWriter.write(to: path(name), count: 4, kind: .time) { writer throws(FileError) in
      for number in 0..<4 {
        let samples = (0..<24).map { Float(50 * number + $0) }
        try writer.append(ImageFile([try! Image(grid: grid, samples: samples)], sampleType: .int16))
      }
    }
    let series = try FrameSeries([path(name)])
    #expect(series.count == 4)
    for number in [0, 1, 3, 2, 2] {
      let frame = try series.frame(number)
      #expect(frame.channels(as: Image<3>.self)?[0].grid == grid)
      #expect(frame.channels[0].samples[23] == Float(50 * number + 23))
    }
  }

  @Test func `The samples of a file's pages lie one after another, as ImageJ reads them`() throws {
    let file = path("stack.tif")
    try FrameWriter.write(to: file, count: 3, kind: .time) { writer throws(FileError) in
      for number in 0..<3 {
        try writer.append(ImageFile([try! picture(Float(100 * number))], sampleType: .uint8))
      }
    }
    let samples = (0..<3).flatMap { number in (0..<12).map { UInt8(100 * number % 256 + $0) } }
    #expect(try Data(contentsOf: URL(filePath: file)).range(of: Data(samples)) != nil)
  }

  @Test func `Frames are added to a series of files`() throws {
    let series = try FrameSeries([])
    #expect(series.count == 0)
    try ImageFile([try picture(1)], sampleType: .uint8).write(to: path("a.png"))
    #expect(try series.append(reading: path("a.png")).size == [4, 3])
    #expect(throws: FileError.self) { try series.append(reading: path("none.png")) }
    #expect(series.names == [path("a.png")])
  }

  @Test func `A file that is not completed is not there`() throws {
    #expect(throws: FileError.self) {
      try FrameWriter.write(to: path("none.tif"), count: 2, kind: .time) { writer throws(FileError) in
        try writer.append(ImageFile([try! picture(1)], sampleType: .uint8))
        throw FileError("frame", .missing)
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
  }
}
