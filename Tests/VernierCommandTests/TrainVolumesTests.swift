import Foundation
import Testing

/// `vernier train` with volumes.
@Suite(.enabled(if: Command.readsImages && Command.computesTensors, "the plug-ins are not built (make plugins)"))
struct TrainVolumesTests {
  private let folder = TemporaryFolder()

  private func run(_ line: String) throws -> Command.Result {
    try Command.run(line.split(separator: " ").map(String.init), in: folder)
  }

  private let quick = "--size 16 --epochs 2 --steps 2 --batch 2 --threads 1"

  @Test func `Listed pairs are learned from, and the network aligns`() throws {
    #expect(try run("synthesize --cubes -o cubes --count 4 --size 24 --rotation 10 --shift 5").status == 0)
    let trained = try run("train stn-separate --volumes cubes -o m.safetensors \(quick)")
    #expect(trained.status == 0 && trained.errors == "", "\(trained.errors)")
    let lines = trained.output.split(separator: "\n")
    #expect(lines.count == 3 && lines[0].hasPrefix("epoch 1: loss ") && lines[0].contains("|Δz|"))
    #expect(folder.names == ["cubes", "m.checkpoint.safetensors", "m.md", "m.safetensors", "m.svg"])
    let card = try folder.text("m.md")
    #expect(card.contains("| two volumes of 16×16×16, 0 to 1 |") && card.contains("| 4 pairs of cubes |"))
    #expect(card.contains("3 to learn from, 1 held out") && card.contains("schedule decay"))
    let pair = "cubes/fixed0.nii.gz cubes/moving0.nii.gz"
    for chain in ["stn-separate", "stn-separate+refine"] {
      let result = try run(
        "register \(pair) --transform affine --method \(chain) --weights m.safetensors --json")
      #expect([0, 3].contains(result.status) && result.object?["method"] as? String == chain, "\(result.errors)")
      #expect((result.object?["matrix"] as? [[Double]])?.count == 4)
    }
    try folder.write(picture: "a.nrrd")
    let picture = try run("register a.nrrd a.nrrd --transform affine --method stn-separate --weights m.safetensors")
    #expect(picture.status == 2, "\(picture.errors)")
    #expect(
      picture.errors.hasSuffix("the network takes volumes, not pictures\n")
        && picture.errors.filter(\.isNewline).count == 1)
  }

  @Test func `Every two volumes of a folder are pairs, and the card's command repeats it`() throws {
    try FileManager.default.createDirectory(atPath: folder.path("scans"), withIntermediateDirectories: false)
    for number in 0..<5 { try folder.write(volume: "scans/s\(number).nrrd", side: 20, offset: 3 * number) }
    let motion = "--rotation 5.5 --scale 0.9:1.1 --shift 3 --flip"
    #expect(try run("train stn-affine --volumes scans -o m.safetensors \(quick) \(motion)").status == 0)
    let card = try folder.text("m.md")
    // Two of five are held out, which make two ordered pairs; three make six.
    #expect(card.contains("| 5 volumes of scans |") && card.contains("6 to learn from, 2 held out"), "\(card)")
    #expect(card.contains("On 2 pairs of volumes that were held out") && card.contains("the loss is 0."))
    #expect(card.contains("moved anew each time: --rotation 5.5 --scale 0.9:1.1 --shift 3"))
    let line = try #require(card.split(separator: "\n").first { $0.contains("vernier train") })
    #expect(line.contains(motion))
    let first = try Data(contentsOf: URL(filePath: folder.path("m.safetensors")))
    let words = line.split(separator: " ").map(String.init)
    #expect(try Command.run(Array(words.dropFirst()) + ["--threads", "1"], in: folder).status == 0)
    #expect(try Data(contentsOf: URL(filePath: folder.path("m.safetensors"))) == first)
    let resumed = try run("train stn-affine --volumes scans -o m.safetensors --resume --threads 1")
    #expect(resumed.status == 0 && resumed.output == "wrote m.safetensors\n", "\(resumed.errors)")
  }

  @Test(arguments: [
    ("--volumes none", 1, "none: no such file or folder"),
    ("--volumes empty", 1, "empty: training needs a folder with pairs.csv or of four volumes"),
    ("--volumes one", 1, "one: training needs a folder with pairs.csv or of four volumes"),
    ("--volumes long", 1, "long/d.nrrd: it holds 2 frames"),
    ("--volumes thin", 1, "thin/d.nrrd: a volume of 3×3×3 is too small"),
    ("--volumes flat", 1, "flat/a.nrrd: it is for 2 dimensions, 3 are needed"),
    ("--volumes few", 1, "few/pairs.csv: training needs two pairs at least"),
    ("--volumes false", 1, "false/pairs.csv, line 2: the truth is no matrix"),
    ("--volumes lost", 1, "lost.nrrd: no such file"),
    ("--volumes one --size 511 --seed x", 2, "--seed cannot be x"),
    ("--images one", 2, "stn-affine learns from volumes (--volumes FOLDER); leave out --images"),
    ("--volumes one --noise 3", 2, "stn-affine learns from volumes (--volumes FOLDER); leave out --noise"),
    ("", 2, "--volumes FOLDER is missing"),
  ])
  func `What cannot be done is one line`(options: String, status: Int32, message: String) throws {
    for name in ["empty", "one", "long", "thin", "flat", "few", "false", "lost"] {
      try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: false)
    }
    try folder.write(volume: "one/a.nrrd")
    for name in ["a", "b", "c"] {
      for place in ["long", "thin"] { try folder.write(volume: "\(place)/\(name).nrrd") }
    }
    try folder.write(volume: "thin/d.nrrd", side: 3)
    let numbers = (0..<1024).map { "\($0 % 7)" }.joined(separator: " ")
    try folder.write(
      "long/d.nrrd", "NRRD0004\ntype: short\ndimension: 4\nsizes: 8 8 8 2\nencoding: ascii\n\n\(numbers)\n")
    for name in ["a", "b", "c", "d"] { try folder.write(picture: "flat/\(name).nrrd") }
    try folder.write("few/pairs.csv", "fixed,moving\none/a.nrrd,one/a.nrrd\n")
    try folder.write("false/pairs.csv", "fixed,moving,truth\none/a.nrrd,one/a.nrrd,1\n")
    try folder.write("lost/pairs.csv", "fixed,moving\none/a.nrrd,lost.nrrd\none/a.nrrd,one/a.nrrd\n")
    let before = folder.names
    let result = try run("train stn-affine -o m.safetensors \(options)")
    #expect(result.status == status && result.errors.hasPrefix("vernier: \(message)"), "\(result.errors)")
    #expect(result.errors.filter(\.isNewline).count == 1 && folder.names == before)
  }

  @Test func `Pictures and volumes have their own networks`() throws {
    let volumes = try run("train lstm-compact --volumes a -o m.safetensors")
    #expect(volumes.status == 2 && volumes.errors.contains("learns from pictures; name them with --images FOLDER"))
    let methods = try run("methods").output.split(separator: "\n").filter { $0.hasPrefix("stn-") }
    #expect(
      methods.count == 2 && methods.allSatisfy { $0.contains(" affine ") && $0.contains(" 3D ") && !$0.contains("2D") })
  }
}
