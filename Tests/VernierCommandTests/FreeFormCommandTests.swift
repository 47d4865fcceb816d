import Foundation
import Testing

/// `--transform bspline` and what goes with it.
@Suite(.enabled(if: Command.readsImages, "the plug-in for files is not built (make plugins)"))
struct FreeFormCommandTests {
  private let folder = TemporaryFolder()

  /// A texture and the same bent by a wave of 3 samples.
  init() throws {
    func bent(_ x: Int, _ y: Int) -> UInt8 {
      let (x, y) = (Double(x) + 3 * sin(Double(y) / 14), Double(y) + 2 * cos(Double(x) / 17))
      return UInt8(
        128 + 40 * (sin(x * 0.31 + 0.004 * y * y) + cos(y * 0.23 + 0.003 * x * y) + sin(0.005 * (x * x - y))))
    }
    func straight(_ x: Int, _ y: Int) -> UInt8 {
      let (x, y) = (Double(x), Double(y))
      return UInt8(
        128 + 40 * (sin(x * 0.31 + 0.004 * y * y) + cos(y * 0.23 + 0.003 * x * y) + sin(0.005 * (x * x - y))))
    }
    try folder.write(picture: "fixed.nrrd", width: 120, height: 100, value: bent)
    try folder.write(picture: "moving.nrrd", width: 120, height: 100, value: straight)
    try folder.write(picture: "fixed-labels.nrrd", width: 120, height: 100) { x, y in UInt8(x / 30 + y / 50 * 4) }
    try folder.write(picture: "small-labels.nrrd", width: 60, height: 100) { x, _ in UInt8(x / 30) }
  }

  @Test func `A deformation is found, saved, applied, undone and measured`() throws {
    let (fixed, moving) = (folder.path("fixed.nrrd"), folder.path("moving.nrrd"))
    let result = try Command.run([
      "register", fixed, moving, "--transform", "bspline", "--json", "-o", folder.path("moved.nrrd"),
      "--save-transform",
      folder.path("t.tfm"), "--report", folder.path("r.html"),
    ])
    #expect(result.status == 0, "\(result.errors)")
    let object = try #require(result.object)
    #expect(object["model"] as? String == "bspline" && object["method"] as? String == "search+refine+free-form")
    let spline = try #require(object["bspline"] as? [String: Any])
    #expect(spline["folding"] as? Double == 0 && (spline["size"] as? [Int])?.count == 2)
    #expect(try #require(spline["similarity_after"] as? Double) > 0.99)
    #expect(try folder.text("r.html").contains("data-evidence=\"folding\""))

    let info = try Command.run(["info", "--json", folder.path("t.tfm")])
    #expect(info.object?["model"] as? String == "bspline")
    #expect(info.object?["matrix"] as? [[Double]] == object["matrix"] as? [[Double]])

    _ = try Command.run(["apply", folder.path("t.tfm"), moving, "--like", fixed, "-o", folder.path("again.nrrd")])
    let written = try ["moved.nrrd", "again.nrrd"].map { try Data(contentsOf: URL(filePath: folder.path($0))) }
    #expect(written[0] == written[1])

    // The same as displacements at the fixed image's samples, in single precision.
    let field = try Command.run(
      ["register", fixed, moving, "--transform", "bspline", "--save-transform", folder.path("t.nii.gz")])
    #expect(field.status == 0, "\(field.errors)")
    _ = try Command.run(["apply", folder.path("t.nii.gz"), moving, "--like", fixed, "-o", folder.path("dense.nrrd")])
    let dense = try Command.run(["measure", folder.path("moved.nrrd"), folder.path("dense.nrrd"), "--json"])
    #expect(try #require(dense.object?["ncc"] as? Double, "\(dense.errors)") > 0.9999)

    // There and back: the fixed image's own samples, but for two interpolations.
    let back = try Command.run([
      "apply", folder.path("t.tfm"), fixed, "--like", moving, "--inverse", "-o", folder.path("back.nrrd"),
      "--interpolation", "cubic",
    ])
    #expect(back.status == 0, "\(back.errors)")
    // Without the rim, where what left the frame is 0.
    try folder.write(picture: "inside.nrrd", width: 120, height: 100) { x, y in
      x >= 12 && x < 108 && y >= 12 && y < 88 ? 1 : 0
    }
    func likeness(_ name: String) throws -> Double {
      let measured = try Command.run([
        "measure", moving, folder.path(name), "--fixed-mask", folder.path("inside.nrrd"), "--json",
      ])
      return try #require(measured.object?["ncc"] as? Double, "\(measured.errors)")
    }
    let (after, before) = (try likeness("back.nrrd"), try likeness("fixed.nrrd"))
    #expect(after > 0.98 && before < 0.8, "\(after) \(before)")

    // A transform is without error against itself; against points it has what they say.
    try folder.write("points.csv", "fixed_x,fixed_y,moving_x,moving_y\n10,20,10,20\n50,60,50,60\n")
    let own = try Command.run([
      "measure", fixed, folder.path("moved.nrrd"), "--measured-transform", folder.path("t.tfm"), "--reference",
      folder.path("t.tfm"), "--json",
    ])
    #expect(own.object?["tre_max"] as? Double == 0)
    let points = try Command.run([
      "measure", fixed, folder.path("moved.nrrd"), "--measured-transform", folder.path("t.tfm"), "--points",
      folder.path("points.csv"), "--json",
    ])
    #expect(points.object?["tre_points"] as? Double == 2)
    #expect(try #require(points.object?["tre"] as? Double) > 1)
    let start = try Command.run(["register", fixed, moving, "--initial", folder.path("t.tfm")])
    #expect(start.status == 1 && start.errors.contains("where a linear transform is needed"))
  }

  @Test func `A chain says where the deformation stands`() throws {
    let files = [folder.path("fixed.nrrd"), folder.path("moving.nrrd")]
    let missing = try Command.run(["register"] + files + ["--method", "refine+free-form"])
    #expect(missing.status == 2 && missing.errors.contains("add --transform bspline"))
    let metric = try Command.run(["register"] + files + ["--transform", "bspline", "--metric", "ngf"])
    #expect(metric.status == 2 && metric.errors.contains("mse, ncc and mi"))
    let chain = try Command.run(["register"] + files + ["--transform", "bspline", "--method", "refine", "--json"])
    #expect(chain.object?["method"] as? String == "refine+free-form", "\(chain.errors)")
    let methods = try Command.run(["methods"])
    #expect(methods.output.contains("free-form") && methods.output.contains("bspline"))
  }

  @Test func `Labels are measured, and have to lie on the image's grid`() throws {
    let (fixed, labels) = (folder.path("fixed.nrrd"), folder.path("fixed-labels.nrrd"))
    let same = try Command.run(["measure", fixed, fixed, "--fixed-labels", labels, "--moved-labels", labels, "--json"])
    #expect(same.object?["dice"] as? Double == 1 && same.object?["hausdorff"] as? Double == 0)
    #expect((same.object?["labels"] as? [[String: Any]])?.count == 7)
    let other = try Command.run([
      "measure", fixed, fixed, "--fixed-labels", labels, "--moved-labels", folder.path("small-labels.nrrd"),
    ])
    #expect(other.status == 1 && other.errors.contains("does not lie on the grid"))
    #expect(other.errors.split(separator: "\n").count == 1)
    let alone = try Command.run(["measure", fixed, fixed, "--fixed-labels", labels])
    #expect(alone.status == 2)
    try folder.write(picture: "nothing.nrrd", width: 120, height: 100) { _, _ in 0 }
    let empty = try Command.run([
      "measure", fixed, fixed, "--fixed-labels", folder.path("nothing.nrrd"), "--moved-labels",
      folder.path("nothing.nrrd"),
    ])
    #expect(empty.status == 1 && empty.errors.contains("no label above 0"))
    try folder.write("points.csv", "fixed_x,fixed_y,moving_x\n1,2,3\n")
    try folder.write("t.json", #"{"matrix": [[1, 0, 0], [0, 1, 0], [0, 0, 1]]}"#)
    let points = try Command.run([
      "measure", fixed, fixed, "--measured-transform", folder.path("t.json"), "--points", folder.path("points.csv"),
    ])
    #expect(points.status == 1 && points.errors.contains("moving_y is missing"))
  }

  @Test func `Damaged cubes are volumes with labels that batch takes`() throws {
    let made = try Command.run([
      "synthesize", "--cubes", "-o", folder.path("cubes"), "--count", "2", "--size", "16", "--rotation", "20", "--seed",
      "3",
    ])
    #expect(made.status == 0, "\(made.errors)")
    let list = try folder.text("cubes/pairs.csv").split(separator: "\n")
    #expect(list.count == 3 && list[0] == "fixed,moving,fixed_labels,moving_labels,truth")
    let batch = try Command.run(["batch", folder.path("cubes/pairs.csv")])
    #expect(batch.output.split(separator: "\n").count == 2, "\(batch.errors)")
    #expect(batch.output.contains("fixed0-labels.nii.gz"))
    let measured = try Command.run([
      "measure", folder.path("cubes/fixed0.nii.gz"), folder.path("cubes/moving0.nii.gz"), "--fixed-labels",
      folder.path("cubes/fixed0-labels.nii.gz"), "--moved-labels", folder.path("cubes/moving0-labels.nii.gz"), "--json",
    ])
    #expect(try #require(measured.object?["dice"] as? Double) > 0.1, "\(measured.errors)")
    let scan = try Command.run([
      "synthesize", "--volume", folder.path("cubes/fixed0.nii.gz"), "--labels",
      folder.path("cubes/fixed0-labels.nii.gz"),
      "-o", folder.path("turned"), "--count", "1", "--shift", "0",
    ])
    #expect(scan.status == 0, "\(scan.errors)")
    #expect(folder.exists("turned/moving0-labels.nii.gz"))
    let both = try Command.run(["synthesize", "--cubes", "--textures", "-o", folder.path("x")])
    #expect(both.status == 2)
    let noisy = try Command.run(["synthesize", "--cubes", "--noise", "5", "-o", folder.path("x")])
    #expect(noisy.status == 2 && noisy.errors.contains("not for volumes"))
  }
}
