import Testing
import Vernier
import VernierFiles

struct TransformFileTests {
  let folder = TemporaryFolder()

  func read(_ text: String) throws -> TransformFile {
    write(text.utf8, to: folder("t.tfm"))
    return try TransformFile.read(folder("t.tfm"))
  }

  func error(_ text: String) -> FileError? {
    write(text.utf8, to: folder("t.tfm"))
    do throws(FileError) {
      _ = try TransformFile.read(folder("t.tfm"))
      return nil
    } catch {
      #expect(!error.description.contains("\n"))
      return error
    }
  }

  @Test(arguments: goldenTransforms.indices)
  func mapsPointsAsITKDoes(_ index: Int) throws {
    let golden = goldenTransforms[index]
    let file = try read(golden.text)
    for pair in golden.points {
      let moved =
        switch file.transform {
        case .plane(let transform): transform(Vector(pair.fixed)).elements
        case .space(let transform): transform(Vector(pair.fixed)).elements
        }
      let error = zip(moved, pair.moving).map { abs($0 - $1) }.max()
      // A versor of length 1 is shortened, and the square root of what is left to 1 has few digits.
      let tolerance = golden.name == "versor of length 1" ? 1e-5 : 1e-10
      #expect(try #require(error) < tolerance, "\(golden.name)")
    }
  }

  @Test func centredSimilarityIsSimilarityWithItsCentre() throws {
    let centred = try read(
      insight("CenteredSimilarity2DTransform_double_2_2", "1.2 0.3 5 -7 2 11", ""))
    let plain = try read(insight("Similarity2DTransform_double_2_2", "1.2 0.3 2 11", "5 -7"))
    #expect(centred == plain)
  }

  func insight(_ type: String, _ parameters: String, _ fixed: String) -> String {
    """
    #Insight Transform File V1.0
    #Transform 0
    Transform: \(type)
    Parameters: \(parameters)
    FixedParameters: \(fixed)

    """
  }

  @Test(arguments: ["t.tfm", "t.txt", "t.json"])
  func loadsBackExactly(_ name: String) throws {
    var generator = SeededGenerator(seed: 4)
    func number() -> Double {
      Double.random(in: -1...1, using: &generator)
        * Double(sign: .plus, exponent: Int.random(in: -40...40, using: &generator), significand: 1)
    }
    for _ in 0..<200 {
      let plane = Affine<2>(
        linear: Matrix { _, _ in number() }, translation: Vector { _ in number() }, center: Vector { _ in number() })
      try TransformFile(plane, model: .similarity).write(to: folder(name))
      #expect(try TransformFile.read(folder(name), as: Affine<2>.self) == plane)
      let space = Affine<3>(
        linear: Matrix { _, _ in number() }, translation: Vector { _ in number() }, center: Vector { _ in number() })
      try TransformFile(space).write(to: folder(name))
      #expect(try TransformFile.read(folder(name), as: Affine<3>.self) == space)
    }
    #expect(folder.names == [name])
  }

  /// What ITK wrote of an affine transform after a B-spline.
  func free(_ rank: Int) throws -> TransformFile {
    try read(try #require(goldenTransforms.first { $0.name == "affine after B-spline \(rank)D" }).text)
  }

  @Test(arguments: [2, 3]) func writesAFreeFormDeformationAsITKDoes(_ rank: Int) throws {
    let golden = try #require(goldenTransforms.first { $0.name == "affine after B-spline \(rank)D" }).text
    try read(golden).write(to: folder("again.tfm"))
    func words(_ text: String) -> [String] { text.split { $0 == " " || $0.isNewline }.map(String.init) }
    let (expected, found) = (words(golden), words(try String(contentsOfFile: folder("again.tfm"), encoding: .utf8)))
    #expect(expected.count == found.count && expected.count > 100)
    for (one, other) in zip(expected, found) { #expect(one == other || Double(one) == Double(other)) }
  }

  @Test(arguments: ["f.tfm", "f.json"]) func loadsAFreeFormDeformationBackExactly(_ name: String) throws {
    for rank in [2, 3] {
      let file = try free(rank)
      #expect(file.rank == rank)
      if case .plane(let map) = file.transform { #expect(map.base is BSplineTransform<2>) }
      if case .space(let map) = file.transform { #expect(map.base is BSplineTransform<3>) }
      try file.write(to: folder(name))
      #expect(try TransformFile.read(folder(name)) == file)
    }
    let spline = try TransformFile.read(folder(name), as: Transform<3>.self).base as? BSplineTransform<3>
    #expect(spline?.controls.size == [5, 5, 5])
  }

  @Test func aFreeFormDeformationIsNoLinearTransform() throws {
    try free(3).write(to: folder("f.json"))
    #expect(throws: FileError.self) { try TransformFile.read(folder("f.json"), as: Affine<3>.self) }
    #expect(throws: FileError(folder("f.json"), .wrongRank(found: 3, needed: 2))) {
      try TransformFile.read(folder("f.json"), as: Transform<2>.self)
    }
  }

  @Test func faultyControlPointsAreNamed() throws {
    let spline = "BSplineTransform_double_2_2"
    let grid = "4 4 0 0 1 1 1 0 0 1"
    let numbers = [String](repeating: "0.5", count: 32).joined(separator: " ")
    #expect(error(insight(spline, numbers, grid)) == nil)
    #expect(error(insight(spline, numbers + " 1", grid))?.line == 3)
    #expect(error(insight(spline, numbers, "4 4 0 0 1 1 1 0 0"))?.line == 3)
    #expect(error(insight(spline, numbers, "4 4 0 0 1 -1 1 0 0 1"))?.line == 3)
    #expect(error(insight(spline, numbers, "4 4 0 0 1 1 1 0 1 0"))?.line == 3)
    #expect(error(insight(spline, "0 0 0 0 0 0 0 0", "2 2 0 0 1 1 1 0 0 1"))?.line == 3)
    #expect(error(insight(spline, numbers, "1e300 4 0 0 1 1 1 0 0 1"))?.line == 3)
    // What register --json says of a deformation is not the deformation.
    let said = error(#"{"matrix": [[1, 0, 0], [0, 1, 0], [0, 0, 1]], "bspline": {"size": [4, 4]}}"#)
    #expect(said?.description.contains("--save-transform") == true)
    #expect(
      error(#"{"matrix": [[1, 0, 0], [0, 1, 0], [0, 0, 1]], "bspline": {"size": [4, 4], "coefficients": [[1]]}}"#)
        != nil)
    #expect(error(#"{"matrix": [[1, 0, 0], [0, 1, 0], [0, 0, 1]], "bspline": null}"#) == nil)
    let one = insight(spline, numbers, grid)
    let whole = one.replacing(
      "Transform: BSpline", with: "Transform: CompositeTransform_double_2_2\n#Transform 1\nTransform: BSpline")
    let second = one.split(separator: "\n").dropFirst().joined(separator: "\n") + "\n"
    #expect(error(whole) == nil)
    // Two act one after the other.
    let both = try read(whole + second)
    guard case .plane(let map) = both.transform else { return #expect(Bool(false), "the rank is wrong") }
    #expect((map.base as? Composition<2>)?.maps.count == 2)
    #expect((map([1.5, 1.5]) - [2.5, 2.5]).length < 1e-12)
  }

  @Test func aHomographyLoadsBackExactly() throws {
    let map = try #require(Homography([[1.1, 0.02, 3], [-0.01, 0.97, -2], [1e-4, -2e-4, 1]], center: [20, 15]))
    try TransformFile(Transform(map)).write(to: folder("h.json"))
    #expect(try TransformFile.read(folder("h.json"), as: Transform<2>.self).base as? Homography == map)
    #expect(throws: FileError.self) { try TransformFile(Transform(map)).write(to: folder("h.tfm")) }
    #expect(throws: FileError.self) { try TransformFile.read(folder("h.json"), as: Affine<2>.self) }
    #expect(error(#"{"matrix": [[1, 0, 0], [1, 0, 0], [0, 0.1, 1]]}"#) != nil)
    #expect(error(#"{"matrix": [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0.1, 1]]}"#) != nil)
  }

  @Test(arguments: ["d.tfm", "d.json", "d.nii.gz", "d.nrrd", "d.mha"]) func aFieldLoadsBack(_ name: String) throws {
    let grid = try Grid<3>(size: [4, 3, 2], spacing: [1, 2, 3], origin: [5, -6, 7])
    let components = try (0..<3).map { axis in
      try Image(grid: grid, samples: (0..<grid.count).map { Float($0 * (axis + 1)) / 8 - 1 })
    }
    let field = try DisplacementField(components)
    try TransformFile(Transform(field)).write(to: folder(name))
    let again = try #require(try TransformFile.read(folder(name), as: Transform<3>.self).base as? DisplacementField<3>)
    for (one, other) in zip(again.components, field.components) { #expect(one.samples == other.samples) }
    #expect((again.grid.point(atIndex: [3, 2, 1]) - grid.point(atIndex: [3, 2, 1])).length < 1e-5)
    let plane = try DisplacementField((0..<2).map { _ in try Image(width: 3, height: 2, samples: [1, 2, 3, 4, 5, 6]) })
    try TransformFile(Transform(plane)).write(to: folder(name))
    #expect(try TransformFile.read(folder(name), as: Transform<2>.self)([1, 1]) == [6, 6])
  }

  @Test func mapsOneAfterAnotherLoadBack() throws {
    let shift = Transform(Affine<2>(translation: [1, 2]))
    let bend = try #require(Homography([[1, 0, 0], [0, 1, 0], [1e-3, 0, 1]]))
    let file = TransformFile(Transform(Composition([shift, Transform(bend)])))
    try file.write(to: folder("c.json"))
    #expect(try TransformFile.read(folder("c.json")) == file)
  }

  @Test func modelIsKeptInJSON() throws {
    try TransformFile(Affine<2>.identity, model: .rigid).write(to: folder("t.json"))
    #expect(try TransformFile.read(folder("t.json")).model == .rigid)
  }

  @Test func resultOfRegisterIsATransform() throws {
    let file = try read(
      """
      {"fixed": "a.png", "moving": "b \\u00e9.png", "model": "rigid", "method": "search+refine",
       "matrix": [[0, -1, 31], [1, 0, -2], [0, 0, 1]],
       "parameters": {"rotation": 90, "scale": 1, "translation": [1, -2], "center": [15, 15]},
       "verdict": "aligned", "confidence": 0.99, "evidence": {"overlap": 0.83, "rival": null}, "seconds": 6e-4}
      """)
    let expected = Affine<2>(linear: Matrix(rowMajor: [0, -1, 1, 0]), translation: [1, -2], center: [15, 15])
    #expect(file == TransformFile(expected, model: .rigid))
  }

  @Test func matrixAloneIsEnough() throws {
    let file = try read(#"{"matrix": [[2, 0, 0, 1], [0, 2, 0, 2], [0, 0, 2, 3], [0, 0, 0, 1]], "center": [1, 1, 1]}"#)
    guard case .space(let transform) = file.transform else {
      Issue.record("the rank is wrong")
      return
    }
    #expect(transform([0, 0, 0]) == [1, 2, 3])
    #expect(transform.linear.center == [1, 1, 1])
  }

  @Test func rankIsChecked() throws {
    try TransformFile(Affine<2>.identity).write(to: folder("t.tfm"))
    #expect(throws: FileError(folder("t.tfm"), .wrongRank(found: 2, needed: 3))) {
      try TransformFile.read(folder("t.tfm"), as: Affine<3>.self)
    }
  }

  @Test func faultsNameTheirLine() {
    #expect(error(insight("AffineTransform_double_2_2", "1 0 0 1 x 2", "0 0"))?.line == 4)
    #expect(error(insight("AffineTransform_double_2_2", "1 0 0 1 nan 2", "0 0"))?.line == 4)
    #expect(error(insight("AffineTransform_double_2_2", "1 0 0 1 2", "0 0"))?.line == 3)
    #expect(error(insight("AffineTransform_double_2_2", "1 0 0 1 2 3", "0"))?.line == 3)
    #expect(error(insight("BSplineTransform_double_2_2", "1 0 0 1 2 3", "0 0"))?.line == 3)
    #expect(error(insight("AffineTransform_double_4_4", "1", "0 0"))?.line == 3)
    #expect(error("#Insight Transform File V1.0\nTransform: AffineTransform_double_2_2\n")?.line == 2)
    #expect(error("#Insight Transform File V1.0\nnonsense\n")?.line == 2)
    #expect(error("#Insight Transform File V1.0\n") != nil)
    #expect(error("1 0 0\n0 1 0\n")?.line == 1)
    #expect(error("") != nil)
    #expect(error("{\n\"matrix\": [[1, 0, 0],\n[0, 1")?.line == 3)
    #expect(error("{\n\"matrix\": [[1, 0], [0, 1]]}")?.line == 2)
    #expect(error(#"{"matrix": [[1, 0, 0], [0, 1, 0], [0, 0, 0]]}"#)?.line == 1)
    #expect(error(#"{"matrix": [[1, 0, 1e999], [0, 1, 0], [0, 0, 1]]}"#)?.line == 1)
    #expect(error(#"{"mtrix": 1}"#) != nil)
    #expect(error(#"{"matrix": [[1, 0, 5], [0, 1, 0], [0, 0, 1]], "translation": [4, 0]}"#) != nil)
  }

  @Test func orderOfSeveralTransformsMustBeGiven() {
    let one = insight("TranslationTransform_double_2_2", "1 2", "")
    let two = one + one.split(separator: "\n").dropFirst().joined(separator: "\n") + "\n"
    #expect(error(one) == nil)
    #expect(error(two)?.line == 7 || error(two)?.line == 8)
  }

  @Test func infiniteCoefficientsAreNotWritten() {
    var transform = Affine<2>.identity
    transform.translation[0] = .infinity
    #expect(throws: FileError.self) { try TransformFile(transform).write(to: folder("t.json")) }
    #expect(folder.names == [])
  }

  @Test(.enabled(if: dataFolder != nil, dataNeeded))
  func readsTheFilesOfARealStudy() throws {
    let root = try #require(dataFolder) + "/mri_ms_longitudinal/patient01/"
    let transform = try TransformFile.read(root + "study1_FLAIR_to_common_space.txt", as: Affine<3>.self)
    #expect(abs(transform.linear.determinant - 1) < 0.05)
    #expect(transform.center.length > 1)
  }
}
