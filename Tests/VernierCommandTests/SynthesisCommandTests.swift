import Foundation
import Testing
import Vernier
import VernierFiles

/// degrade, denoise, synthesize and --prepare, run as a person runs them.
@Suite(.enabled(if: Command.readsImages, "the plug-in for files is not built (make plugins)"))
struct SynthesisCommandTests {
  private let folder = TemporaryFolder()

  private func run(_ line: String) throws -> Command.Result {
    try Command.run(line.split(separator: " ").map(String.init), in: folder)
  }

  private func samples(_ name: String) throws -> [Float] {
    let channels = try #require(try ImageFile.read(folder.path(name)).channels(as: Image<2>.self))
    return channels.flatMap(\.samples)
  }

  private func rootMeanSquare(_ left: String, _ right: String) throws -> Double {
    let gaps = zip(try samples(left), try samples(right)).map { Double($0 - $1) }
    return (gaps.reduce(0) { $0 + $1 * $1 } / Double(gaps.count)).squareRoot()
  }

  /// A photograph of the data folder.
  static let photograph: String? = {
    let given = ProcessInfo.processInfo.environment["VERNIER_DATA"]
    let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return [given, root + "/../shared/data", root + "/../../shared/data"].compactMap { $0 }
      .map { $0 + "/bsds500/train_106025.jpg" }.first { FileManager.default.fileExists(atPath: $0) }
  }()

  // Measured with this seed: nlm 0.37, bilateral 0.39, tv 0.37.
  @Test(
    .enabled(if: Command.findsKeypoints && photograph != nil, "needs the plug-in for vision and the test images"),
    arguments: ["nlm", "bilateral", "tv"])
  func `Denoising a photograph halves its error`(method: String) throws {
    try FileManager.default.copyItem(atPath: #require(Self.photograph), toPath: folder.path("a.jpg"))
    #expect(try run("degrade a.jpg -o noisy.png --noise 10 --seed 3").status == 0)
    #expect(try run("denoise noisy.png -o clean.png --method \(method)").status == 0)
    let before = try rootMeanSquare("a.jpg", "noisy.png")
    #expect(before > 12 && before < 27)
    #expect(try rootMeanSquare("a.jpg", "clean.png") < 0.5 * before)
  }

  @Test func `Noise is of black to white in 8 and 16 bits and in floats`() throws {
    let flat = try Image<2>(width: 120, height: 100, samples: (0..<12_000).map { 100 + Float($0 % 2) })
    for (name, type, span) in [
      ("a.png", SampleType.uint8, 255.0), ("b.png", .uint16, 65535), ("c.tif", .float32, 1),
    ] {
      try ImageFile([flat], sampleType: type).write(to: folder.path(name))
      #expect(try run("degrade \(name) -o noisy-\(name) --noise 5").status == 0)
      // The negative samples that a 16-bit image near black would have are cut off.
      let found = try rootMeanSquare(name, "noisy-\(name)")
      #expect(type == .uint16 ? found > 0.02 * span : abs(found / (0.05 * span) - 1) < 0.03, "\(name): \(found)")
      #expect(try ImageFile.read(folder.path("noisy-\(name)")).sampleType == type)
    }
    #expect(try run("degrade a.png -o again.png --noise 5 --seed 1").status == 0)
    try #expect(samples("again.png") == samples("noisy-a.png"))
    #expect(try run("degrade a.png -o other.png --noise 5 --seed 2").status == 0)
    try #expect(samples("other.png") != samples("noisy-a.png"))
  }

  @Test func `JPEG is what a file of that quality holds`() throws {
    try folder.write(picture: "a.nrrd")
    let planes = try #require(try ImageFile.read(folder.path("a.nrrd")).channels(as: Image<2>.self))
    try ImageFile(planes, sampleType: .uint8).write(to: folder.path("a.jpg"), quality: 25)
    #expect(try run("degrade a.nrrd -o coded.png --jpeg 25").status == 0)
    try #expect(samples("coded.png") == samples("a.jpg"))
    #expect(try rootMeanSquare("a.nrrd", "coded.png") > 1)
  }

  @Test func `Alpha, NaN and physical space are kept`() throws {
    let grid = try Grid<2>(size: [40, 30], spacing: [0.5, 2], origin: [7, -3])
    var grey = (0..<1200).map { TemporaryFolder.texture($0 % 40, $0 / 40) }.map(Float.init)
    let alpha = (0..<1200).map { Float($0 % 200) }
    grey[77] = .nan
    let channels = try [grey, grey, grey, alpha].map { try Image(grid: grid, samples: $0) }
    try ImageFile(channels).write(to: folder.path("a.nrrd"))
    for line in [
      "degrade a.nrrd -o out.nrrd --blur 1 --noise 3 --jpeg 50 --gamma 2", "denoise a.nrrd -o out.nrrd --method tv",
    ] {
      let result = try run(line)
      #expect(result.status == 0 && result.errors == "", "\(result.errors)")
      let found = try #require(try ImageFile.read(folder.path("out.nrrd")).channels(as: Image<2>.self))
      #expect(found[0].grid == grid && found[3].samples == alpha)
      #expect(found[0].samples[77].isNaN && found[0].samples.count { !$0.isFinite } == 1)
      #expect(found[0].samples[500] != grey[500])
    }
  }

  @Test func `A volume is degraded and denoised`() throws {
    try folder.write(volume: "v.nrrd")
    #expect(try run("degrade v.nrrd -o w.nrrd --noise 5 --jpeg 60 --modality 3").status == 0)
    #expect(try run("denoise w.nrrd -o x.nrrd --method tv").status == 0)
    #expect(try ImageFile.read(folder.path("x.nrrd")).size == [16, 16, 16])
  }

  @Test func `Synthesized pairs are registered to their truth`() throws {
    let made = try run("synthesize --textures -o pairs --count 6 --size 64 --noise 0:3 --rotation 180 --seed 5")
    #expect(made.status == 0 && made.errors == "", "\(made.errors)")
    let result = try run("batch pairs/pairs.csv --transform rigid")
    let lines = try result.output.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
    #expect(lines.count == 6)
    let grid = try Grid<2>(size: [64, 64])
    let errors = try lines.map { line in
      let text = try #require(line["truth"] as? String)
      let truth = try JSONDecoder().decode([[Double]].self, from: Data(text.utf8))
      let found = try #require(line["matrix"] as? [[Double]])
      return Affine<2>(homogeneous: found).cornerDistance(to: Affine<2>(homogeneous: truth), on: grid)
    }
    #expect(errors.count { $0 < 0.5 } >= 5, "\(errors)")
    let again = try run("synthesize --textures -o again --count 2 --size 64 --noise 0:3 --rotation 180 --seed 5")
    #expect(again.status == 0)
    try #expect(samples("again/moving1.png") == samples("pairs/moving1.png"))
  }

  @Test func `Pictures and data sets are scenes`() throws {
    try FileManager.default.createDirectory(atPath: folder.path("in"), withIntermediateDirectories: true)
    for seed in 1...2 {
      let scene = SyntheticScene(side: 200, seed: UInt64(seed)).image
      try ImageFile([scene], sampleType: .uint16).write(to: folder.path("in/\(seed).png"))
    }
    let made = try run(
      "synthesize --images in -o pairs --count 3 --size 48 --transform affine --rotation 20 --modality 0.5 --jpeg 20:90"
    )
    #expect(made.status == 0, "\(made.errors)")
    let records = (0..<3073 * 4).map { UInt8(truncatingIfNeeded: $0 * $0 / 97 + $0 / 3073) }
    try Data(records).write(to: URL(filePath: folder.path("batch.bin")))
    let cifar = try run("synthesize --images batch.bin -o small --count 3 --size 32 --protocol published")
    #expect(cifar.status == 0, "\(cifar.errors)")
    #expect(try samples("small/fixed2.png").count == 1024)
    #expect(folder.exists("small/pairs.csv"))
  }

  @Test func `Steps before the alignment are told and change nothing else`() throws {
    try folder.write(picture: "a.nrrd", width: 96, height: 96)
    let both = try run("register a.nrrd a.nrrd --prepare tv,tv --json")
    #expect(both.object?["prepare"] as? [String] == ["tv", "tv"] && both.object?["verdict"] as? String == "aligned")
    #expect(try run("register a.nrrd a.nrrd --json").object?["prepare"] == nil)
    #expect(try run("register a.nrrd a.nrrd --prepare tv --verbose").output.contains("of the images after tv"))
    try folder.write("pairs.csv", "fixed,moving\na.nrrd,a.nrrd\n")
    #expect(try run("batch pairs.csv --prepare tv").object?["prepare"] as? [String] == ["tv"])
    #expect(try run("register a.nrrd a.nrrd --prepare tvv").errors.contains("did you mean tv?"))
  }

  @Test(arguments: [
    ("degrade a.nrrd -o b.png", 2, "nothing to do"), ("degrade a.nrrd -o b.png --noise -3", 2, "--noise"),
    ("degrade a.nrrd -o b.png --noise nan", 2, "--noise"), ("degrade a.nrrd -o b.png --jpeg 0", 2, "--jpeg"),
    ("degrade a.nrrd --noise 3", 2, "--output"), ("degrade nowhere.png -o b.png --noise 3", 1, "nowhere.png"),
    ("degrade a.nrrd -o a.nrrd --noise 3", 1, "a.nrrd"), ("degrade v.nrrd -o b.png --noise 3", 1, "b.png"),
    ("denoise a.nrrd -o b.png --method median", 2, "--method"),
    ("denoise a.nrrd -o b.png --strength -1", 2, "--strength"),
    ("denoise a.nrrd -o b.png --patch 4", 2, "odd"),
    ("denoise a.nrrd -o b.png --method tv --patch 5", 2, "--method nlm"),
    ("denoise text.png -o b.png", 1, "text.png"), ("synthesize -o out", 2, "--images"),
    ("synthesize --images empty -o out", 1, "empty: "), ("synthesize --images nowhere -o out", 1, "nowhere: "),
    ("synthesize --images a.nrrd -o out", 1, "a.nrrd: "), ("synthesize --images nan.nrrd -o out", 1, "nan.nrrd: "),
    ("synthesize --images flat.nrrd -o out --size 8", 1, "flat.nrrd: "),
    ("synthesize --images odd.bin -o out", 1, "odd.bin: "),
    ("synthesize --textures -o out --noise 9:3", 2, "--noise"),
    ("synthesize --textures -o out --scale 0:1", 2, "--scale"),
    ("synthesize --images v.nrrd -o out", 1, "v.nrrd: "),
    ("synthesize --textures --images a.nrrd -o out", 2, "--textures"),
    ("synthesize --textures -o text.png/x --count 1 --size 16", 1, "text.png/x"),
  ]) func `What cannot be done is one line`(line: String, status: Int32, part: String) throws {
    try folder.write(picture: "a.nrrd")
    try folder.write(volume: "v.nrrd")
    try folder.write("text.png", "hello")
    try folder.write("odd.bin", "hello")
    try folder.write(picture: "flat.nrrd", width: 200, height: 200) { _, _ in 7 }
    let values = (0..<40_000).map { $0 == 9 ? "nan" : "\($0 % 17)" }.joined(separator: " ")
    try folder.write("nan.nrrd", "NRRD0004\ntype: float\ndimension: 2\nsizes: 200 200\nencoding: ascii\n\n\(values)\n")
    try FileManager.default.createDirectory(atPath: folder.path("empty"), withIntermediateDirectories: true)
    let before = folder.names
    let result = try run(line)
    #expect(result.status == status && result.output == "", "\(result.errors)")
    #expect(result.errors.contains(part) && result.errors.filter { $0 == "\n" }.count == 1, "\(result.errors)")
    #expect(folder.names == before)
  }
}
