import Testing
import Vernier
import VernierFiles

@Suite(.enabled(if: filesPluginAvailable, pluginNeeded))
struct NIfTITests {
  private let folder = TemporaryFolder()
  private let straight: [Double] = [2, 0, 0, -10, 0, 3, 0, -20, 0, 0, 4, 30]

  private func read(_ builder: NIfTIBuilder, _ part: String = "") throws -> ImageFile {
    write(builder.file, to: folder("a.nii"))
    return try ImageFile.read(folder("a.nii" + part))
  }

  private func reason(_ builder: NIfTIBuilder) -> String? {
    do throws(FileError) {
      write(builder.file, to: folder("a.nii"))
      _ = try ImageFile.read(folder("a.nii"))
      return nil
    } catch { return error.description }
  }

  private func grid(_ builder: NIfTIBuilder) throws -> Grid<3> { try #require(try read(builder).volume.first).grid }

  @Test(arguments: [(1, 1000.0, "m"), (2, 1, "mm"), (3, 0.001, "µm"), (0, 1, "mm")])
  func theUnitIsTheOriginsToo(_ units: Int, _ millimetres: Double, _ name: String) throws {
    for builder in [
      NIfTIBuilder(sform: straight, units: units), NIfTIBuilder(qform: [0, 0, 0, -10, -20, 30], units: units),
    ] {
      let file = try read(builder)
      let grid = try #require(file.volume.first).grid
      #expect((grid.spacing - Vector([2, 3, 4]) * millimetres).length < 1e-9 * millimetres)
      #expect((grid.origin - Vector([10, 20, 30]) * millimetres).length < 1e-9 * millimetres)
      #expect(grid.direction == Matrix(rowMajor: [-1, 0, 0, 0, -1, 0, 0, 0, 1]))
      #expect(file.source?.unit == name)
    }
  }

  @Test(arguments: [false, true], [false, true]) func ofBothKindsAndByteOrders(_ isNew: Bool, _ isBig: Bool) throws {
    let samples = (0..<12).flatMap { index -> [UInt8] in
      let number = Int16(100 * index - 500)
      return withUnsafeBytes(of: isBig ? number.bigEndian : number.littleEndian) { Array($0) }
    }
    let file = try read(
      NIfTIBuilder(sform: straight, datatype: 4, isBigEndian: isBig, isNew: isNew, extensions: 16, samples: samples))
    #expect(file.volume[0].samples == (0..<12).map { Float(100 * $0 - 500) })
    #expect(file.sampleType == .int16 && file.volume[0].grid.origin == [10, 20, 30])
  }

  @Test func theSformComesFirstAndTheQformIsTold() throws {
    let turned = 0.5.squareRoot()
    let builder = NIfTIBuilder(sform: straight, qform: [0, 0, turned, 5, 5, 5])
    let file = try read(builder)
    #expect(file.volume[0].grid.origin == [10, 20, 30])
    #expect(try #require(file.source?.remarks.first).contains("sform and qform disagree"))
    let alike = NIfTIBuilder(sform: straight, qform: [0, 0, 0, -10, -20, 30])
    #expect(try read(alike).source?.remarks == [])
  }

  @Test func shearsAndRoundedRotationsAreHonoured() throws {
    let sheared: [Double] = [2, 0.5, 0, 1, 0, 3, 0, 2, 0, 0, 4, 3]
    let grid = try grid(NIfTIBuilder(sform: sheared))
    #expect((grid.point(atIndex: [1, 1, 1]) - Vector([-3.5, -5, 7])).length < 1e-6)
    let rounded: [Double] = [1.732, -1.5, 0, 1, 1, 2.598, 0, 2, 0, 0, 4, 3]
    let turned = try self.grid(NIfTIBuilder(sform: rounded))
    #expect((turned.point(atIndex: [1, 1, 0]) - Vector([-1.232, -5.598, 3])).length < 1e-6)
  }

  @Test func theThirdAxisOfAQformMayBeTurnedRound() throws {
    let grid = try grid(NIfTIBuilder(qform: [0, 0, 0, 0, 0, 0, -1]))
    #expect(grid.step(along: 2) == [0, 0, -4])
  }

  @Test func withoutFormsTheSpacingIsLeft() throws {
    let file = try read(NIfTIBuilder())
    #expect(file.volume[0].grid == (try Grid<3>(size: [3, 2, 2], spacing: [2, 3, 4])))
    #expect(try #require(file.source?.remarks.first).contains("no place in space"))
  }

  @Test func theSlopeIsAppliedUnlessItIsNone() throws {
    #expect(try read(NIfTIBuilder(slope: -2, intercept: 5)).volume[0].samples == (0..<12).map { Float(5 - 2 * $0) })
    for none in [0, Double.nan, .infinity] {
      #expect(try read(NIfTIBuilder(slope: none, intercept: 5)).volume[0].samples == (0..<12).map(Float.init))
    }
    #expect(try #require(reason(NIfTIBuilder(slope: 2, intercept: .nan))).contains("scl_inter"))
  }

  @Test func coloursAndVectors() throws {
    let colours = try read(NIfTIBuilder(datatype: 128, samples: Array(0..<36)))
    #expect(colours.volume.map { $0.samples[1] } == [3, 4, 5] && colours.layout.isColor)
    let vectors = try read(NIfTIBuilder(size: [3, 2, 1, 1, 2]))
    #expect(vectors.planes.map { $0.samples[1] } == [1, 7] && !vectors.layout.isColor)
    let both = try read(NIfTIBuilder(size: [3, 1, 2, 2, 2], samples: Array(0..<24)), "[t=1,c=1]")
    #expect(both.volume.map(\.samples) == [(18..<24).map(Float.init)] && both.source?.frames == 2)
  }

  @Test func whatIsNotReadIsNamed() throws {
    let names = [1: "bits", 32: "complex", 1536: "128-bit", 77: "77"]
    for (datatype, name) in names { #expect(try #require(reason(NIfTIBuilder(datatype: datatype))).contains(name)) }
    let zeros = [Double](repeating: 0, count: 12)
    #expect(try #require(reason(NIfTIBuilder(sform: zeros))).contains("singular"))
    #expect(try read(NIfTIBuilder(sform: zeros, qform: [0, 0, 0, 1, 2, 3])).source?.remarks.count == 1)
    #expect(try #require(reason(NIfTIBuilder(size: []))).contains("0 axes"))
  }

  @Test func theOutputHasTheFormsOfTheFixedImage() throws {
    let turned = 0.5.squareRoot()
    var fixed = NIfTIBuilder(
      sform: straight, sformCode: 2, qform: [0, 0, turned, 5, 6, 7], qformCode: 1, units: 3 | 8)
    fixed.spacing = [2.5, 3, 4]
    write(fixed.file, to: folder("fixed.nii"))
    let like = try ImageFile.read(folder("fixed.nii"))
    try like.write(to: folder("out.nii"))
    let (before, after) = (fixed.file, bytes(of: folder("out.nii")))
    // The codes, the quaternion, the offsets and the rows; the sign and the spacing; the unit of length.
    #expect(after[252..<328] == before[252..<328] && after[76..<92] == before[76..<92] && after[123] == 3)
    // Another grid cannot have them, and keeps code and unit.
    let other = try Image(grid: Grid<3>(size: [3, 2, 2], origin: [1, 2, 3]), samples: like.volume[0].samples)
    try ImageFile([other], sampleType: .uint8).placed(like: like).write(to: folder("other.nii"))
    let placed = try ImageFile.read(folder("other.nii"))
    #expect((placed.volume[0].grid.origin - Vector([1, 2, 3])).length < 1e-5 && placed.source?.unit == "µm")
    #expect(bytes(of: folder("other.nii"))[254] == 2)
  }

  @Test func aShearIsWrittenAndReadBack() throws {
    write(NIfTIBuilder(sform: [2, 0.5, 0, 1, 0, 3, 0.25, 2, 0, 0, 4, 3]).file, to: folder("a.nii"))
    let volume = try ImageFile.read(folder("a.nii")).volume[0]
    for name in ["b.nii.gz", "b.nrrd", "b.mha"] {
      try ImageFile([volume], sampleType: .uint8).write(to: folder(name))
      let back = try ImageFile.read(folder(name)).volume[0]
      for (here, there) in zip(back.grid.corners, volume.grid.corners) { #expect((here - there).length < 1e-5) }
    }
  }

  @Test func aPairIsReadByEitherName() throws {
    var header = Array(NIfTIBuilder(sform: straight).file.prefix(348))
    header.replaceSubrange(344..<348, with: Array("ni1\0".utf8))
    header.replaceSubrange(108..<112, with: [0, 0, 0, 0])
    write(header, to: folder("p.hdr"))
    #expect(throws: FileError.self) { try ImageFile.read(folder("p.hdr")) }
    write(Array(0..<12), to: folder("p.img"))
    for name in ["p.hdr", "p.img"] {
      #expect(try ImageFile.read(folder(name)).volume[0].samples == (0..<12).map(Float.init))
    }
  }

  @Test func analyzeLiesByItsFieldsOrByTheFileBesideIt() throws {
    let builder = NIfTIBuilder()
    write(Array(0..<12), to: folder("a.img"))
    func read() throws -> (grid: Grid<3>, remark: String) {
      let file = try ImageFile.read(folder("a.hdr"))
      return (try #require(file.volume.first).grid, file.source?.remarks.first ?? "")
    }
    write(builder.analyze(), to: folder("a.hdr"))
    let (middle, told) = try read()
    #expect(told.contains("about the middle") && middle.center.length < 1e-6)
    #expect(middle.step(along: 0) == [2, 0, 0] && middle.step(along: 1) == [0, -3, 0])
    write(builder.analyze(origin: [2, 1, 1]), to: folder("a.hdr"))
    let (placed, origin) = try read()
    #expect(origin.contains("SPM's origin") && placed.point(atIndex: [1, 0, 0]).length < 1e-6)
    write(matlab("mat", [[2, 0, 0, 8], [0, 3, 0, 17], [0, 0, 4, 26], [0, 0, 0, 1]]), to: folder("a.mat"))
    let (moved, beside) = try read()
    #expect(beside.contains("a.mat") && (moved.origin - Vector([-10, -20, 30])).length < 1e-9)
    write(matlab("M", [[2, 0, 0, 8], [0, 3, 0, 17], [0, 0, 4, 26], [0, 0, 0, 1]]), to: folder("a.mat"))
    #expect((try read().grid.origin - Vector([10, -20, 30])).length < 1e-9)
  }
}
