import Foundation
import Testing

/// A method that finds no transform fails like an alignment that is not believed; it is no unusable input.
@Suite(.enabled(if: Command.findsKeypoints, "the plug-ins for files and vision are not built (make plugins)"))
struct NoAnswerTests {
  private let folder = TemporaryFolder()

  init() throws {
    // No picture of this size holds four keypoints of ORB, which stays 31 samples away from the border.
    for name in ["a.nrrd", "b.nrrd"] { try folder.write(picture: name) }
  }

  private static let reason =
    "orb: too few keypoints: 0 in the fixed image and 0 in the moving one, 4 are needed in each; try the method search+refine"

  @Test func `Register writes the report alone and ends with status 3`() throws {
    let result = try Command.run(
      [
        "register", "a.nrrd", "b.nrrd", "--method", "orb", "--json", "-o", "moved.png", "--save-transform", "t.tfm",
        "--report", "r.html",
      ], in: folder)
    #expect(result.status == 3)
    #expect(
      result.errors == "vernier: b.nrrd: the alignment failed: \(Self.reason); not written: moved.png, t.tfm\n")
    #expect(folder.names == ["a.nrrd", "b.nrrd", "r.html"])
    let page = try folder.text("r.html")
    #expect(page.contains("No transform was found: \(Self.reason)."))
    #expect(page.contains("Not written: <b>moved.png</b> and <b>t.tfm</b>, for want of a transform."))
    let object = try #require(result.object)
    #expect(object["verdict"] as? String == "failed")
    #expect(object["confidence"] as? Int == 0)
    #expect(object["matrix"] is NSNull)
    #expect(object["error"] as? String == Self.reason)
    #expect(object["fixed"] as? String == "a.nrrd" && object["moving"] as? String == "b.nrrd")
  }

  @Test func `Without JSON the reason is for a person`() throws {
    let result = try Command.run(["register", "a.nrrd", "b.nrrd", "--method", "orb+refine"], in: folder)
    #expect(result.status == 3)
    #expect(
      result.output == """
        failed, no transform found
        \(Self.reason)

        """)
    #expect(result.errors == "vernier: b.nrrd: the alignment failed: \(Self.reason)\n")
  }

  @Test func `Batch writes a failed line and goes on`() throws {
    try folder.write("pairs.csv", "fixed,moving,subject\na.nrrd,b.nrrd,7\na.nrrd,no.nrrd,8\n")
    let result = try Command.run(["batch", "pairs.csv", "--method", "orb"], in: folder)
    #expect(result.status == 3)
    let lines = try result.output.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
    #expect(lines.count == 2)
    #expect(lines[0]["verdict"] as? String == "failed" && lines[0]["matrix"] is NSNull)
    #expect(lines[0]["error"] as? String == Self.reason)
    #expect(lines[0]["subject"] as? String == "7")
    #expect((lines[1]["error"] as? String)?.hasPrefix("no.nrrd") == true)
    #expect(result.errors.hasPrefix("vernier: pair 1: b.nrrd: the alignment failed: \(Self.reason)\n"))
  }

  @Test func `A missing plug-in is named with the remedy`() throws {
    let native = URL(filePath: Command.path).appending(path: "../../../native").standardized
    try FileManager.default.copyItem(atPath: Command.path, toPath: folder.path("vernier"))
    try FileManager.default.createDirectory(atPath: folder.path("plugins"), withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("plugins/libvernier-files.so"),
      withDestinationPath: native.appending(path: "libvernier-files.so").path())
    let result = try Command.run(
      ["register", "a.nrrd", "b.nrrd", "--method", "sift"], environment: ["VERNIER_PLUGINS": ""], in: folder,
      program: folder.path("vernier"))
    #expect(result.status == 1)
    #expect(result.errors.hasPrefix("vernier: the plug-in libvernier-vision.so is not there; `make build` builds it"))
    #expect(result.errors.split(separator: "\n").count == 1)
  }
}
