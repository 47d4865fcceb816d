import Foundation
import Glibc
import Testing
import Vernier
import VernierFiles

/// `vernier stack` as a person runs it.
@Suite(.enabled(if: Command.readsImages, "the plug-in for files is not built (make plugins)"))
struct StackTests {
  private let folder = TemporaryFolder()

  /// What a camera sees of one scene as it drifts: moving(p) = scene(p + place).
  private static let places: [Vector<2>] = (0..<6).map { Vector([40 + 3.25 * Double($0), 50 - 2.5 * Double($0)]) }

  private static func frame(_ place: Vector<2>) throws -> Image<2> {
    let scene = SyntheticScene(side: 220, seed: 77).image
    return scene.resampled(
      onto: try Grid<2>(size: [120, 100]), through: Affine<2>(translation: place), interpolation: .cubic)
  }

  /// A file for each frame: t1.png, t4.png, t7.png, t10.png …
  private func frames() throws -> [String] {
    try FileManager.default.createDirectory(atPath: folder.path("in"), withIntermediateDirectories: true)
    return try Self.places.enumerated().map { number, place in
      let path = folder.path("in/t\(3 * number + 1).png")
      try ImageFile([try Self.frame(place)], sampleType: .uint8).write(to: path)
      return path
    }
  }

  private func lines(_ output: String) -> [[String: Any]] {
    output.split(separator: "\n").compactMap { line in
      (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any]
    }
  }

  private func shift(_ line: [String: Any]) throws -> [Double] {
    let matrix = try #require(line["matrix"] as? [[Double]])
    return [matrix[0][2], matrix[1][2]]
  }

  private let plain = ["--transform", "translation", "--reference", "first"]

  @Test func `A folder's frames come out in the order of their numbers, in one file`() throws {
    let frames = try frames()
    let result = try Command.run(
      ["stack", folder.path("in"), "-o", folder.path("out.tif"), "--json"] + plain)
    #expect(result.status == 0, "\(result.errors)")
    let lines = lines(result.output)
    #expect(lines.map { $0["file"] as? String } == frames)
    for (number, line) in lines.enumerated() {
      #expect(line["frame"] as? Int == number && line["verdict"] as? String == "aligned")
      let (found, expected) = (try shift(line), Self.places[0] - Self.places[number])
      #expect(abs(found[0] - expected[0]) < 0.1 && abs(found[1] - expected[1]) < 0.1)
    }
    // Pages are read back as frames, each where the first one is.
    let written = try FrameSeries([folder.path("out.tif")])
    #expect(written.count == 6)
    let (first, last) = (try written.frame(0), try written.frame(5))
    #expect(first.sampleType == .uint8 && first.size == [120, 100])
    let pair = (
      try #require(first.channels(as: Image<2>.self)?[0]), try #require(last.channels(as: Image<2>.self)?[0])
    )
    let middle = (40..<70).flatMap { y in (40..<80).map { x in abs(pair.0[x, y] - pair.1[x, y]) } }
    #expect(middle.reduce(0, +) / Float(middle.count) < 6)
  }

  @Test func `A file of pages is a series, and its output another`() throws {
    _ = try Command.run(["stack"] + (try frames()) + ["-o", folder.path("pages.tif")] + plain)
    let result = try Command.run(
      ["stack", folder.path("pages.tif"), "-o", folder.path("again.tif"), "--json"] + plain)
    #expect(result.status == 0, "\(result.errors)")
    for line in lines(result.output) { #expect(try shift(line).allSatisfy { abs($0) < 0.1 }) }
  }

  @Test func `Transforms are saved as a table and as files that apply takes`() throws {
    let frames = try frames()
    let table = try Command.run(
      ["stack"] + frames + ["-o", folder.path("a.tif"), "--save-transforms", folder.path("t.csv")] + plain)
    #expect(table.status == 0, "\(table.errors)")
    let rows = try folder.text("t.csv").split(separator: "\n")
    #expect(rows.count == 7 && rows[0].hasPrefix("frame,file,verdict,confidence,skipped,rotation,x,y,m11"))
    _ = try Command.run(
      ["stack"] + frames + ["-o", folder.path("a.tif"), "--save-transforms", folder.path("transforms")] + plain)
    let applied = try Command.run([
      "apply", folder.path("transforms/frame-4.tfm"), frames[4], "--like", frames[0], "-o", folder.path("moved.png"),
    ])
    #expect(applied.status == 0, "\(applied.errors)")
    let moved = try #require(ImageFile.read(folder.path("moved.png")).channels(as: Image<2>.self)?[0])
    let page = try #require(FrameSeries([folder.path("a.tif")]).frame(4).channels(as: Image<2>.self)?[0])
    #expect(zip(moved.samples, page.samples).allSatisfy { abs($0 - $1) <= 1 })
  }

  @Test func `The union shows what any frame shows`() throws {
    let result = try Command.run(
      ["stack"] + (try frames()) + ["-o", folder.path("u.tif"), "--canvas", "union", "--json"] + plain)
    #expect(result.status == 0, "\(result.errors)")
    let size = try FrameSeries([folder.path("u.tif")]).frame(0).size
    #expect((136...138).contains(size[0]) && (112...114).contains(size[1]))
    let shifts = try lines(result.output).map(shift)
    #expect(abs(shifts[5][0] - shifts[0][0] + 16.25) < 0.1, "from pixels of the larger canvas")
  }

  @Test func `A frame that cannot be read ends it, or is left out where that is asked for`() throws {
    var frames = try frames()
    frames[2] = folder.path("in/broken.png")
    try folder.write("in/broken.png", "\u{89}PNG")
    let output = ["-o", folder.path("out.tif"), "--json"]
    let ended = try Command.run(["stack"] + frames + output + plain)
    #expect(ended.status == 1 && ended.errors.contains("broken.png") && !folder.exists("out.tif"))
    let skipped = try Command.run(["stack"] + frames + output + plain + ["--skip-unreadable"])
    #expect(skipped.status == 0 && skipped.errors.contains("broken.png"))
    #expect(lines(skipped.output).map { $0["skipped"] as? Bool } == [false, false, true, false, false, false])
    #expect(try FrameSeries([folder.path("out.tif")]).count == 6)
  }

  @Test func `What is no series, and what cannot be written, is told`() throws {
    let frames = try frames()
    let one = try Command.run(["stack", frames[0], "-o", folder.path("out.tif")])
    #expect(one.status == 1 && one.errors.contains("one frame"))
    let suffix = try Command.run(["stack"] + frames + ["-o", folder.path("out.png")])
    #expect(suffix.status == 1 && suffix.errors.contains("out.png"))
    let reference = try Command.run(["stack"] + frames + ["-o", folder.path("out.tif"), "--reference", "9"])
    #expect(reference.status == 1 && reference.errors.contains("6 frames"))
    let word = try Command.run(["stack"] + frames + ["-o", folder.path("out.tif"), "--reference", "last"])
    #expect(word.status == 2)
    #expect(!folder.exists("out.tif"))
  }

  @Test func `A report shows the frames before and after`() throws {
    let result = try Command.run(
      ["stack"] + (try frames()) + ["-o", folder.path("out.tif"), "--report", folder.path("r.html")] + plain)
    #expect(result.status == 0, "\(result.errors)")
    let page = try folder.text("r.html")
    for text in ["All frames aligned", "id=\"before-5\"", "id=\"after-5\"", "Shift of the centre"] {
      #expect(page.contains(text), "\(text)")
    }
  }

  @Test func `Frames are told as they are written, and a signal ends it with all outputs`() throws {
    let frames = try frames()
    try FileManager.default.createDirectory(atPath: folder.path("live"), withIntermediateDirectories: true)
    let process = Process()
    process.executableURL = URL(filePath: Command.path)
    process.arguments =
      ["stack", "--follow", folder.path("live"), "-o", folder.path("live.tif"), "--json"]
      + ["--save-transforms", folder.path("live.csv")] + plain
    let output = Pipe()
    process.standardOutput = output
    try Command.start(process, endedBy: SIGTERM)
    defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
    var text = ""
    for (number, frame) in frames.enumerated() {
      try FileManager.default.copyItem(atPath: frame, toPath: folder.path("live/f\(number).png"))
      while text.filter({ $0 == "\n" }).count <= number {
        text += String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        if !process.isRunning { break }
      }
    }
    process.terminate()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let lines = lines(text)
    #expect(lines.count == 6)
    for (number, line) in lines.enumerated() {
      let (found, expected) = (try shift(line), Self.places[0] - Self.places[number])
      #expect(abs(found[0] - expected[0]) < 0.1 && abs(found[1] - expected[1]) < 0.1, "frame \(number)")
    }
    #expect(try FrameSeries([folder.path("live.tif")]).count == 6)
    #expect(try folder.text("live.csv").split(separator: "\n").count == 7)
  }

  @Test func `What does not go with frames that are still to come is told`() throws {
    try FileManager.default.createDirectory(atPath: folder.path("live"), withIntermediateDirectories: true)
    let follow = ["stack", "--follow", folder.path("live")]
    for options in [["--reference", "mean"], ["--canvas", "union"], ["--reference", "3"]] {
      #expect(try Command.run(follow + options).status == 2, "\(options)")
    }
    #expect(try Command.run(["stack", "--follow", folder.path("none")]).status == 1)
    #expect(try Command.run(["stack", "-o", folder.path("out.tif")]).status == 2, "no frame is named")
  }
}
