import Foundation
import Testing

/// Volumes that are not as they should be: an answer, or one line that names the file, status 1, and nothing written.
@Suite(.enabled(if: Command.readsImages, "the plug-in for files is not built (make plugins)"))
struct BadVolumeTests {
  private let folder = TemporaryFolder()
  private static let directions = "space directions: (1,0,0) (0,1,0) (0,0,1)\nspace origin: (0,0,0)"

  /// A blob off the centre of a volume, as NRRD.
  private func write(
    _ name: String, size: [Int] = [20, 22, 18], type: String = "float",
    geometry: String = "space: left-posterior-superior\n\(directions)", value: (Int, Int, Int) -> Float = Self.scene
  ) throws {
    let header = """
      NRRD0004
      type: \(type)
      dimension: \(size.count)
      sizes: \(size.map(String.init).joined(separator: " "))
      \(geometry)
      endian: little
      encoding: raw


      """
    var bytes = Data(header.utf8)
    for index in 0..<size.reduce(1, *) {
      let (x, y, z) = (index % size[0], index / size[0] % size[1], index / size[0] / size[1])
      let sample = value(x, y, z)
      if type == "float" {
        withUnsafeBytes(of: sample) { bytes.append(contentsOf: $0) }
      } else {
        bytes.append(UInt8(sample))
      }
    }
    try bytes.write(to: URL(filePath: folder.path(name)))
  }

  private static func scene(_ x: Int, _ y: Int, _ z: Int) -> Float {
    let (x, y, z) = (Float(x), Float(y), Float(z))
    return 100 + 40 * sin(0.5 * x + 0.02 * y * y) + 30 * cos(0.4 * y + 0.03 * x * z) + 30 * sin(0.6 * z + 0.1 * x)
  }

  private func run(_ line: String) throws -> Command.Result {
    try Command.run(line.split(separator: " ").map(String.init), in: folder)
  }

  private func expectRefusal(_ line: String, naming file: String, _ words: String) throws {
    let before = folder.names
    let result = try run(line)
    #expect(result.status == 1 && result.output == "")
    #expect(result.errors.hasPrefix("vernier: \(file): ") && result.errors.contains(words), "\(result.errors)")
    #expect(result.errors.filter { $0 == "\n" }.count == 1)
    #expect(folder.names == before)
  }

  @Test func `Flipped and oblique volumes are brought together in physical space`() throws {
    try write("a.nrrd")
    // The same samples, the axes x and y flipped and the whole turned by 40° about z: the answer is that motion.
    let (c, s) = (cos(40 * Double.pi / 180), sin(40 * Double.pi / 180))
    try write(
      "b.nrrd",
      geometry: """
        space: left-posterior-superior
        space directions: (\(-c),\(-s),0) (\(s),\(-c),0) (0,0,1)
        space origin: (100,50,-30)
        """)
    let result = try run("register a.nrrd b.nrrd --json -o moved.nrrd")
    #expect(result.status == 0, "\(result.errors)")
    let matrix = try #require(result.object?["matrix"] as? [[Double]])
    let right = [[-c, s, 0, 100], [-s, -c, 0, 50], [0, 0, 1, -30], [0, 0, 0, 1]]
    for (row, expected) in zip(matrix, right) {
      for (here, there) in zip(row, expected) { #expect(abs(here - there) < (abs(there) > 1 ? 0.2 : 0.01)) }
    }
  }

  @Test func `One slice is a picture, and does not go with a volume`() throws {
    try write("volume.nrrd")
    try write("slice.nrrd", size: [20, 22, 1])
    try expectRefusal("register volume.nrrd slice.nrrd -o m.nrrd", naming: "slice.nrrd", "is a picture")
    try expectRefusal("register slice.nrrd volume.nrrd -o m.nrrd", naming: "volume.nrrd", "is a volume")
    #expect(try run("register slice.nrrd slice.nrrd --json").object?["verdict"] as? String == "aligned")
  }

  @Test func `Two slices have an answer`() throws {
    try write("volume.nrrd")
    try write("two.nrrd", size: [20, 22, 2])
    for line in ["two.nrrd two.nrrd", "volume.nrrd two.nrrd", "two.nrrd volume.nrrd"] {
      let result = try run("register \(line) --json")
      #expect([0, 3].contains(result.status), "\(line): \(result.errors)")
      #expect(result.object?["matrix"] is [[Double]])
    }
  }

  @Test func `Of a series in time the first volume is taken, or the one that is named`() throws {
    try write("volume.nrrd", type: "uint8")
    try write("series.nrrd", size: [20, 22, 18, 3], type: "uint8", geometry: "spacings: 1 1 1 2") { x, y, z in
      Self.scene(x, y, z % 18) / Float(1 + z / 18)
    }
    let first = try run("register volume.nrrd series.nrrd --json")
    #expect(first.status == 0 && first.object?["verdict"] as? String == "aligned")
    #expect(first.errors.contains("series.nrrd: it holds 3 frames; [t=0] is taken"), "\(first.errors)")
    try expectRefusal("register volume.nrrd series.nrrd[3] -o m.nrrd", naming: "series.nrrd[3]", "3 volumes")
    try expectRefusal("register volume.nrrd volume.nrrd[1] -o m.nrrd", naming: "volume.nrrd[1]", "one volume")
    let result = try run("register volume.nrrd series.nrrd[2] --json -o moved.nrrd")
    #expect(result.status == 0 && result.object?["verdict"] as? String == "aligned", "\(result.errors)")
    #expect(try run("info moved.nrrd --json").object?["size"] as? [Int] == [20, 22, 18])
    try expectRefusal("register volume.nrrd series.nrrd[2] -o series.nrrd", naming: "series.nrrd", "is the input")
  }

  @Test(arguments: [
    "spacings: 1 0 1",
    "space: left-posterior-superior\nspace directions: (1,0,0) (0,0,0) (0,0,1)",
    "space: left-posterior-superior\nspace directions: (1,0,0) (1,0,0) (0,0,1)",
  ])
  func `Spacings and directions that cannot be are refused`(geometry: String) throws {
    try write("a.nrrd")
    try write("b.nrrd", geometry: geometry)
    let result = try run("register a.nrrd b.nrrd --json")
    #expect(result.status == 1 && result.errors.hasPrefix("vernier: b.nrrd: "), "\(geometry): \(result.output)")
    #expect(result.errors.filter { $0 == "\n" }.count == 1)
  }

  @Test func `NaN around the head is told and left out`() throws {
    func inside(_ x: Int, _ y: Int, _ z: Int) -> Bool { min(x, y, z) > 1 && x < 18 && y < 20 && z < 16 }
    try write("a.nrrd")
    try write("nan.nrrd") { inside($0, $1, $2) ? Self.scene($0, $1, $2) : .nan }
    try write("mask.nrrd", type: "uint8") { inside($0, $1, $2) ? 1 : 0 }
    try write("none.nrrd", type: "uint8") { _, _, _ in 0 }
    try write("nothing.nrrd") { _, _, _ in .nan }
    let told = try run("register a.nrrd nan.nrrd --json")
    #expect(told.status == 0 && told.object?["verdict"] as? String == "aligned", "\(told.errors)")
    #expect(told.errors.contains("nan.nrrd: 3888 samples are NaN or infinite; they are left out"), "\(told.errors)")
    try expectRefusal("register a.nrrd nothing.nrrd -o m.nrrd", naming: "nothing.nrrd", "NaN")
    try expectRefusal(
      "register a.nrrd nan.nrrd --moving-mask none.nrrd -o m.nrrd", naming: "none.nrrd", "zero everywhere")
    let result = try run("register a.nrrd nan.nrrd --moving-mask mask.nrrd --json")
    #expect(result.status == 0 && result.object?["verdict"] as? String == "aligned", "\(result.errors)")
  }

  @Test func `Labels on another grid are refused with the remedy`() throws {
    try write("a.nrrd")
    try write("labels.nrrd", type: "uint8") { x, y, _ in x > 5 && y > 5 ? 1 : 0 }
    try write("far.nrrd", type: "uint8", geometry: "spacings: 1 1 2") { x, _, _ in x > 5 ? 1 : 0 }
    try write("small.nrrd", size: [10, 22, 18], type: "uint8") { x, _, _ in x > 5 ? 1 : 0 }
    #expect(try run("measure a.nrrd a.nrrd --fixed-labels labels.nrrd --moved-labels labels.nrrd").status == 0)
    for file in ["far.nrrd", "small.nrrd"] {
      try expectRefusal(
        "measure a.nrrd a.nrrd --fixed-labels labels.nrrd --moved-labels \(file)", naming: file, "vernier apply --like")
    }
  }

  @Test func `A compressed file cut short is named`() throws {
    try write("a.nrrd")
    let whole = try run("register a.nrrd a.nrrd -o whole.nii.gz")
    #expect(whole.status == 0, "\(whole.errors)")
    let bytes = try Data(contentsOf: URL(filePath: folder.path("whole.nii.gz")))
    for share in [0.3, 0.7, 0.98] {
      try bytes.prefix(Int(Double(bytes.count) * share)).write(to: URL(filePath: folder.path("cut.nii.gz")))
      try expectRefusal("register a.nrrd cut.nii.gz -o m.nrrd", naming: "cut.nii.gz", "cut short")
    }
  }
}
