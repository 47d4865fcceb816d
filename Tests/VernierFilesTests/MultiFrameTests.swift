import Testing
import Vernier
import VernierFiles

/// Several frames in one DICOM file: the same rule as for the files of a folder.
@Suite(.enabled(if: filesPluginAvailable, pluginNeeded))
struct MultiFrameTests {
  private let folder = TemporaryFolder()

  /// Frames at these places; the samples tell which one it is.
  private func frames(_ places: [Double]) -> [DICOMBuilder.Frame] {
    places.map { z in .init(samples: (0..<6).map { UInt16(10 * z + 100) + $0 }, z: z) }
  }

  private func read(_ builder: DICOMBuilder, _ part: String = "") throws -> ImageFile {
    write(builder.file, to: folder("a.dcm"))
    return try ImageFile.read(folder("a.dcm" + part))
  }

  private func reason(_ builder: DICOMBuilder) -> String {
    do throws(FileError) {
      write(builder.file, to: folder("a.dcm"))
      _ = try ImageFile.read(folder("a.dcm"))
      return ""
    } catch { return error.description }
  }

  private func firsts(_ file: ImageFile) -> [Float] {
    let volume = file.volume[0]
    return (0..<volume.size[2]).map { volume.samples[6 * $0] }
  }

  @Test(arguments: [[-4.0, 0, 4, 8], [8, 4, 0, -4], [4, -4, 8, 0]])
  func framesComeInTheOrderOfTheirPlaces(_ places: [Double]) throws {
    let file = try read(DICOMBuilder(frames: frames(places)))
    #expect(firsts(file) == [60, 100, 140, 180])
    let grid = file.volume[0].grid
    #expect(grid.spacing == [2, 3, 4] && grid.origin == [1, 2, -4] && grid.direction == .identity)
    #expect(file.source?.unit == "mm" && file.source?.remarks == [])
  }

  @Test func roundedPlacesAreEven() throws {
    let file = try read(DICOMBuilder(frames: frames([0, 4.001, 7.998, 12.003])))
    #expect(abs(file.volume[0].grid.spacing[2] - 4.001) < 1e-9 && file.source?.remarks == [])
    let told = try read(DICOMBuilder(frames: frames([0, 4.2, 8, 12])))
    #expect(try #require(told.source?.remarks.first).contains("off even distances"))
  }

  @Test func whatIsMissingOrDoubledIsNamed() {
    #expect(reason(DICOMBuilder(frames: frames([0, 4, 12, 16]))).contains("frame 2 and frame 3 are 8 mm apart"))
    #expect(reason(DICOMBuilder(frames: frames([0, 4, 12, 16]))).contains("missing"))
    #expect(reason(DICOMBuilder(frames: frames([0, 4, 8, 4, 12]))).contains("frame 2 and frame 4 share a position"))
    #expect(reason(DICOMBuilder(frames: frames([0, 4, 6, 12]))).contains("apart"))
    var unplaced = frames([0, 4, 8])
    unplaced[1].z = nil
    #expect(reason(DICOMBuilder(frames: unplaced)).contains("frame 2 tells no position"))
  }

  @Test func eachFrameHasItsOwnRescaling() throws {
    var several = frames([0, 4, 8])
    for index in several.indices { several[index].scaling = (Double(index + 1) / 2, -10) }
    let file = try read(DICOMBuilder(frames: several))
    #expect(firsts(file) == [40, 130, 260] && file.sampleType == .float32)
    for index in several.indices { several[index].scaling = (2, -1024) }
    #expect(try read(DICOMBuilder(frames: several)).sampleType == .int16)
  }

  @Test func timesAreFrames() throws {
    var several: [DICOMBuilder.Frame] = []
    for (time, z) in [(2, 4.0), (1, 0), (1, 4), (2, 0)] {
      let sample = UInt16(100 * time) + UInt16(z)
      several.append(.init(samples: [UInt16](repeating: sample, count: 6), z: z, time: time))
    }
    let builder = DICOMBuilder(frames: several)
    #expect(firsts(try read(builder)) == [100, 104])
    #expect(firsts(try read(builder, "[1]")) == [200, 204])
    #expect(firsts(try read(builder, "[t=1]")) == [200, 204])
    #expect(try read(builder).source?.frames == 2)
    #expect(reason(DICOMBuilder(frames: several.dropLast())).contains("frame 1 and frame 3 share a position"))
    for index in several.indices { several[index].time = 1 }
    #expect(reason(DICOMBuilder(frames: several)).contains("nothing that is known tells them apart"))
  }

  @Test func withoutPlacesFramesFollowOneAnother() throws {
    let several = [DICOMBuilder.Frame(), .init(samples: [9, 9, 9, 9, 9, 9]), .init()]
    let spacing = DICOMBuilder.text(0x18, 0x88, "DS", "2.5")
    let size = DICOMBuilder.text(0x28, 0x30, "DS", "0.5\\0.5")
    let stack = try read(DICOMBuilder(frames: several, others: spacing + size))
    #expect(stack.volume[0].size == [3, 2, 3] && stack.volume[0].grid.spacing == [0.5, 0.5, 2.5])
    // Without a size of its pixels it is one of pixels.
    let pixels = try read(DICOMBuilder(frames: several, others: spacing))
    #expect(pixels.volume[0].grid.spacing == [1, 1, 1] && pixels.source?.unit == nil)
    // A cine's frames are told to follow one another in time.
    let pointer = DICOMBuilder.element(0x28, 9, "AT", [0x18, 0, 0x63, 0x10])
    var cine = DICOMBuilder(frames: several)
    cine.others = pointer
    let file = try read(cine, "[t=1]")
    #expect(file.planes[0].samples == [9, 9, 9, 9, 9, 9] && file.source?.frames == 3)
  }

  @Test func twelveSignedBitsBesideOverlays() throws {
    // Bits above the stored ones are an overlay's, and count for nothing.
    let numbers: [UInt16] = [0xf000, 0x1fff, 0x0800, 0x57ff, 0xf001, 0x0ffe]
    let builder = DICOMBuilder(frames: [.init(samples: numbers)], bits: (16, 12, 11), isSigned: true)
    #expect(try read(builder).planes[0].samples == [0, -1, -2048, 2047, 1, -2])
    var unsigned = builder
    unsigned.isSigned = false
    #expect(try read(unsigned).planes[0].samples == [0, 4095, 2048, 2047, 1, 4094])
    unsigned.bits = (16, 12, 15)
    #expect(try read(unsigned).planes[0].samples == [0xf00, 0x1ff, 0x080, 0x57f, 0xf00, 0x0ff])
  }

  @Test func lowSamplesMayBeBright() throws {
    let file = try read(DICOMBuilder(frames: [.init()], photometry: "MONOCHROME1"))
    #expect(file.planes[0].samples == [0, 1, 2, 3, 4, 5])
    #expect(try #require(file.source?.remarks.first).contains("MONOCHROME1"))
  }

  /// PS3.5, annex G: the high bytes of all samples, then the low ones.
  @Test func runLengths() throws {
    let offsets = [2, 64, 66].flatMap { DICOMBuilder.little(UInt32($0)) } + [UInt8](repeating: 0, count: 52)
    let frame = offsets + [0xfb, 1] + [5, 0, 1, 2, 3, 4, 5]
    let run = DICOMBuilder(frames: [.init()], compressed: ("1.2.840.10008.1.2.5", [frame]))
    #expect(try read(run).planes[0].samples == [256, 257, 258, 259, 260, 261])
    let cut = DICOMBuilder(frames: [.init()], compressed: ("1.2.840.10008.1.2.5", [frame.dropLast(3)]))
    #expect(reason(cut).contains("ends early"))
    let two = DICOMBuilder(frames: [.init(), .init()], compressed: ("1.2.840.10008.1.2.5", [frame]))
    #expect(reason(two).contains("2 frames, and 1 are there"))
    let film = DICOMBuilder(frames: [.init()], compressed: ("1.2.840.10008.1.2.4.102", [[0, 0]]))
    #expect(reason(film).contains("MPEG"))
  }

  @Test func whatIsNoImageIsSaid() {
    var report = DICOMBuilder(frames: [.init()]).file
    let rows = report.indices.first { Array(report[$0..<min($0 + 4, report.count)]) == [0x28, 0, 0x10, 0] }!
    report.removeSubrange(rows...)
    write(report, to: folder("a.dcm"))
    do throws(FileError) {
      _ = try ImageFile.read(folder("a.dcm"))
      Issue.record("a file without an image was read")
    } catch { #expect(error.description.contains("without an image")) }
    #expect(reason(DICOMBuilder(frames: [.init()], bits: (16, 17, 16))).contains("bits"))
    #expect(reason(DICOMBuilder(frames: [.init(z: 0)], orientation: "0\\0\\0\\0\\1\\0")).contains("orientation"))
  }
}
