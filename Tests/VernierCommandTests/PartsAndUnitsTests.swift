import Foundation
import Testing
import Vernier
import VernierFiles

/// Parts of files, channels and pixel sizes, as a person meets them.
@Suite(.enabled(if: Command.readsImages, "the plug-in for files is not built (make plugins)"))
struct PartsAndUnitsTests {
  private let folder = TemporaryFolder()

  private func run(_ line: String) throws -> Command.Result {
    try Command.run(line.split(separator: " ").map(String.init), in: folder)
  }

  /// A scene of 64×56 samples, seen from (x, y).
  private func scene(_ x: Int, _ y: Int, spacing: Double = 1) throws -> Image<2> {
    let grid = try Grid<2>(size: [64, 56], spacing: [spacing, spacing])
    let samples = (0..<grid.count).map { index in
      let (u, v) = (Float(index % 64 + x), Float(index / 64 + y))
      return (120 + 50 * sin(0.31 * u + 0.013 * v * v) + 40 * cos(0.27 * v + 0.011 * u * u)).rounded()
    }
    return try Image(grid: grid, samples: samples)
  }

  private func matrix(_ result: Command.Result) throws -> [[Double]] {
    try #require(result.object?["matrix"] as? [[Double]], "\(result.errors)")
  }

  @Test func `Where one picture has a pixel size both are taken in pixels`() throws {
    try ImageFile([scene(0, 0)], sampleType: .uint8).write(to: folder.path("plain.png"))
    try ImageFile([scene(5, -3, spacing: 0.5)], sampleType: .uint8).write(to: folder.path("sized.tif"))
    let words = "plain.png: has no pixel size, and sized.tif has one: both are taken in pixels"
    for (fixed, moving, sign) in [("plain.png", "sized.tif", -1.0), ("sized.tif", "plain.png", 1.0)] {
      let result = try run("register \(fixed) \(moving) --transform translation --json -o moved.tif")
      #expect(result.status == 0 && result.errors == "vernier: \(words)\n", "\(result.errors)")
      let found = try matrix(result)
      #expect(abs(found[0][2] - 5 * sign) < 0.1 && abs(found[1][2] + 3 * sign) < 0.1)
      // The moved image keeps the pixel size that is known.
      let moved = try ImageFile.read(folder.path("moved.tif"))
      #expect(moved.source?.unit == "mm" && moved.channels(as: Image<2>.self)?.first?.grid.spacing == [0.5, 0.5])
    }
    let both = try run("register sized.tif sized.tif --transform translation --json")
    #expect(both.status == 0 && both.errors == "")
  }

  @Test func `Channels and parts are named, and what is taken by a rule is told`() throws {
    let channels = [try scene(0, 0), try scene(9, 4)]
    let layout = ChannelLayout(isColor: false)
    try ImageFile(channels, layout: layout, sampleType: .uint16).write(to: folder.path("two.tif"))
    try ImageFile([scene(9, 4)], sampleType: .uint8).write(to: folder.path("one.png"))
    let first = try run("register two.tif one.png --transform translation --json")
    #expect(first.errors.contains("two.tif: it has 2 channels; [c=0] is used"))
    let shift = try matrix(first)[0][2]
    #expect(abs(shift + 9) < 0.1)
    let second = try run("register two.tif[c=1] one.png --transform translation --json")
    let none = try matrix(second)[0][2]
    #expect(second.status == 0 && second.errors == "" && abs(none) < 0.1)
    // Every channel is moved, in its own type.
    let moved = try run("register one.png two.tif --transform translation -o moved.tif")
    #expect(moved.status == 0)
    let info = try run("info moved.tif moved.tif[c=1] --json").output.split(separator: "\n").map(String.init)
    #expect(info.count == 2 && info[0].contains(#""channels": 2"#) && info[0].contains(#""sample_type": "uint16""#))
    #expect(info[1].contains(#""channels": 1"#))
    let wrong = try run("register two.tif[c=2] one.png")
    #expect(wrong.status == 1 && wrong.errors.contains("it holds 2 channels; choose one from [c=0] to [c=1]"))
    let strange = try run("info two.tif[channel=1]")
    #expect(strange.status == 1 && strange.errors.contains("[channel=1] names no part of two.tif"))
  }

  @Test func `Lists name parts, and files that are written are named after them`() throws {
    try ImageFile([scene(0, 0), scene(9, 4)], layout: ChannelLayout(isColor: false), sampleType: .uint8)
      .write(to: folder.path("two.tif"))
    try folder.write("pairs.csv", "fixed,moving\ntwo.tif[c=0],two.tif[c=1]\n\"two.tif[t=0,c=1]\",two.tif[c=0]\n")
    let result = try run("batch pairs.csv --transform translation -o {fixed}-{moving}.png --jobs 1")
    #expect(result.status == 0, "\(result.errors)")
    #expect(folder.exists("two-c0-two-c1.png") && folder.exists("two-t0-c1-two-c0.png"))
  }

  @Test func `Small physical lengths are told in micrometres`() throws {
    let spacing = 0.00065
    try ImageFile([scene(0, 0, spacing: spacing)], sampleType: .uint8).write(to: folder.path("a.tif"))
    try ImageFile([scene(10, 0, spacing: spacing)], sampleType: .uint8).write(to: folder.path("b.tif"))
    let result = try run("register a.tif b.tif --transform translation --report r.html")
    #expect(result.status == 0 && result.output.contains("moved by (-6.5, 0) µm"), "\(result.output)")
    #expect(try folder.text("r.html").contains("0.650 × 0.650 µm apart"))
    let info = try run("info a.tif --json")
    #expect(info.object?["unit"] as? String == "mm" && info.object?["file_unit"] as? String == "mm")
    #expect(info.object?["spacing"] as? [Double] == [spacing, spacing])
  }
}
