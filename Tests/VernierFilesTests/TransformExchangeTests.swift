import Foundation
import Testing
import Vernier
import VernierFiles

/// A transform file as another program wrote it, and what this makes of points: `Tests/Golden/exchange.py`.
struct GoldenExchange: Decodable {
  struct Grid: Decodable {
    var size: [Int]
    var spacing, origin, direction: [Double]
  }
  struct Point: Decodable { var fixed, moving: [Double] }
  struct Volumes: Decodable { var fixed, moving: Grid }

  var name: String
  var file: String
  var content: Data
  var points: [Point]
  var volumes: Volumes?
  var tolerance: Double

  static let all: [GoldenExchange] = {
    struct File: Decodable { var cases: [GoldenExchange] }
    let root = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    guard let data = try? Data(contentsOf: URL(filePath: "/\(root)/Golden/exchange.json")) else { return [] }
    return (try? JSONDecoder().decode(File.self, from: data))?.cases ?? []
  }()
}

/// HDF5 would complain at exit of the damaged files.
let transformsPluginAvailable = {
  TransformsPlugin.configureProcess()
  return (try? TransformsPlugin.load()) != nil
}()

/// Transforms of other programs, read and written.
struct TransformExchangeTests {
  let folder = TemporaryFolder()

  private func volumes(_ golden: GoldenExchange) throws -> TransformVolumes {
    func volume(_ grid: GoldenExchange.Grid) throws -> TransformVolumes.Volume {
      TransformVolumes.Volume(
        grid: try Grid(
          size: grid.size, spacing: Vector(grid.spacing), origin: Vector(grid.origin),
          direction: Matrix(rowMajor: grid.direction)),
        file: "a volume.nii.gz")
    }
    guard let both = golden.volumes else { return TransformVolumes() }
    return TransformVolumes(fixed: try volume(both.fixed), moving: try volume(both.moving))
  }

  private func write(_ golden: GoldenExchange, as name: String? = nil) -> String {
    let path = folder(name ?? golden.file)
    VernierFilesTests.write(golden.content, to: path)
    return path
  }

  private func expect(_ file: TransformFile, _ golden: GoldenExchange, within tolerance: Double? = nil) throws {
    for pair in golden.points {
      let moved =
        switch file.transform {
        case .plane(let transform): transform(Vector(pair.fixed)).elements
        case .space(let transform): transform(Vector(pair.fixed)).elements
        }
      try #require(moved.count == pair.moving.count)
      let error = zip(moved, pair.moving).map { abs($0 - $1) }.max() ?? .infinity
      #expect(error < tolerance ?? golden.tolerance, "\(golden.name): \(error)")
    }
  }

  private func isPossible(_ golden: GoldenExchange) -> Bool {
    if golden.file.hasSuffix(".h5") { return transformsPluginAvailable }
    if golden.file.hasSuffix(".gz") || golden.file.hasSuffix(".nrrd") { return filesPluginAvailable }
    return true
  }

  @Test(
    .enabled(
      if: transformsPluginAvailable && filesPluginAvailable, "needs the plug-ins transforms and files: make build"),
    arguments: GoldenExchange.all.indices)
  func mapsPointsAsTheOtherProgramDoes(_ index: Int) throws {
    let golden = GoldenExchange.all[index]
    let volumes = try volumes(golden)
    try expect(try TransformFile.read(write(golden), between: volumes), golden)
    // The content tells the format, not the name; an image's name alone keeps its compression.
    guard !golden.file.hasSuffix(".nii.gz"), !golden.file.hasSuffix(".nrrd") else { return }
    try expect(try TransformFile.read(write(golden, as: "other.tfm"), between: volumes), golden)
  }

  @Test(
    .enabled(if: transformsPluginAvailable, "needs the plug-in transforms: make build"),
    arguments: ["t.h5", "t.hdf5", "t.mat", "t.lta", "fsl.mat"])
  func loadsBack(_ name: String) throws {
    let golden = try #require(GoldenExchange.all.first { $0.name == "FSL, left-handed to right-handed" })
    let volumes = try volumes(golden)
    let isFSL = name == "fsl.mat"
    var generator = SeededGenerator(seed: 8)
    func number(_ size: Double) -> Double { Double.random(in: -size...size, using: &generator) }
    for _ in 0..<50 {
      let map = Affine<3>(
        linear: Matrix { ($0 == $1 ? 1 : 0) + number(0.3) }, translation: Vector { _ in number(50) },
        center: Vector { _ in number(100) })
      try TransformFile(map).write(
        to: folder(name), between: volumes, formats: isFSL ? [FSLMatrices()] : TransformFile.formats)
      let again = try TransformFile.read(folder(name), as: Affine<3>.self, between: volumes)
      if isFSL || name == "t.lta" {
        let grid = try #require(volumes.fixed?.grid)
        #expect(again.cornerDistance(to: map, on: grid) < 1e-9)
      } else {
        #expect(again == map)
      }
    }
    #expect(folder.names == [name])
  }

  @Test(.enabled(if: transformsPluginAvailable, "needs the plug-in transforms: make build"))
  func deformationsLoadBackFromHDF5() throws {
    for (name, text) in goldenTransforms.map({ ($0.name, $0.text) }) where name.contains("spline") {
      VernierFilesTests.write(text.utf8, to: folder("t.tfm"))
      let file = try TransformFile.read(folder("t.tfm"))
      try file.write(to: folder("t.h5"))
      #expect(try TransformFile.read(folder("t.h5")) == file, "\(name)")
      #expect(throws: FileError.self) { try file.write(to: folder("t.mat")) }
      #expect(throws: FileError.self) { try file.write(to: folder("t.lta")) }
    }
  }

  private func error(_ text: String, as name: String = "t.mat", between volumes: TransformVolumes = .init()) -> String {
    VernierFilesTests.write(text.utf8, to: folder(name))
    do throws(FileError) {
      _ = try TransformFile.read(folder(name), between: volumes)
      return ""
    } catch {
      #expect(!error.description.contains("\n"))
      return error.description
    }
  }

  @Test func theFilesOfOtherProgramsAreThere() { #expect(GoldenExchange.all.count > 25) }

  @Test func anFSLMatrixNeedsBothVolumes() throws {
    let matrix = "1 0 0 5\n0 1 0 6\n0 0 1 7\n0 0 0 1\n"
    let volumes = try volumes(try #require(GoldenExchange.all.first { $0.volumes != nil }))
    #expect(error(matrix).contains("counts in the voxels of both"))
    #expect(error(matrix).contains("vernier convert"))
    #expect(error(matrix, between: volumes) == "")
    #expect(error(matrix, between: TransformVolumes(fixed: volumes.fixed)).contains("--moving"))
    #expect(error("1 0 0 5\n0 1 0 6\n0 0 1 7\n", between: volumes).contains("four lines"))
    #expect(error("1 0 0 5\n0 1 0 6\n0 0 1 7\n0 0 1 1\n", between: volumes).contains("the last 0 0 0 1"))
    #expect(error("1 0 0 5\n0 1 x 6\n0 0 1 7\n0 0 0 1\n", between: volumes).contains("line 2"))
    #expect(error("0 0 0 5\n0 1 0 6\n0 0 1 7\n0 0 0 1\n", between: volumes).contains("singular"))
    #expect(throws: FileError.self) {
      try TransformFile(Affine<3>.identity).write(to: folder("f.mat"), formats: [FSLMatrices()])
    }
    #expect(throws: FileError.self) {
      try TransformFile(Affine<2>.identity).write(to: folder("f.mat"), between: volumes, formats: [FSLMatrices()])
    }
    #expect(FSLMatrices.isMatrix(folder("t.mat")) && !FSLMatrices.isMatrix(folder("none")))
  }

  private func array(type: String = "0", valid: String = "0", matrix: String = "1 0 0 3\n0 1 0 4\n0 0 1 5\n0 0 0 1")
    -> String
  {
    let info =
      "valid = \(valid)  # volume\nfilename = a\nvolume = 10 10 10\nvoxelsize = 2 2 2\nxras = -1 0 0\nyras = 0 0 -1\n"
      + "zras = 0 1 0\ncras = 0 0 0\n"
    return "# made\n\ntype      = \(type) # a type\nnxforms   = 1\nmean = 0 0 0\nsigma = 1\n1 4 4\n\(matrix)\n"
      + "src volume info\n\(info)dst volume info\n\(info)subject none\nfscale 0.1\n"
  }

  @Test func anArrayOfFreeSurferSaysWhatItCountsIn() throws {
    let volumes = try volumes(try #require(GoldenExchange.all.first { $0.volumes != nil }))
    // Three, four and five voxels of 2 mm, along axes that point to the right, down and forward, back from the fixed image.
    #expect(error(array(valid: "1"), as: "t.lta") == "")
    let map = try TransformFile.read(folder("t.lta"), as: Affine<3>.self)
    #expect((map([0, 0, 0]) - [-6, 10, 8]).length < 1e-12)
    #expect(error(array(), as: "t.lta").contains("describes no volumes"))
    #expect(error(array(), as: "t.lta", between: volumes) == "")
    #expect(error(array(type: "1"), as: "t.lta") == "")
    #expect((try TransformFile.read(folder("t.lta"), as: Affine<3>.self)([0, 0, 0]) - [3, 4, -5]).length < 1e-12)
    #expect(error(array(type: "14"), as: "t.lta").contains("type is 14"))
    #expect(error(array(type: "x"), as: "t.lta").contains("line 3"))
    #expect(error(array(valid: "1").replacing("2 2 2", with: "2 x 2"), as: "t.lta").contains("voxelsize"))
    #expect(error(array(valid: "1").replacing("-1 0 0", with: "0 0 0"), as: "t.lta").contains("volume info"))
    #expect(error(array(matrix: "1 0 0 3\n0 1 0 4\n0 0 1 5"), as: "t.lta").contains("4×4"))
    #expect(error(array(type: "1", matrix: "0 0 0 3\n0 1 0 4\n0 0 1 5\n0 0 0 1"), as: "t.lta").contains("singular"))
    #expect(error(array().replacing("nxforms   = 1", with: "nxforms   = 2"), as: "t.lta").contains("2 transforms"))
  }

  @Test func otherProgramsFilesAreRefusedByName() {
    #expect(error("(Transform \"EulerTransform\")\n").contains("elastix"))
    #expect(error("MNI Transform File\nTransform_Type = Linear;\n").contains("MINC"))
    #expect(error("# 3dvolreg matrices (DICOM-to-DICOM, row-by-row):\n1 0 0 0 0 1 0 0 0 0 1 0\n").contains("AFNI"))
    #expect(error("MATLAB 5.0 MAT-file, Platform: GLNXA64\n").contains("-v4"))
    #expect(error("nothing of the kind\n").contains(".tfm"))
    #expect(error("").contains("empty"))
    VernierFilesTests.write([0, 1, 2, 3], to: folder("t.bin"))
    let message = #expect(throws: FileError.self) { try TransformFile.read(folder("t.bin")) }
    #expect(message?.line == nil)
  }

  /// A damaged file is refused or read; it ends nothing.
  @Test(
    .enabled(if: transformsPluginAvailable, "needs the plug-in transforms: make build"),
    arguments: ["h5", "mat", "lta"])
  func damagedFiles(_ ending: String) throws {
    var generator = SeededGenerator(seed: 5)
    let seeds = GoldenExchange.all.filter { $0.file.hasSuffix(".\(ending)") }
    var (refused, count) = (0, 0)
    for seed in seeds {
      let whole = [UInt8](seed.content)
      let volumes = try volumes(seed)
      for _ in 0..<80 {
        var damaged = whole
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
          damaged[Int.random(in: 0..<damaged.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
        if Int.random(in: 0..<8, using: &generator) == 0 {
          damaged.removeLast(Int.random(in: 1..<damaged.count, using: &generator))
        }
        VernierFilesTests.write(damaged, to: folder("d"))
        count += 1
        do throws(FileError) { _ = try TransformFile.read(folder("d"), between: volumes) } catch {
          refused += 1
          #expect(!error.description.contains("\n"))
        }
      }
    }
    #expect(refused > 0 && refused < count)
  }
}

/// The programs that the files are for read them as they are meant.
extension TransformExchangeTests {
  private static func run(_ words: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    let output = Pipe()
    (process.standardOutput, process.standardError) = (output, FileHandle.nullDevice)
    try process.run()
    let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  /// A Python with a module: the one that `VERNIER_PYTHON` names, or `python3`.
  private static func python(with module: String) -> String? {
    let candidates = [ProcessInfo.processInfo.environment["VERNIER_PYTHON"], "python3"].compactMap(\.self)
    return candidates.first { (try? run([$0, "-c", "import \(module)"]))?.status == 0 }
  }

  private static let simpleITK = python(with: "SimpleITK")
  private static let antspyx = python(with: "ants")
  private static let nitransforms = python(with: "nitransforms, nibabel")

  private func check(
    _ library: String, by python: String?, _ names: [String], within tolerance: Double = 1e-9
  ) throws {
    let python = try #require(python)
    let golden = try #require(GoldenExchange.all.first { $0.name == "FSL, left-handed to right-handed" })
    var volumes = try volumes(golden)
    volumes.fixed?.file = folder("fixed.nii.gz")
    volumes.moving?.file = folder("moving.nii.gz")
    let fixed = try #require(volumes.fixed)
    for volume in [fixed, try #require(volumes.moving)] where filesPluginAvailable {
      let samples = [Float](repeating: 0, count: volume.grid.count)
      try ImageFile([Image(grid: volume.grid, samples: samples)], sampleType: .uint8).write(to: volume.file)
    }
    let map = Affine<3>(
      linear: [[1.1, 0.2, -0.1], [0.05, 0.9, 0.15], [-0.2, 0.1, 1.05]], translation: [5, -7, 3], center: [10, 20, -30])
    let points = fixed.grid.corners.map { $0 * 0.9 + fixed.grid.center * 0.1 }
    for name in names {
      try TransformFile(map).storable(in: name, on: fixed.grid).write(
        to: folder(name), between: volumes,
        formats: library == "nitransforms" ? [FSLMatrices()] + TransformFile.formats : TransformFile.formats)
    }
    let root = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    let words = points.map { $0.elements.map { "\($0)" }.joined(separator: ",") }.joined(separator: " ")
    let result = try Self.run(
      [python, "/\(root)/Golden/exchange_check.py", library, fixed.file, volumes.moving?.file ?? "", words]
        + names.map { folder($0) })
    let lines = result.output.split(separator: "\n")
    try #require(lines.count == names.count, "\(result.output)")
    for (name, line) in zip(names, lines) {
      let found = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [[Double]])
      for (point, found) in zip(points, found) {
        let away = zip(map(point).elements, found).map { abs($0 - $1) }.max() ?? .infinity
        #expect(away < tolerance, "\(library), \(name): \(away)")
      }
    }
  }

  @Test(.enabled(if: simpleITK != nil && transformsPluginAvailable, "needs Python's SimpleITK: VERNIER_PYTHON"))
  func simpleITKReadsWhatIsWritten() throws {
    try check("SimpleITK", by: Self.simpleITK, ["t.tfm", "t.txt", "t.h5", "t.hdf5", "t.mat"])
  }

  @Test(
    .enabled(
      if: simpleITK != nil && filesPluginAvailable, "needs Python's SimpleITK (VERNIER_PYTHON) and the plug-in files"))
  func simpleITKReadsFields() throws {
    try check("SimpleITK", by: Self.simpleITK, ["u.nii.gz", "u.nrrd", "u.mha"], within: 1e-4)
  }

  @Test(.enabled(if: antspyx != nil && transformsPluginAvailable, "needs Python's antspyx: VERNIER_PYTHON"))
  func antsReadsWhatIsWritten() throws {
    // ANTs maps points in single precision.
    try check("ants", by: Self.antspyx, ["0GenericAffine.mat", "t.h5", "t.tfm"], within: 1e-5)
  }

  @Test(
    .enabled(
      if: nitransforms != nil && filesPluginAvailable,
      "needs Python's nitransforms (VERNIER_PYTHON) and the plug-in files")
  )
  func nitransformsReadsWhatIsWritten() throws {
    // nitransforms reads the matrix of an .lta file in single precision, and NIfTI holds the grid in it.
    try check("nitransforms", by: Self.nitransforms, ["t.lta", "f.mat"], within: 1e-4)
  }
}
