import Foundation
import Testing

/// --prepare with numbers, and --initial center and moments, run as a person runs them.
@Suite(.enabled(if: Command.readsImages, "the plug-in for files is not built (make plugins)"))
struct PrepareCommandTests {
  private let folder = TemporaryFolder()

  init() throws { try folder.write(picture: "a.nrrd", width: 96, height: 90) }

  private func run(_ line: String) throws -> Command.Result {
    try Command.run(line.split(separator: " ").map(String.init), in: folder)
  }

  @Test(arguments: ["minmax", "percentile=1:99", "spacing=1.5", "size=64:60", "mask", "mask=100", "spacing=2,minmax"])
  func `A step is named with its numbers in the result`(steps: String) throws {
    let result = try run("register a.nrrd a.nrrd --prepare \(steps) --json")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.object?["prepare"] as? [String] == steps.split(separator: ",").map(String.init))
    let matrix = try #require(result.object?["matrix"] as? [[Double]])
    for (row, values) in matrix.enumerated() {
      for (column, value) in values.enumerated() { #expect(abs(value - (row == column ? 1 : 0)) < 0.05) }
    }
  }

  @Test(arguments: [
    ("minmax=3", "--prepare cannot be minmax=3; it is written as minmax"),
    ("percentile", "--prepare cannot be percentile; it is written as percentile=LOW:HIGH"),
    ("percentile=99:1", "--prepare cannot be percentile=99:1; it is written as percentile=LOW:HIGH"),
    ("tv,spacing=0", "--prepare cannot be spacing=0; it is written as spacing=DISTANCE or X:Y[:Z]"),
    ("size=2.5", "--prepare cannot be size=2.5; it is written as size=COUNT or X:Y[:Z]"),
    ("mask=otsu", "--prepare cannot be mask=otsu; it is written as mask[=THRESHOLD]"),
    ("spacing=1:1:1", "--prepare spacing=1:1:1 has 3 numbers; give one, or one for each of the 2 axes"),
  ])
  func `Wrong numbers are one line and status 2`(steps: String, message: String) throws {
    let result = try run("register a.nrrd a.nrrd --prepare \(steps)")
    #expect(result.status == 2 && result.output == "")
    #expect(result.errors == "vernier: \(message)\n")
  }

  @Test func `A threshold above everything names the image`() throws {
    let result = try run("register a.nrrd a.nrrd --prepare mask=300 -o out.nrrd")
    #expect(result.status == 1 && result.errors.hasPrefix("vernier: a.nrrd: the mask"))
    #expect(folder.names == ["a.nrrd"])
  }

  @Test func `Denoise knows the denoisers alone`() throws {
    let result = try run("denoise a.nrrd -o b.nrrd --method minmax")
    #expect(result.status == 2 && result.errors.contains("one of nlm, bilateral, tv\n"))
  }

  @Test(arguments: ["center", "moments"]) func `A start at the centres needs no search`(start: String) throws {
    try folder.write("far.nrrd", try shifted())
    let result = try run("register a.nrrd far.nrrd --initial \(start) --json")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.object?["method"] as? String == "refine")
    let matrix = try #require(result.object?["matrix"] as? [[Double]])
    #expect(abs(matrix[0][2] - 1000) < 0.05 && abs(matrix[1][2] + 500) < 0.05)
    // Without a start and a search the pictures do not meet.
    #expect(try run("register a.nrrd far.nrrd --method refine").status == 1)
  }

  /// The picture far off in physical space.
  private func shifted() throws -> String {
    let rows = (0..<90).map { y in (0..<96).map { "\(TemporaryFolder.texture($0, y))" }.joined(separator: " ") }
    return """
      NRRD0004
      type: uint8
      dimension: 2
      space dimension: 2
      sizes: 96 90
      space directions: (1,0) (0,1)
      space origin: (1000,-500)
      encoding: ascii

      \(rows.joined(separator: "\n"))

      """
  }
}
