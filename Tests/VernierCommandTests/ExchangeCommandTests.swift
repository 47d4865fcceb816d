import Foundation
import Testing

/// Transforms of other programs on the command line, and points.
@Suite(.enabled(if: Command.readsImages, "the plug-in for files is not built (make plugins)"))
struct ExchangeCommandTests {
  private let folder = TemporaryFolder()

  /// A volume in an oblique, left-handed or right-handed place.
  private func write(volume name: String, spacing: [Double], flipped: Bool) throws {
    let sign = flipped ? -1.0 : 1
    let foot = flipped ? 7 + 9 * spacing[2] : 7
    let axes = [
      [0.8 * spacing[0], 0.6 * spacing[0], 0], [-0.6 * spacing[1], 0.8 * spacing[1], 0], [0, 0, sign * spacing[2]],
    ]
    let directions = axes.map { "(" + $0.map { "\($0)" }.joined(separator: ",") + ")" }.joined(separator: " ")
    let header =
      "NRRD0004\ntype: uint8\ndimension: 3\nsizes: 14 12 10\nspace: left-posterior-superior\n"
      + "space directions: \(directions)\nspace origin: (-10,12,\(foot))\nkinds: domain domain domain\nencoding: raw\n\n"
    let samples = (0..<14 * 12 * 10).map { TemporaryFolder.texture($0 % 14 + $0 / 168, $0 / 14 % 12) }
    try (Data(header.utf8) + Data(samples)).write(to: URL(filePath: folder.path(name)))
  }

  private let rigid = """
    #Insight Transform File V1.0
    #Transform 0
    Transform: AffineTransform_double_3_3
    Parameters: 0.96 -0.28 0 0.28 0.96 0 0 0 1 2 -3 1.5
    FixedParameters: 1 2 3

    """

  private func run(_ words: String...) throws -> Command.Result { try Command.run(words, in: folder) }

  @Test func `A transform goes through every format and stays what it is`() throws {
    try write(volume: "f.nrrd", spacing: [2, 1.5, 3], flipped: false)
    try write(volume: "m.nrrd", spacing: [1, 2.5, 2], flipped: true)
    try folder.write("t.tfm", rigid)
    var last = "t.tfm"
    for next in ["a.lta", "b.mat", "c.json", "d.h5", "e.mat", "f.txt"] {
      let both = ["--fixed", "f.nrrd", "--moving", "m.nrrd"]
      let mat = next == "b.mat" ? ["--mat", "fsl"] : next == "e.mat" ? ["--mat", "ants"] : []
      let result = try Command.run(["convert", last, next] + both + mat, in: folder)
      #expect(result.status == 0 && result.errors.isEmpty, "\(next): \(result.errors)")
      last = next
    }
    func matrix(_ name: String) throws -> [[Double]] {
      let info = try run("info", "--json", name)
      #expect(info.object?["model"] as? String == "rigid", "\(info.output) \(info.errors)")
      let parameters = try #require(info.object?["parameters"] as? [String: Any])
      #expect(parameters["scale"] as? Double == 1)
      return try #require(info.object?["matrix"] as? [[Double]])
    }
    let (first, end) = (try matrix("t.tfm").joined(), try matrix("f.txt").joined())
    #expect(zip(first, end).allSatisfy { abs($0 - $1) < 1e-9 })
    // FSL's own file says nothing without both images.
    let alone = try run("info", "b.mat")
    #expect(alone.status == 1 && alone.errors.contains("both") && alone.errors.contains("vernier convert b.mat"))
    let refused = try run("convert", "t.tfm", "g.mat", "--mat", "fsl", "--fixed", "f.nrrd")
    #expect(refused.status == 2 && refused.errors.contains("--moving"))
    // Which of the two is written by itself, is told.
    let byItself = try run("convert", "t.tfm", "g.mat", "--fixed", "f.nrrd", "--moving", "m.nrrd")
    #expect(byItself.status == 0 && byItself.errors.contains("FSL's"))
    let ants = try run("convert", "t.tfm", "g.mat")
    #expect(ants.status == 0 && ants.errors.contains("ANTs'"))
    #expect(try run("convert", "t.tfm", "t.tfm").status == 1)
    #expect(try run("convert", "t.tfm", "t.xfm").errors.contains(".lta"))
  }

  @Test func `All subcommands take an FSL matrix where they have both images`() throws {
    try write(volume: "f.nrrd", spacing: [2, 1.5, 3], flipped: false)
    try write(volume: "m.nrrd", spacing: [1, 2.5, 2], flipped: true)
    try folder.write("t.tfm", rigid)
    let made = try run("convert", "t.tfm", "t.mat", "--fixed", "f.nrrd", "--moving", "m.nrrd")
    #expect(made.status == 0)
    func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: folder.path(name))) }
    for inverse in [[], ["--inverse"]] {
      let images = inverse.isEmpty ? ["m.nrrd", "--like", "f.nrrd"] : ["f.nrrd", "--like", "m.nrrd"]
      for name in ["tfm", "mat"] {
        let applied = try Command.run(["apply", "t.\(name)"] + images + ["-o", "\(name).nrrd"] + inverse, in: folder)
        #expect(applied.status == 0, "\(applied.errors)")
      }
      let alike = try run("measure", "tfm.nrrd", "mat.nrrd", "--json")
      #expect(try #require(alike.object?["ncc"] as? Double, "\(alike.output)") > 0.9999)
    }
    let judged = try run("judge", "f.nrrd", "m.nrrd", "t.mat", "--json")
    let matrix = try #require(judged.object?["matrix"] as? [[Double]], "\(judged.errors)")
    #expect(abs(matrix[0][0] - 0.96) < 1e-9)
    let started = try run("register", "f.nrrd", "m.nrrd", "--initial", "t.mat", "--json", "--save-transform", "s.lta")
    #expect(started.object?["matrix"] != nil, "\(started.errors)")
  }

  @Test func `A field is sampled on the fixed image's grid`() throws {
    try write(volume: "f.nrrd", spacing: [2, 1.5, 3], flipped: false)
    try folder.write("t.tfm", rigid)
    let missing = try run("convert", "t.tfm", "u.nii.gz")
    #expect(missing.status == 2 && missing.errors.contains("--fixed"))
    for name in ["u.nii.gz", "u.nrrd"] {
      let made = try run("convert", "t.tfm", name, "--fixed", "f.nrrd")
      #expect(made.status == 0, "\(made.errors)")
      // A field leads no point of the volume elsewhere than the transform.
      try folder.write("p.csv", "x,y,z\n-9,14,10\n-5,17,20\n")
      for transform in ["t.tfm", name] {
        #expect(try run("apply", transform, "p.csv", "-o", "\(transform).csv").status == 0)
      }
      func numbers(_ name: String) throws -> [Double] {
        try folder.text(name).split { $0 == "," || $0 == "\n" }.compactMap { Double($0) }
      }
      let (expected, found) = (try numbers("t.tfm.csv"), try numbers("\(name).csv"))
      #expect(expected.count == 6 && zip(expected, found).allSatisfy { abs($0 - $1) < 1e-4 })
    }
    try folder.write(picture: "a.nrrd")
    let other = try run("convert", "t.tfm", "v.nrrd", "--fixed", "a.nrrd")
    #expect(other.status == 1 && other.errors.contains("2 dimensions"))
  }

  @Test func `Points go as the transform does, and back`() throws {
    try folder.write("t.json", #"{"matrix": [[2, 0, 10], [0, 2, -4], [0, 0, 1]]}"#)
    try folder.write("p.csv", ",X,Y\n0,1,2\n1,3,4\n")
    #expect(try run("apply", "t.json", "p.csv", "-o", "q.csv").status == 0)
    #expect(try folder.text("q.csv") == ",X,Y\n0,12,0\n1,16,4\n")
    #expect(try run("apply", "t.json", "q.csv", "-o", "r.csv", "--inverse").status == 0)
    #expect(try folder.text("r.csv") == ",X,Y\n0,1,2\n1,3,4\n")
    // The table is in tenths of what the transform counts in.
    #expect(try run("apply", "t.json", "p.csv", "-o", "s.csv", "--points-scale", "10").status == 0)
    #expect(try folder.text("s.csv") == ",X,Y\n0,3,3.6\n1,7,7.6\n")
    try folder.write("h.json", #"{"matrix": [[1, 0, 0], [0, 1, 0], [-0.5, 0, 1]]}"#)
    let behind = try run("apply", "h.json", "p.csv", "-o", "b.csv")
    #expect(behind.status == 0 && behind.errors.contains("1 of 2 points have no image"))
    #expect(try folder.text("b.csv").contains("1,nan,nan"))
    #expect(try run("apply", "t.json", "p.csv", "-o", "b.csv", "--like", "p.csv").status == 2)
    #expect(try run("apply", "t.json", "p.csv", "-o", "b.png").status == 1)
    #expect(try run("apply", "t.json", "p.csv", "-o", "p.csv").errors.contains("is the input"))
  }

  @Test func `The error at points needs no images`() throws {
    try folder.write("t.json", #"{"matrix": [[1, 0, 10], [0, 1, 0], [0, 0, 1]]}"#)
    try folder.write("both.csv", "fixed_x,fixed_y,moving_x,moving_y\n1,2,11,2\n3,4,13,7\n")
    let both = try run("measure", "--measured-transform", "t.json", "--points", "both.csv", "--json")
    #expect(both.object?["tre"] as? Double == 1.5 && both.object?["tre_max"] as? Double == 3, "\(both.errors)")
    #expect(both.object?["fixed"] == nil && both.object?["measured_transform"] as? String == "t.json")
    try folder.write("a.csv", ",X,Y\n0,10,20\n1,30,40\n")
    try folder.write("b.csv", ",X,Y\n0,110,20\n1,130,70\n")
    let two = try run(
      "measure", "--measured-transform", "t.json", "--points", "a.csv", "--moving-points", "b.csv", "--points-scale",
      "0.1", "--json")
    #expect(two.object?["tre"] as? Double == 1.5, "\(two.errors)")
    for words in [
      ["measure"], ["measure", "a.png"], ["measure", "--measured-transform", "t.json"],
      ["measure", "--measured-transform", "t.json", "--reference", "t.json"],
      ["measure", "--measured-transform", "t.json", "--points", "a.csv", "--fixed-mask", "m.png"],
      ["measure", "a.png", "b.png", "--points-scale", "2"],
    ] { #expect(try Command.run(words, in: folder).status == 2, "\(words)") }
    #expect(try run("measure", "--measured-transform", "t.json", "--points", "a.csv").status == 1)
  }

  /// A bright slide whose corners leave the frame.
  @Test func `What is not covered has the value that is asked for`() throws {
    func slide(_ x: Int, _ y: Int) -> UInt8 {
      let away = (x - 30) * (x - 30) + (y - 25) * (y - 25)
      return away < 300 ? TemporaryFolder.texture(x, y) / 2 : 240
    }
    try folder.write(picture: "a.nrrd", width: 60, height: 50, value: slide)
    try folder.write("t.json", #"{"matrix": [[1, 0, 20], [0, 1, 0], [0, 0, 1]]}"#)
    func corner(_ words: String...) throws -> UInt8? {
      let result = try Command.run(
        ["apply", "t.json", "a.nrrd", "--like", "a.nrrd", "-o", "m.mha"] + words, in: folder)
      #expect(result.status == 0, "\(result.errors)")
      let info = try run("apply", "t.json", "a.nrrd", "--like", "a.nrrd", "-o", "m.nrrd")
      #expect(info.status == 0)
      return try Command.lastSample(of: "m.mha", in: folder)
    }
    #expect(try corner() == 240)
    #expect(try corner("--background", "17") == 17)
    #expect(try corner("--background", "edge") == 240)
    #expect(try corner("--background", "nearest") == 240)
    for value in ["-1000", "300", "0.5"] {
      let refused = try run(
        "apply", "t.json", "a.nrrd", "--like", "a.nrrd", "-o", "m.mha", "--background", value)
      #expect(refused.status == 1 && refused.errors.contains("uint8"), "\(refused.errors)")
    }
    let unknown = try run("register", "a.nrrd", "a.nrrd", "--background", "white")
    #expect(unknown.status == 2 && unknown.errors.contains("nearest or edge"))
  }
}

extension Command {
  /// The last sample of an 8-bit image, by way of a plain text of the command's own: the mean of its last corner.
  fileprivate static func lastSample(of name: String, in folder: TemporaryFolder) throws -> UInt8? {
    try folder.write(picture: "corner.nrrd", width: 60, height: 50) { x, y in x == 59 && y == 49 ? 1 : 0 }
    let identity = #"{"matrix": [[1, 0, 59], [0, 1, 49], [0, 0, 1]]}"#
    try folder.write("corner.json", identity)
    try folder.write(picture: "one.nrrd", width: 1, height: 1) { _, _ in 0 }
    _ = try run(["apply", "corner.json", name, "--like", "one.nrrd", "-o", "one.mha"], in: folder)
    let info = try run(["info", "one.mha", "--json"], in: folder)
    return (info.object?["mean"] as? Double).map { UInt8($0) }
  }
}
