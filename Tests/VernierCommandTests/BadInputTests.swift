import Foundation
import Testing

/// Whatever is wrong with the input: one line that names the file, status 1, nothing written.
@Suite(.enabled(if: Command.readsImages, "the plug-in for files is not built (make plugins)"))
struct BadInputTests {
  private let folder = TemporaryFolder()

  init() throws {
    try folder.write(picture: "a.nrrd")
    try folder.write(picture: "b.nrrd")
    try folder.write(volume: "volume.nrrd")
    try folder.write("plane.tfm", Self.plane)
    try folder.write("text.png", "hello")
    try folder.write("empty.png", "")
    try folder.write(
      "zero.nrrd", "NRRD0004\ntype: uint8\ndimension: 2\nsizes: 0 4\nencoding: raw\n\n")
    try folder.write("cut.nrrd", "NRRD0004\ntype: uint8\ndimension: 2\nsizes: 400 400\nencoding: raw\n\nabc")
    try folder.write(picture: "constant.nrrd") { _, _ in 7 }
    try folder.write(picture: "black.nrrd") { _, _ in 0 }
    try folder.write(picture: "small.nrrd", width: 9, height: 9)
    let values = (0..<64).map { $0 == 9 ? "nan" : "\($0 * $0 % 17)" }.joined(separator: " ")
    try folder.write(
      "nan.nrrd", "NRRD0004\ntype: float\ndimension: 2\nsizes: 8 8\nencoding: ascii\n\n\(values)\n")
  }

  private static let plane = """
    #Insight Transform File V1.0
    #Transform 0
    Transform: AffineTransform_double_2_2
    Parameters: 1 0 0 1 2 3
    FixedParameters: 0 0

    """

  @Test(arguments: [
    ("register a.nrrd nowhere.png -o out.nrrd", "nowhere.png"),
    ("register nowhere.png a.nrrd -o out.nrrd", "nowhere.png"),
    ("register a.nrrd text.png -o out.nrrd", "text.png"),
    ("register a.nrrd empty.png -o out.nrrd", "empty.png"),
    ("register a.nrrd zero.nrrd -o out.nrrd", "zero.nrrd"),
    ("register a.nrrd cut.nrrd -o out.nrrd", "cut.nrrd"),
    ("register a.nrrd . -o out.nrrd", "."),
    ("register a.nrrd constant.nrrd -o out.nrrd", "constant.nrrd"),
    ("register constant.nrrd a.nrrd -o out.nrrd", "constant.nrrd"),
    ("register a.nrrd volume.nrrd -o out.nrrd", "volume.nrrd"),
    ("register a.nrrd b.nrrd -o out.nrrd --fixed-mask small.nrrd", "small.nrrd"),
    ("register a.nrrd b.nrrd -o out.nrrd --moving-mask volume.nrrd", "volume.nrrd"),
    ("register a.nrrd b.nrrd -o out.nrrd --fixed-mask black.nrrd", "black.nrrd"),
    ("register a.nrrd b.nrrd -o out.nrrd --moving-mask nowhere.png", "nowhere.png"),
    ("register a.nrrd b.nrrd -o out.nrrd --initial nowhere.tfm", "nowhere.tfm"),
    ("register a.nrrd b.nrrd -o out.nrrd --initial text.png", "text.png"),
    ("register volume.nrrd volume.nrrd -o out.nrrd --initial plane.tfm", "plane.tfm"),
    ("register a.nrrd b.nrrd -o no/out.nrrd", "no/out.nrrd"),
    ("register a.nrrd b.nrrd -o out.xyz", "out.xyz"),
    ("register a.nrrd b.nrrd -o a.nrrd", "a.nrrd"),
    ("register a.nrrd b.nrrd --save-transform t.xyz", "t.xyz"),
    ("register a.nrrd b.nrrd --report r.txt", "r.txt"),
    ("register volume.nrrd volume.nrrd -o out.png", "out.png"),
    ("apply plane.tfm volume.nrrd --like volume.nrrd -o out.nrrd", "plane.tfm"),
    ("apply text.png a.nrrd --like b.nrrd -o out.nrrd", "text.png"),
    ("apply plane.tfm a.nrrd --like volume.nrrd -o out.nrrd", "a.nrrd"),
    ("apply plane.tfm nan.nrrd --like a.nrrd -o out.png", "out.png"),
    ("measure a.nrrd small.nrrd", "small.nrrd"),
    ("measure a.nrrd volume.nrrd", "volume.nrrd"),
    ("batch nowhere.csv", "nowhere.csv"),
    ("batch text.png", "text.png"),
    ("info nowhere.png", "nowhere.png"),
    ("demo --output text.png/x", "text.png/x"),
  ])
  func `One line names the file`(line: String, file: String) throws {
    let before = folder.names
    let result = try Command.run(line.split(separator: " ").map(String.init), in: folder)
    #expect(result.status == 1)
    #expect(result.output == "")
    #expect(
      result.errors.hasPrefix("vernier: \(file): ") || result.errors.hasPrefix("vernier: \(file), line "),
      "\(result.errors)")
    #expect(result.errors.filter { $0 == "\n" }.count == 1 && result.errors.hasSuffix("\n"))
    #expect(folder.names == before)
  }

  @Test(.enabled(if: getuid() != 0, "root may read everything"))
  func `A file without permission is named`() throws {
    chmod(folder.path("b.nrrd"), 0)
    let result = try Command.run(["register", folder.path("a.nrrd"), folder.path("b.nrrd")])
    #expect(result.status == 1 && result.errors.contains("b.nrrd"))
  }

  @Test func `Info goes on after a bad file`() throws {
    let result = try Command.run(["info", "--json", "text.png", "a.nrrd"], in: folder)
    #expect(result.status == 1)
    #expect(result.object?["size"] as? [Int] == [48, 40])
    #expect(result.object?["sample_type"] as? String == "uint8")
  }

  @Test func `A bad pair of a batch is a line and the others go on`() throws {
    try folder.write(
      "pairs.csv", "moving,subject,fixed\ntext.png,s1,a.nrrd\nb.nrrd,\"s,2\",a.nrrd\nodd\nb.nrrd,s4,a.nrrd\n")
    let result = try Command.run(["batch", "pairs.csv", "--transform", "translation"], in: folder)
    let lines = try result.output.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
    #expect(result.status == 3)
    #expect(lines.map { $0["subject"] as? String } == ["s1", "s,2", nil, "s4"])
    #expect(lines[0]["verdict"] as? String == "failed")
    #expect((lines[0]["error"] as? String)?.hasPrefix("text.png: ") == true)
    #expect((lines[2]["error"] as? String)?.hasPrefix("pairs.csv, line 4: ") == true)
    #expect(lines[1]["error"] == nil && lines[1]["matrix"] is [[Double]])
    #expect(lines[1]["matrix"] as? [[Double]] == lines[3]["matrix"] as? [[Double]])
  }

  @Test func `A batch whose outputs would overwrite each other does not start`() throws {
    try folder.write("pairs.csv", "fixed,moving\na.nrrd,b.nrrd\na.nrrd,b.nrrd\n")
    let clash = try Command.run(["batch", "pairs.csv", "-o", "moved.nrrd"], in: folder)
    #expect(clash.status == 1 && clash.errors.hasPrefix("vernier: moved.nrrd: "))
    let unknown = try Command.run(["batch", "pairs.csv", "-o", "{who}.nrrd"], in: folder)
    #expect(unknown.status == 2 && unknown.output == "")
  }
}

/// Without a plug-in the command still starts and says what is missing.
@Suite struct MissingPluginTests {
  private let folder = TemporaryFolder()

  @Test func `A missing plug-in is one line with the remedy`() throws {
    try folder.write(picture: "a.nrrd")
    // A copy far from the build folder finds no plug-in.
    try FileManager.default.copyItem(atPath: Command.path, toPath: folder.path("vernier"))
    let process = Process()
    let errors = Pipe()
    process.executableURL = URL(filePath: folder.path("vernier"))
    process.arguments = ["info", folder.path("a.nrrd")]
    process.environment = ["PATH": "/usr/bin"]
    process.standardError = errors
    try process.run()
    process.waitUntilExit()
    let line = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    #expect(process.terminationStatus == 1)
    #expect(line.hasPrefix("vernier: \(folder.path("a.nrrd")): ") && line.contains("make"), "\(line)")
  }
}
