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

  @Test func theErrorSaysWhichIndicesThereAre() throws {
    write(series: "a.nrrd")
    let whole = try #require(reason("a.nrrd"))
    #expect(whole == .extraAxis(size: [2, 3, 2, 5]) && "\(whole)".contains("from [0] to [4]"))
    let beyond = try #require(reason("a.nrrd[5]"))
    #expect("\(beyond)".contains("5 volumes") && "\(beyond)".contains("[4]"))
    write(series: "c.nrrd", axes: "2 3 10")
    #expect("\(try #require(reason("c.nrrd[0]")))".contains("one volume"))
    #expect(reason("nowhere.nrrd[0]") == .missing)
    #expect(reason("a.nrrd[x]") == .missing && reason("a.nrrd[-1]") == .missing)
  }

  @Test func aFileOfThatVeryNameIsMeant() throws {
    write(series: "a.nrrd")
    write(series: "a.nrrd[1]", axes: "6 10")
    #expect(try ImageFile.read(folder("a.nrrd[1]")).rank == 2)
    #expect(ImageName(folder("a.nrrd[2]")) != ImageName(folder("a.nrrd")))
    #expect(ImageName("[3]").volume == nil && ImageName("x[3]").volume == 3 && ImageName("x[3]").file == "x")
  }
}
