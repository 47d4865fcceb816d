import Foundation
import Testing

/// Plates from the command line.
@Suite(.enabled(if: Command.readsImages, "the plug-in for files is not built (make plugins)"))
struct ColorizeTests {
  private let folder = TemporaryFolder()

  init() throws {
    try folder.write(plate: "plate.nrrd")
    try folder.write(picture: "landscape.nrrd", width: 300, height: 200)
    try folder.write("text.png", "hello")
  }

  @Test func `A plate becomes a picture of its own depth with a report`() throws {
    let result = try Command.run(
      ["colorize", "plate.nrrd", "-o", "picture.png", "--report", "report.html", "--json"], in: folder)
    #expect(result.status == 0 && result.errors == "", "\(result.errors)")
    let object = try #require(result.object)
    #expect(object["verdict"] as? String == "aligned" && object["picture"] as? String == "picture.png")
    #expect((object["alignments"] as? [[String: Any]])?.map { $0["exposure"] as? String } == ["blue", "red"])
    let info = try #require(try Command.run(["info", "--json", "picture.png"], in: folder).object)
    #expect(info["channels"] as? Int == 3 && info["sample_type"] as? String == "uint8")
    #expect(info["size"] as? [Int] == object["size"] as? [Int])
    #expect(try folder.text("report.html").contains("id=\"after-red\""))
  }

  @Test func `Sixteen bits stay sixteen bits`() throws {
    try folder.write(plate: "deep.nrrd", isDeep: true)
    let result = try Command.run(["colorize", "deep.nrrd", "-o", "picture.tif"], in: folder)
    #expect(result.status == 0 && result.output.hasPrefix("aligned\n"), "\(result.errors)")
    let info = try #require(try Command.run(["info", "--json", "picture.tif"], in: folder).object)
    #expect(info["channels"] as? Int == 3 && info["sample_type"] as? String == "uint16")
  }

  @Test func `Each method and metric makes a picture`() throws {
    for options in [
      ["--method", "search", "--metric", "ssim"], ["--method", "search", "--metric", "ncc"],
      ["--transform", "translation"], ["--reference", "red"],
    ] {
      let result = try Command.run(["colorize", "plate.nrrd", "-o", "picture.png", "--json"] + options, in: folder)
      #expect(result.status == 0 && result.object?["verdict"] as? String == "aligned", "\(options): \(result.output)")
    }
  }

  @Test func `A descent that ends elsewhere is doubtful and keeps its trace`() throws {
    let result = try Command.run(
      ["colorize", "plate.nrrd", "-o", "picture.png", "--json", "--method", "gradient", "--steps", "3"], in: folder)
    #expect(result.status == 0 && result.object?["verdict"] as? String == "doubtful", "\(result.output)")
    #expect(result.errors.hasPrefix("vernier: warning: plate.nrrd: doubtful: "))
    let alignments = try #require(result.object?["alignments"] as? [[String: Any]])
    #expect(alignments.allSatisfy { ($0["trace"] as? [[String: Any]])?.count == 3 })
  }

  @Test func `A folder is coloured in one go, and what is no plate does not end it`() throws {
    try FileManager.default.createDirectory(atPath: folder.path("in"), withIntermediateDirectories: true)
    for name in ["a", "b"] {
      let made = try Command.run(["colorize", "plate.nrrd", "-o", "in/\(name).png"], in: folder)
      #expect(made.status == 0)
    }
    try folder.write("in/c.png", "hello")
    let result = try Command.run(["colorize", "in", "plate.nrrd", "-o", "out", "--json"], in: folder)
    let lines = try result.output.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(result.status == 3)
    #expect(lines.map { $0["verdict"] as? String } == ["failed", "failed", "failed", "aligned"])
    #expect((lines[2]["error"] as? String)?.hasPrefix("in/c.png: ") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("out")) == ["plate.png"])
  }

  @Test func `What is no plate fails with the reason and writes nothing`() throws {
    let result = try Command.run(["colorize", "landscape.nrrd", "-o", "picture.png", "--json"], in: folder)
    #expect(result.status == 3)
    #expect(result.object?["verdict"] as? String == "failed" && result.object?["picture"] is NSNull)
    #expect((result.object?["reasons"] as? [String])?.first?.contains("no plate") == true)
    #expect(result.errors.contains("not written: picture.png") && !folder.exists("picture.png"))
  }

  @Test(arguments: [
    ("colorize text.png -o out.png", "text.png"), ("colorize nowhere.png -o out.png", "nowhere.png"),
    ("colorize plate.nrrd -o no/out.png", "no/out.png"), ("colorize plate.nrrd -o out.xyz", "out.xyz"),
    ("colorize plate.nrrd -o plate.nrrd", "plate.nrrd"), ("colorize plate.nrrd -o o.png --report r.txt", "r.txt"),
  ])
  func `One line names the file that cannot be used`(line: String, file: String) throws {
    let before = folder.names
    let result = try Command.run(line.split(separator: " ").map(String.init), in: folder)
    #expect(result.status == 1 && result.output == "")
    #expect(result.errors.hasPrefix("vernier: \(file): ") && result.errors.filter { $0 == "\n" }.count == 1)
    #expect(folder.names == before)
  }

  @Test(arguments: [
    ("colorize plate.nrrd", "--output OUT is missing"),
    ("colorize plate.nrrd -o a.png --metric ssim", "--metric is for --method search or gradient"),
    ("colorize plate.nrrd -o a.png --method gradient --metric ssim", "--method gradient minimises mse or ncc"),
    ("colorize plate.nrrd -o a.png --steps 5", "--learning-rate and --steps are for --method gradient"),
    ("colorize plate.nrrd -o a.png --method gradient --learning-rate 0", "--learning-rate cannot be 0; it is a number"),
  ])
  func `Options that do not go together are usage errors`(line: String, message: String) throws {
    let result = try Command.run(line.split(separator: " ").map(String.init), in: folder)
    #expect(result.status == 2 && result.errors.hasPrefix("vernier: \(message)"), "\(result.errors)")
  }
}

extension TemporaryFolder {
  /// Writes a plate of three exposures of one texture, blue and red a few samples off, within a dark frame on white.
  func write(plate name: String, isDeep: Bool = false) throws {
    let (width, step, seam) = (180, 150, 6)
    let height = 3 * step + 2 * seam + 28
    let header =
      "NRRD0004\ntype: \(isDeep ? "uint16" : "uint8")\nendian: little\ndimension: 2\nsizes: \(width) \(height)\nencoding: raw\n\n"
    var samples = Data(header.utf8)
    let shifts = [(2, -3), (0, 0), (-2, 3)]
    for y in 0..<height {
      for x in 0..<width {
        let (index, row) = (y - 14).quotientAndRemainder(dividingBy: step + seam)
        var value: UInt8 = x < 6 || y < 6 || x >= width - 6 || y >= height - 6 ? 250 : 4
        if x >= 10, x < width - 10, y >= 14, index < 3, row < step {
          let texture = Self.texture(x - shifts[index].0 + 20, row - shifts[index].1 + 20)
          value = UInt8(60 + Int(texture) / (index == 1 ? 2 : 3))
        }
        if isDeep {
          samples.append(contentsOf: [UInt8(truncatingIfNeeded: UInt16(value) &* 37), value])
        } else {
          samples.append(value)
        }
      }
    }
    try samples.write(to: URL(filePath: path(name)))
  }
}
