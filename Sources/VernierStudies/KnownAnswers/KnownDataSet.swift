import FoundationEssentials
import Vernier
import VernierFiles
import VernierText

/// Images with known answers: where they lie, what is measured, and the cases.
struct KnownDataSet: Sendable {
  var title: String
  /// Folder within the data folder; the set is skipped where it is missing.
  var folder: String
  /// Of the errors: px or mm.
  var unit: String
  /// What the answer is, how the error is taken and what counts as a failure.
  var note: String
  /// The names of the set's further columns.
  var columns: [String] = []
  var cases: @Sendable (KnownFolder) throws -> [KnownCase]

  /// In the order in which they are run.
  static let all: [KnownDataSet] = [
    .brainSlices, .plates, .oxfordAffine, .multimodal, .syntheticSamples, .maskedUltrasound, .artificialHistology,
    .repeatedScans, .contrastsOfOneScan, .movedBrain, .movedTemplates,
  ]
}

/// A piece of work that gives one or several rows.
struct KnownCase: Sendable {
  var name: String
  var rows: @Sendable () throws -> [KnownRow]
}

/// The folder of one data set, with what all sets need.
struct KnownFolder: Sendable {
  var path: String
  var options: StudyOptions

  var threads: Int { options.threads }
  /// How many random starts where a set has random starts.
  var starts: Int { options.count ?? 10 }

  func plane(_ name: String) throws -> Image<2> {
    let file = try ImageFile.read("\(path)/\(name)")
    guard case .plane(let image) = file.luminance else {
      throw FileError("\(path)/\(name)", .wrongRank(found: file.rank, needed: 2))
    }
    return image
  }

  func volume(_ name: String) throws -> Image<3> {
    let file = try ImageFile.read("\(path)/\(name)")
    guard case .volume(let image) = file.luminance else {
      throw FileError("\(path)/\(name)", .wrongRank(found: file.rank, needed: 3))
    }
    return image
  }

  func data(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: "\(path)/\(name)")) }
  func text(_ name: String) throws -> String { String(decoding: try data(name), as: UTF8.self) }

  func transform(_ name: String) throws -> Affine<3> { try TransformFile.read("\(path)/\(name)", as: Affine<3>.self) }

  func holds(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }

  /// The names in this folder, sorted.
  func names(in folder: String = ".") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)").sorted()
  }

  /// Landmarks from a table with a header and the columns number, x, y.
  func landmarks(_ name: String) throws -> [Vector<2>] {
    try CSV(parsing: text(name)).dropFirst().map { row in
      let numbers = row.fields.compactMap { Double($0) }
      guard numbers.count == 3 else {
        throw FileError("\(path)/\(name)", line: row.line, .malformed("the row is not a number, x and y"))
      }
      return [numbers[1], numbers[2]]
    }
  }
}
