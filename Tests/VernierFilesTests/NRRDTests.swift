import Testing
import Vernier
import VernierFiles

@Suite(.enabled(if: filesPluginAvailable, pluginNeeded))
struct NRRDTests {
  private let folder = TemporaryFolder()

  private func nrrd(_ fields: String, sizes: String = "2 3 2", encoding: String = "raw", _ data: [UInt8]) -> [UInt8] {
    let count = sizes.split(separator: " ").count
    let shape = "type: uint8\ndimension: \(count)\nsizes: \(sizes)\n"
    return Array("NRRD0005\n# made by a test\n\(shape)\(fields)encoding: \(encoding)\n\n".utf8) + data
  }

  private func read(_ bytes: [UInt8], _ part: String = "") throws -> ImageFile {
    write(bytes, to: folder("a.nrrd"))
    return try ImageFile.read(folder("a.nrrd" + part))
  }

  private func reason(_ bytes: [UInt8]) -> String {
    do throws(FileError) {
      write(bytes, to: folder("a.nrrd"))
      _ = try ImageFile.read(folder("a.nrrd"))
      return ""
    } catch { return error.description }
  }

  @Test(arguments: [
    ("left-posterior-superior", [1.0, 1, 1]), ("right-anterior-superior", [-1, -1, 1]), ("RAS", [-1, -1, 1]),
    ("left-anterior-superior", [1, -1, 1]), ("LAS", [1, -1, 1]), ("scanner-xyz", [1, 1, 1]),
    ("3D-left-handed", [1, 1, 1]),
  ])
  func spacesBecomeLeftBackAndHead(_ space: String, _ signs: [Double]) throws {
    let directions = "space directions: (2,0,0) (0,1.8,2.4) (0,-3.2,2.4)\nspace origin: (1,2,3)\n"
    let grid = try read(nrrd("space: \(space)\n\(directions)", Array(0..<12))).volume[0].grid
    let steps: [Vector<3>] = [[2, 0, 0], [0, 1.8, 2.4], [0, -3.2, 2.4]]
    for axis in 0..<3 {
      #expect((grid.step(along: axis) - Vector { signs[$0] * steps[axis][$0] }).length < 1e-12)
    }
    #expect(grid.origin == Vector { signs[$0] * [1, 2, 3][$0] } && grid.spacing[2] == 4)
  }

  @Test func withTimeTheSpaceHasAFourthNumber() throws {
    let fields = """
      space: right-anterior-superior-time
      space directions: (1,0,0,0) (0,1,0,0) (0,0,1,0) (0,0,0,2.5)
      space origin: (1,2,3,0)

      """
    let file = try read(nrrd(fields, sizes: "2 3 2 2", Array(0..<24)), "[1]")
    #expect(file.volume[0].samples == (12..<24).map(Float.init) && file.volume[0].grid.origin == [-1, -2, 3])
  }

  @Test func listsAreFramesAndVectorsChannelsWhereverTheyStand() throws {
    let directions = ["(1,0,0)", "(0,1,0)", "(0,0,1)"]
    for place in [0, 2, 3] {
      for (kind, part) in [("list", "[1]"), ("vector", "[c=1]"), ("RGB-color", "[c=1]")] {
        var (sizes, steps, kinds) = (["2", "3", "2"], directions, ["domain", "space", "domain"])
        sizes.insert("3", at: place)
        steps.insert("none", at: place)
        kinds.insert(kind, at: place)
        let directions = "space: LPS\nspace directions: \(steps.joined(separator: " "))\n"
        let fields = directions + "kinds: \(kinds.joined(separator: " "))\n"
        let whole = (0..<36).map { UInt8($0) }
        let file = try read(nrrd(fields, sizes: sizes.joined(separator: " "), whole), part)
        let stride = [1, 2, 6, 12][place]
        let expected = (0..<36).filter { $0 / stride % 3 == 1 }.map(Float.init)
        #expect(file.volume.map(\.samples) == [expected], "\(kind) at \(place)")
        #expect(kind == "list" ? file.source?.frames == 3 : file.source?.channels == 3)
      }
    }
  }

  /// The same twelve numbers in each encoding; bzip2's were made by its own program.
  @Test func encodings() throws {
    let numbers = (0..<12).map { UInt8($0) }
    let text = numbers.map(String.init).joined(separator: " ")
    let digits = numbers.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
    let bzip2: [UInt8] = [
      0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, 0x52, 0x77, 0x6b, 0xa4, 0x00, 0x00, 0x00, 0x40, 0x00,
      0x7f, 0xf8, 0x20, 0x00, 0x22, 0x01, 0xa0, 0x68, 0x40, 0xd0, 0x34, 0x0b, 0x3c, 0x48, 0xab, 0xcd, 0xe3, 0xe2, 0xee,
      0x48, 0xa7, 0x0a, 0x12, 0x0a, 0x4e, 0xed, 0x74, 0x80,
    ]
    for (encoding, data) in [
      ("raw", numbers), ("ascii", Array(text.utf8)), ("text", Array(text.utf8)), ("hex", Array(digits.utf8)),
      ("bzip2", bzip2), ("bz2", bzip2),
    ] {
      #expect(try read(nrrd("", encoding: encoding, data)).volume[0].samples == (0..<12).map(Float.init), "\(encoding)")
    }
    try ImageFile([read(nrrd("", numbers)).volume[0]], sampleType: .uint8).write(to: folder("b.nrrd"))
    #expect(try ImageFile.read(folder("b.nrrd")).volume[0].samples == (0..<12).map(Float.init))
    #expect(reason(nrrd("", encoding: "zrl", numbers)).contains("zrl"))
    #expect(reason(nrrd("", encoding: "ascii", Array("1 2 300 4 5 6 7 8 9 10 11 12".utf8))).contains("300"))
    #expect(reason(nrrd("", encoding: "ascii", Array("1 2 3".utf8))).contains("after 3 numbers"))
  }

  @Test func dataInOtherFiles() throws {
    write(Array("skip this\n".utf8) + [9, 9] + Array(0..<6), to: folder("d1.raw"))
    write(Array("and this\n".utf8) + [9, 9] + Array(6..<12), to: folder("d2.raw"))
    let head = "NRRD0004\ntype: uchar\ndimension: 3\nsizes: 2 3 2\nencoding: raw\nline skip: 1\nbyte skip: 2\n"
    let lists = ["data file: LIST\nd1.raw\nd2.raw", "data file: d%d.raw 1 2 1\n", "data file: d%01d.raw 1 2 1 2\n"]
    for list in lists {
      write(Array((head + list).utf8), to: folder("a.nhdr"))
      #expect(try ImageFile.read(folder("a.nhdr")).volume[0].samples == (0..<12).map(Float.init))
    }
    let atEnd = "NRRD0004\ntype: uchar\ndimension: 2\nsizes: 3 2\nencoding: raw\nbyte skip: -1\ndata file: d2.raw\n"
    write(Array(atEnd.utf8), to: folder("b.nhdr"))
    #expect(try ImageFile.read(folder("b.nhdr")).planes[0].samples == (6..<12).map(Float.init))
    write(Array((head + "data file: none.raw\n").utf8), to: folder("c.nhdr"))
    do throws(FileError) {
      _ = try ImageFile.read(folder("c.nhdr"))
      Issue.record("data that are not there were read")
    } catch { #expect(error.description.contains("none.raw")) }
  }

  @Test func withoutASpaceThereAreSpacingsAndPlaces() throws {
    let fields = "spacings: 2 3 4\naxis mins: 1 1 1\ncenters: cell node cell\n"
    let grid = try read(nrrd(fields, Array(0..<12))).volume[0].grid
    #expect(grid.spacing == [2, 3, 4] && grid.origin == [2, 1, 3] && grid.direction == .identity)
    #expect(reason(nrrd("spacings: 2 0 4\n", Array(0..<12))).contains("spacing"))
  }

  @Test func lengthsInMicronsBecomeMillimetresAndAreWrittenInMicrons() throws {
    let fields = """
      space: right-anterior-superior
      space directions: (500,0,0) (0,500,0) (0,0,1000)
      space origin: (100,200,300)
      space units: "um" "um" "um"

      """
    let file = try read(nrrd(fields, Array(0..<12)))
    #expect(file.volume[0].grid.spacing == [0.5, 0.5, 1] && file.volume[0].grid.origin == [-0.1, -0.2, 0.3])
    #expect(file.source?.unit == "µm")
    try file.write(to: folder("b.nrrd"))
    let header = String(decoding: bytes(of: folder("b.nrrd")).prefix(400), as: UTF8.self)
    #expect(header.contains("space: right-anterior-superior\n") && header.contains("(500,0,0) (0,500,0) (0,0,1000)"))
    #expect(try ImageFile.read(folder("b.nrrd")).volume[0].grid.corners == file.volume[0].grid.corners)
  }

  @Test func whatIsNotReadIsNamed() {
    #expect(reason(nrrd("kinds: complex domain domain\n", Array(0..<12))).contains("complex"))
    let directions = "space directions: (1,0,0) (0,1,0) (0,0,1)\n"
    #expect(reason(nrrd("space: upside-down\n\(directions)", Array(0..<12))).contains("upside-down"))
    let flat = "space: LPS\nspace directions: (1,0,0) (1,0,0) (0,0,1)\n"
    #expect(reason(nrrd(flat, Array(0..<12))).contains("one plane"))
    #expect(reason(nrrd("", sizes: "2 x 2", Array(0..<12))).contains("“x”"))
    let short = "NRRD0004\ntype: short\ndimension: 2\nsizes: 2 2\nencoding: raw\n\n"
    #expect(reason(Array(short.utf8) + [UInt8](repeating: 0, count: 8)).contains("endian"))
  }
}
