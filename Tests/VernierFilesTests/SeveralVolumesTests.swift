import Testing
import Vernier
import VernierFiles

/// Files with more than three axes: one volume is chosen by its index.
@Suite(.enabled(if: filesPluginAvailable, pluginNeeded))
struct SeveralVolumesTests {
  private let folder = TemporaryFolder()

  /// 2×3×2 samples a volume, five volumes (or 5 × 2 along a fifth axis), numbered through.
  private func write(series name: String, axes: String = "2 3 2 5", count: Int = 60) {
    let dimension = axes.split(separator: " ").count
    let header = "NRRD0004\ntype: uint8\ndimension: \(dimension)\nsizes: \(axes)\nencoding: raw\n\n"
    VernierFilesTests.write(Array(header.utf8) + (0..<count).map { UInt8($0) }, to: folder(name))
  }

  private func reason(_ name: String) -> FileError.Reason? {
    do throws(FileError) {
      _ = try ImageFile.read(folder(name))
      return nil
    } catch { return error.reason }
  }

  @Test func anIndexChoosesAVolume() throws {
    write(series: "a.nrrd")
    for index in 0..<5 {
      let volume = try #require(try ImageFile.read(folder("a.nrrd[\(index)]")).volume.first)
      #expect(volume.size == [2, 3, 2])
      #expect(volume.samples == (0..<12).map { Float(index * 12 + $0) })
    }
    write(series: "b.nrrd", axes: "2 3 2 5 2", count: 120)
    #expect(try ImageFile.read(folder("b.nrrd[7]")).volume[0].samples.first == 84)
  }

  @Test func anIndexChoosesAVolumeOfNIfTI() throws {
    var header = [UInt8](repeating: 0, count: 352)
    func store<Value>(_ value: Value, at offset: Int) {
      withUnsafeBytes(of: value) { header.replaceSubrange(offset..<offset + $0.count, with: $0) }
    }
    store(Int32(348), at: 0)
    for (place, value) in [4, 2, 3, 2, 5].enumerated() { store(Int16(value), at: 40 + 2 * place) }
    store(Int16(2), at: 70)
    store(Int16(8), at: 72)
    for axis in 0..<4 { store(Float(axis + 1), at: 80 + 4 * axis) }
    store(Float(352), at: 108)
    store(Float(2), at: 112)
    store(Float(-1), at: 116)
    header.replaceSubrange(344..<348, with: Array("n+1\0".utf8))
    VernierFilesTests.write(header + (0..<60).map { UInt8($0) }, to: folder("a.nii"))
    let volume = try #require(try ImageFile.read(folder("a.nii[3]")).volume.first)
    #expect(volume.grid.spacing == [1, 2, 3])
    #expect(volume.samples == (36..<48).map { Float(2 * $0 - 1) })
  }

  @Test func withoutAnIndexTheFirstIsTakenAndSaid() throws {
    write(series: "a.nrrd")
    let file = try ImageFile.read(folder("a.nrrd"))
    #expect(file.volume[0].samples == (0..<12).map(Float.init))
    #expect(file.source?.frames == 5 && file.source?.remarks.count == 1)
    #expect(try #require(file.source?.remarks.first).contains("5 frames; [t=0]"))
    #expect(try ImageFile.read(folder("a.nrrd[0]")).source?.remarks == [])
  }

  @Test func theErrorSaysWhichPartsThereAre() throws {
    write(series: "a.nrrd")
    let beyond = try #require(reason("a.nrrd[5]"))
    #expect("\(beyond)".contains("5 volumes") && "\(beyond)".contains("[4]"))
    #expect("\(try #require(reason("a.nrrd[t=5]")))".contains("from [t=0] to [t=4]"))
    #expect("\(try #require(reason("a.nrrd[z=2]")))".contains("from [z=0] to [z=1]"))
    #expect("\(try #require(reason("a.nrrd[c=1]")))".contains("one channel"))
    #expect("\(try #require(reason("a.nrrd[level=1]")))".contains("one level"))
    write(series: "c.nrrd", axes: "2 3 10")
    #expect(try ImageFile.read(folder("c.nrrd[0]")).size == [2, 3, 10])
    #expect("\(try #require(reason("c.nrrd[1]")))".contains("one volume"))
    #expect(reason("nowhere.nrrd[0]") == .missing && reason("nowhere.nrrd[x]") == .missing)
    for wrong in ["x", "-1", "q=1", "c=", "c=1,c=2", "2,t=1", "1 2", ""] {
      #expect("\(try #require(reason("a.nrrd[\(wrong)]")))".contains("names no part"), "\(wrong)")
    }
  }

  @Test func aSliceIsAPicture() throws {
    write(series: "a.nrrd")
    let slice = try ImageFile.read(folder("a.nrrd[t=3,z=1]"))
    #expect(slice.planes[0].samples == (42..<48).map(Float.init))
  }

  @Test func aChannelIsAnImage() throws {
    let colours = try (0..<3).map { channel in
      try Image(width: 2, height: 2, samples: [0, 1, 2, 3].map { $0 + 10 * Float(channel) })
    }
    try ImageFile(colours, sampleType: .uint8).write(to: folder("a.png"))
    let channel = try ImageFile.read(folder("a.png[c=2]"))
    #expect(channel.planes.map(\.samples) == [colours[2].samples] && channel.source?.channels == 3)
    #expect(!channel.layout.isColor && channel.layout.alpha == nil)
  }

  @Test func aFileOfThatVeryNameIsMeant() throws {
    write(series: "a.nrrd")
    write(series: "a.nrrd[1]", axes: "6 10")
    #expect(try ImageFile.read(folder("a.nrrd[1]")).rank == 2)
    #expect(ImageName(folder("a.nrrd[2]")) != ImageName(folder("a.nrrd")))
    #expect(ImageName("[3]").part == ImagePart() && ImageName("x[3]").part.index == 3 && ImageName("x[3]").file == "x")
    let part = ImageName("x[t=2, c=0,level=1]").part
    #expect(part.time == 2 && part.channel == 0 && part.level == 1 && part.slice == nil && part.index == nil)
  }
}
