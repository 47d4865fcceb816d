import Testing
import Vernier
import VernierFiles

@Suite(.enabled(if: filesPluginAvailable, pluginNeeded))
struct DICOMTests {
  let folder = TemporaryFolder()

  /// One MR slice in explicit little-endian transfer syntax (DICOM PS3.5), 16 bits a sample.
  func slice(
    _ samples: [Int16], width: Int, height: Int, number: Int, position: [Double], series: String = "1.2.3.4",
    slope: Double = 1, intercept: Double = 0
  ) -> [UInt8] {
    func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
      withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
    func element(_ group: UInt16, _ number: UInt16, _ type: String, _ value: [UInt8]) -> [UInt8] {
      let padded = value + (value.count % 2 == 0 ? [] : [type == "UI" || type == "OB" ? 0 : 0x20])
      let isLong = type == "OB" || type == "OW"
      let length = isLong ? [0, 0] + little(UInt32(padded.count)) : little(UInt16(padded.count))
      return little(group) + little(number) + Array(type.utf8) + length + padded
    }
    func text(_ group: UInt16, _ number: UInt16, _ type: String, _ value: String) -> [UInt8] {
      element(group, number, type, Array(value.utf8))
    }
    let instance = "\(series).\(number + 1)"
    let storage = "1.2.840.10008.5.1.4.1.1.4"
    let meta =
      element(2, 1, "OB", [0, 1]) + text(2, 2, "UI", storage) + text(2, 3, "UI", instance)
      + text(2, 0x10, "UI", "1.2.840.10008.1.2.1") + text(2, 0x12, "UI", "1.2.3")
    let place = position.map { "\($0)" }.joined(separator: "\\")
    let dataSet: [[UInt8]] = [
      text(8, 0x16, "UI", storage), text(8, 0x18, "UI", instance), text(8, 0x60, "CS", "MR"),
      text(0x18, 0x50, "DS", "2.5"), text(0x20, 0xd, "UI", "1.2.3.9"), text(0x20, 0xe, "UI", series),
      text(0x20, 0x13, "IS", "\(number)"), text(0x20, 0x32, "DS", place),
      text(0x20, 0x37, "DS", "0.6\\0.8\\0\\-0.8\\0.6\\0"), element(0x28, 2, "US", little(UInt16(1))),
      text(0x28, 4, "CS", "MONOCHROME2"), element(0x28, 0x10, "US", little(UInt16(height))),
      element(0x28, 0x11, "US", little(UInt16(width))), text(0x28, 0x30, "DS", "1.5\\0.5"),
      element(0x28, 0x100, "US", little(UInt16(16))), element(0x28, 0x101, "US", little(UInt16(16))),
      element(0x28, 0x102, "US", little(UInt16(15))), element(0x28, 0x103, "US", little(UInt16(1))),
      text(0x28, 0x1052, "DS", "\(intercept)"), text(0x28, 0x1053, "DS", "\(slope)"),
      element(0x7fe0, 0x10, "OW", samples.flatMap { little($0) }),
    ]
    return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
      + element(2, 0, "UL", little(UInt32(meta.count))) + meta + dataSet.flatMap { $0 }
  }

  /// Slices of 4 × 3 samples, 2.5 mm apart along z, named against their order in space.
  func writeSeries(count: Int = 5, series: String = "1.2.3.4", leavingOut: Int? = nil) {
    for z in 0..<count where z != leavingOut {
      let samples = (0..<12).map { Int16($0 + 100 * z) }
      let file = slice(
        samples, width: 4, height: 3, number: z, position: [10, -20, 5 + 2.5 * Double(z)], series: series, slope: 2,
        intercept: -10)
      write(file, to: folder("\(series)-\(90 - z).dcm"))
    }
  }

  func reason(_ path: String) -> FileError.Reason? {
    do throws(FileError) {
      _ = try ImageFile.read(path)
      return nil
    } catch {
      return error.reason
    }
  }

  @Test func single() throws {
    write(
      slice([1, 2, 3, 4, 5, -6], width: 3, height: 2, number: 1, position: [10, -20, 5], slope: 3, intercept: -1),
      to: folder("a.dcm"))
    let file = try ImageFile.read(folder("a.dcm"))
    #expect(file.format == .dicom)
    #expect(file.planes.first?.samples == [2, 5, 8, 11, 14, -19])
    let grid = try #require(file.planes.first).grid
    // The pixel spacing in the file is row distance first.
    #expect(grid.size == [3, 2] && grid.spacing == [0.5, 1.5] && grid.origin == [10, -20])
    #expect((grid.point(atIndex: [1, 0]) - Vector([10.3, -19.6])).length < 1e-12)
  }

  @Test func series() throws {
    writeSeries()
    let file = try ImageFile.read(folder.path)
    let volume = try #require(file.volume.first)
    #expect(volume.size == [4, 3, 5] && volume.grid.spacing == [0.5, 1.5, 2.5])
    #expect(volume.grid.origin == [10, -20, 5])
    #expect((volume.grid.point(atIndex: [0, 0, 4]) - Vector([10, -20, 15])).length < 1e-12)
    let expected = (0..<60).map { (place: Int) -> Float in
      let stored: Int = place % 12 + 100 * (place / 12)
      return Float(2 * stored - 10)
    }
    #expect(volume.samples == expected)
  }

  @Test func severalSeriesAreListed() {
    writeSeries(count: 3)
    writeSeries(count: 2, series: "1.2.3.5")
    guard case .severalSeries(let list) = reason(folder.path) else {
      Issue.record("two series were read as one")
      return
    }
    #expect(list.contains("1.2.3.4 (3 files)") && list.contains("1.2.3.5 (2 files)"))
  }

  @Test func missingSliceIsNoticed() {
    writeSeries(count: 6, leavingOut: 3)
    guard case .unsupported(let detail) = reason(folder.path) else {
      Issue.record("a gap was read as if it were none")
      return
    }
    #expect(detail.contains("1.2.3.4-88.dcm and 1.2.3.4-86.dcm are 5 mm apart") && detail.contains("missing"))
  }

  @Test func twoSlicesOfOnePlaceAreNamed() {
    writeSeries(count: 4)
    let twin = slice([Int16](repeating: 0, count: 12), width: 4, height: 3, number: 9, position: [10, -20, 7.5])
    write(twin, to: folder("twin.dcm"))
    guard case .unsupported(let detail) = reason(folder.path) else {
      Issue.record("two slices of one place were read")
      return
    }
    #expect(detail.contains("1.2.3.4-89.dcm and twin.dcm share a position"))
    write(bytes(of: folder("1.2.3.4-89.dcm")), to: folder("twin.dcm"))
    #expect(reason(folder.path).map { "\($0)".contains("the same instance") } == true)
  }

  @Test func slicesOfAnotherKindAreNamed() {
    writeSeries(count: 3)
    let wide = slice([Int16](repeating: 0, count: 15), width: 5, height: 3, number: 9, position: [10, -20, 12.5])
    write(wide, to: folder("wide.dcm"))
    #expect(reason(folder.path).map { "\($0)".contains("wide.dcm has another size") } == true)
  }

  /// Files without the 128 bytes and the mark before them, alone and in a folder.
  @Test func withoutPreamble() throws {
    writeSeries(count: 3)
    for name in folder.names {
      let whole = bytes(of: folder(name))
      // From the group of the data set on, whose types stand beside the tags.
      let start = try #require((132..<whole.count).first { Array(whole[$0..<$0 + 4]) == [8, 0, 0x16, 0] })
      write(whole[start...], to: folder(name))
    }
    let volume = try #require(try ImageFile.read(folder.path).volume.first)
    #expect(volume.size == [4, 3, 3] && volume.grid.origin == [10, -20, 5] && volume.samples[1] == -8)
    #expect(try ImageFile.read(folder("1.2.3.4-90.dcm")).planes[0].samples[1] == -8)
  }

  @Test(arguments: [0.3, 0.9, 0.99])
  func endsTooEarly(_ share: Double) {
    let whole = slice(
      [Int16](repeating: 7, count: 4096), width: 64, height: 64, number: 1, position: [0, 0, 0])
    write(whole.prefix(Int(Double(whole.count) * share)), to: folder("a.dcm"))
    guard case .truncated = reason(folder("a.dcm")) else {
      Issue.record("\(String(describing: reason(folder("a.dcm"))))")
      return
    }
  }
}
