import Foundation
import Glibc
import Testing

@Suite(.enabled(if: Command.readsImages, "the plug-in for files is not built (make plugins)"))
struct RegisterTests {
  private let folder = TemporaryFolder()
  private let scene: TemporaryFolder

  init() throws { scene = try Self.drawn.get() }

  /// The demonstration's images, drawn once: fixed.png and moving.png.
  private static let drawn = Result {
    let folder = TemporaryFolder()
    _ = try Command.run(["demo", "--output", folder.root])
    return folder
  }

  private var fixed: String { scene.path("fixed.png") }
  private var moving: String { scene.path("moving.png") }

  @Test func `The demo says the true error and where the report lies`() throws {
    let result = try Command.run(["demo", "--output", folder.path("new/folder")])
    #expect(result.status == 0, "\(result.errors)")
    let error = try #require(try /true error: ([0-9.]+) px/.firstMatch(in: result.output)?.1)
    #expect(try #require(Double(error)) < 0.2)
    #expect(result.output.hasSuffix("look at: \(folder.path("new/folder"))/report.html\n"))
    #expect(try folder.text("new/folder/report.html").hasPrefix("<!"))
  }

  @Test func `A pair leaves the image, the transform and the report that were asked for`() throws {
    let result = try Command.run([
      "register", fixed, moving, "--json", "-o", folder.path("moved.tif"), "--save-transform", folder.path("t.tfm"),
      "--report", folder.path("r.html"),
    ])
    #expect(result.status == 0 && result.errors == "")
    #expect(folder.names == ["moved.tif", "r.html", "t.tfm"], "and no other file")
    let object = try #require(result.object)
    #expect(object["fixed"] as? String == fixed)
    #expect(object["verdict"] as? String == "aligned")
    #expect((object["matrix"] as? [[Double]])?.count == 3)
    let info = try Command.run(["info", "--json", folder.path("t.tfm")])
    #expect(info.object?["matrix"] as? [[Double]] == object["matrix"] as? [[Double]])

    // The saved transform makes the same image again.
    _ = try Command.run([
      "apply", folder.path("t.tfm"), moving, "--like", fixed, "-o", folder.path("again.tif"),
    ])
    let written = try ["moved.tif", "again.tif"].map { try Data(contentsOf: URL(filePath: folder.path($0))) }
    #expect(written[0] == written[1])
  }

  @Test func `Measure says how well two images agree`() throws {
    let same = try Command.run(["measure", "--json", fixed, fixed])
    #expect(same.object?["overlap"] as? Double == 1)
    #expect(same.object?["mse"] as? Double == 0)
    let apart = try Command.run(["measure", fixed, moving])
    #expect(apart.status == 0 && apart.output.contains("ncc"))
  }

  @Test func `Without JSON the result is for a person`() throws {
    let result = try Command.run(["register", fixed, moving], in: folder)
    #expect(result.output.hasPrefix("aligned, confidence "))
    #expect(result.output.split(separator: "\n").count == 3)
    let verbose = try Command.run(["register", fixed, moving, "--verbose"], in: folder)
    #expect(verbose.output.hasPrefix(result.output.prefix { $0 != "\n" }) && verbose.output.contains("there and back"))
    #expect(folder.names == [])
  }

  @Test func `A failed alignment writes the report alone and ends with status 3`() throws {
    try folder.write(picture: "noise.nrrd", width: 200, height: 200) { x, y in
      UInt8(truncatingIfNeeded: (x &* 7919 &+ y &* 104_729) &* (x &+ 31 &* y) >> 3)
    }
    let result = try Command.run([
      "register", fixed, folder.path("noise.nrrd"), "--json", "-o", folder.path("moved.png"), "--save-transform",
      folder.path("t.json"), "--report", folder.path("r.html"),
    ])
    #expect(result.status == 3)
    #expect(result.object?["verdict"] as? String == "failed")
    #expect(result.errors.hasSuffix("not written: \(folder.path("moved.png")), \(folder.path("t.json"))\n"))
    #expect(folder.names == ["noise.nrrd", "r.html"])
    let anyway = try Command.run([
      "register", fixed, folder.path("noise.nrrd"), "--json", "-o", folder.path("moved.png"), "--write-anyway",
    ])
    #expect(anyway.status == 3 && anyway.object?["written_anyway"] as? Bool == true)
    #expect(anyway.errors.hasSuffix("written all the same: \(folder.path("moved.png"))\n"))
    #expect(folder.names == ["moved.png", "noise.nrrd", "r.html"])
  }

  @Test func `An existing output stays until a complete one replaces it`() throws {
    try folder.write("moved.png", "precious")
    let bad = try Command.run(["register", fixed, folder.path("no.png"), "-o", folder.path("moved.png")])
    #expect(bad.status == 1)
    #expect(try folder.text("moved.png") == "precious")
    let good = try Command.run(["register", fixed, moving, "-o", folder.path("moved.png")])
    #expect(good.status == 0)
    #expect(try Command.run(["info", folder.path("moved.png")]).status == 0)
  }

  @Test func `An interrupted batch leaves no half-written file`() throws {
    let rows = (0..<200).map { _ in "\(fixed),\(moving)" }
    try folder.write("pairs.csv", "fixed,moving\n" + rows.joined(separator: "\n"))
    for (delay, signal) in [(300, SIGINT), (450, SIGTERM)] as [(UInt32, Int32)] {
      let process = Process()
      process.executableURL = URL(filePath: Command.path)
      process.arguments = ["batch", folder.path("pairs.csv"), "-o", folder.path("{row}.png")]
      process.standardOutput = FileHandle.nullDevice
      try Command.start(process, endedBy: signal)
      // Not `Task.sleep`: other tests may hold the pool's threads until the batch is over.
      usleep(delay * 1000)
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      #expect(folder.names.count { $0.hasSuffix(".png") } < rows.count, "the signal did not end the batch")
      for name in folder.names where name != "pairs.csv" {
        #expect(name.hasSuffix(".png") && !name.hasPrefix("."))
        #expect(try Command.run(["info", folder.path(name)]).status == 0)
      }
    }
  }
}
