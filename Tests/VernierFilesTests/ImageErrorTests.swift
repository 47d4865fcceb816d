import Glibc
import Testing
import Vernier
import VernierFiles

@Suite(.enabled(if: filesPluginAvailable, pluginNeeded))
struct ImageErrorTests {
  let folder = TemporaryFolder()

  func reason(_ path: String) -> FileError.Reason? {
    do throws(FileError) {
      _ = try ImageFile.read(path)
      return nil
    } catch {
      #expect(error.path == path)
      #expect(!error.description.contains("\n"))
      return error.reason
    }
  }

  func isTruncated(_ path: String) -> Bool {
    switch reason(path) {
    case .truncated, .damaged, .notAnImage: true
    default: false
    }
  }

  static let names = [
    "a.png", "a.jpg", "a.tif", "a.bmp", "a.nii", "a.nii.gz", "a.nrrd", "a.mha", "v.tif", "v.nii", "v.nii.gz", "v.mha",
    "v.nrrd",
  ]

  @Test(arguments: names)
  func endsTooEarly(_ name: String) throws {
    let path = folder(name)
    let values = samples(.uint8, count: 40 * 30 * 3)
    if name.hasPrefix("a") {
      try ImageFile([Image(width: 60, height: 60, samples: values)], sampleType: .uint8).write(to: path)
    } else {
      try ImageFile([Image(grid: Grid<3>(size: [40, 30, 3]), samples: values)], sampleType: .uint8).write(to: path)
    }
    let whole = bytes(of: path)
    #expect(reason(path) == nil)
    for share in [0.02, 0.1, 0.3, 0.5, 0.8, 0.95] {
      write(whole.prefix(Int(Double(whole.count) * share)), to: path)
      #expect(isTruncated(path), "\(share)")
    }
  }

  @Test(arguments: ["a.nii.gz", "a.mha", "a.nrrd"])
  func compressedSamplesAreDamaged(_ name: String) throws {
    let path = folder(name)
    try ImageFile([Image(width: 60, height: 60, samples: samples(.uint8, count: 3600))], sampleType: .uint8)
      .write(to: path)
    var damaged = bytes(of: path)
    for index in damaged.count * 2 / 3..<damaged.count * 2 / 3 + 20 { damaged[index] ^= 0x5a }
    write(damaged, to: path)
    #expect(isTruncated(path))
  }

  @Test func samplesBesideTheHeaderAreTooFew() throws {
    let header = """
      ObjectType = Image
      NDims = 2
      DimSize = 4 3
      ElementType = MET_SHORT
      ElementDataFile = a.raw

      """
    write(header.utf8, to: folder("a.mhd"))
    write([UInt8](repeating: 1, count: 24), to: folder("a.raw"))
    #expect(try ImageFile.read(folder("a.mhd")).planes[0].samples == [Float](repeating: 257, count: 12))
    write([UInt8](repeating: 1, count: 23), to: folder("a.raw"))
    #expect(isTruncated(folder("a.mhd")))
    unlink(folder("a.raw"))
    #expect(reason(folder("a.mhd")) != nil)
  }

  @Test func missing() { #expect(reason(folder("no.png")) == .missing) }

  @Test func empty() {
    write([], to: folder("a.png"))
    #expect(reason(folder("a.png")) == .unsupported("it is empty (0 bytes); copy or download it again"))
  }

  @Test func textIsNotAnImage() {
    write("hello, this is text and not a picture\n".utf8, to: folder("a.png"))
    #expect(reason(folder("a.png")) == .notAnImage)
  }

  @Test func formatIsToldByContent() throws {
    try ImageFile([Image(width: 2, height: 2, samples: [1, 2, 3, 4])], sampleType: .uint8).write(to: folder("a.png"))
    rename(folder("a.png"), folder("a.jpg"))
    #expect(try ImageFile.read(folder("a.jpg")).format == .png)
  }

  @Test func permissionIsMissing() throws {
    try #require(getuid() != 0 || access("/proc/1/mem", R_OK) == 0)
    write([1], to: folder("a.png"))
    chmod(folder("a.png"), 0)
    if getuid() != 0 { #expect(reason(folder("a.png")) == .unreadable("Permission denied")) }
  }

  @Test func emptyFolder() { #expect(reason(folder.path) == .noSeries) }

  /// A NIfTI-1 header (nifti1.h) with 8-bit samples.
  func nifti(size: [Int16], spacing: [Float], sampleCount: Int) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 352)
    func store<Value>(_ value: Value, at offset: Int) {
      withUnsafeBytes(of: value) { header.replaceSubrange(offset..<offset + $0.count, with: $0) }
    }
    store(Int32(348), at: 0)
    store(Int16(size.count), at: 40)
    for (axis, length) in size.enumerated() { store(length, at: 42 + 2 * axis) }
    store(Int16(2), at: 70)
    store(Int16(8), at: 72)
    for (axis, length) in spacing.enumerated() { store(length, at: 80 + 4 * axis) }
    store(Float(352), at: 108)
    header.replaceSubrange(344..<348, with: Array("n+1\0".utf8))
    return header + [UInt8](repeating: 3, count: sampleCount)
  }

  @Test func fourthAxisOfOne() throws {
    write(nifti(size: [4, 3, 2, 1], spacing: [1, 1, 1, 1], sampleCount: 24), to: folder("a.nii"))
    #expect(try ImageFile.read(folder("a.nii")).size == [4, 3, 2])
  }

  @Test func zeroSpacing() {
    write(nifti(size: [4, 3, 2], spacing: [1, 0, 1], sampleCount: 24), to: folder("a.nii"))
    guard case .unusableSpacing = reason(folder("a.nii")) else {
      Issue.record("zero spacing was accepted")
      return
    }
  }

  @Test func orientationIsNotFinite() {
    var file = nifti(size: [4, 3, 2], spacing: [1, 1, 1], sampleCount: 24)
    file[254] = 1
    file.replaceSubrange(280..<284, with: withUnsafeBytes(of: Float.nan) { Array($0) })
    write(file, to: folder("a.nii"))
    guard case .unsupported(let detail) = reason(folder("a.nii")) else {
      Issue.record("NaN in the orientation was accepted")
      return
    }
    #expect(detail.contains("orientation"))
  }

  @Test func emptyAxis() {
    write(nifti(size: [4, 0, 2], spacing: [1, 1, 1], sampleCount: 0), to: folder("a.nii"))
    #expect(reason(folder("a.nii")) == .emptySize)
  }

  @Test func hugeSizeIsNotAllocated() {
    write(nifti(size: [32767, 32767, 32767], spacing: [1, 1, 1], sampleCount: 10), to: folder("a.nii"))
    #expect(isTruncated(folder("a.nii")))
  }
}
