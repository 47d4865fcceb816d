import Foundation
import Synchronization
import Vernier

@testable import VernierStudies

enum PredictionScatterFixture {
  static let grid = (try? Grid<2>(size: [32, 32]))!

  static func motion(_ degrees: Double, _ x: Double) -> Affine<2> {
    Affine(.init(rotation: [degrees], scale: [1, 1], shear: [0], translation: [x, 0], center: grid.center))
  }

  static func outcome(truth: Affine<2>, found: Affine<2>) -> PairOutcome {
    PairOutcome(
      truth: truth,
      answer: .init(
        transform: found, error: RigidError(of: found, from: truth, on: grid), verdict: .aligned, seconds: 0.1))
  }
}

/// The folder of real images that has a set: what VERNIER_DATA names, or the one beside the project; nil where there is
/// none.
func dataFolder(with set: String) -> String? {
  let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
  let given = ProcessInfo.processInfo.environment["VERNIER_DATA"]
  let candidates = [given, "/\(root)/../shared/data", "/\(root)/../../shared/data"].compactMap(\.self)
  return candidates.first { FileManager.default.fileExists(atPath: "\($0)/\(set)") }
}

/// The pieces of a report and the files that a study hands over.
func results<Chosen: Study>(
  of study: Chosen, _ sections: [Chosen.Section] = Chosen.Section.all
) throws -> (pieces: [String], report: String, files: [String: String], shares: [Double]) {
  let found = Mutex((pieces: [String](), files: [String: String](), shares: [Double]()))
  let output = StudyOutput(
    write: { piece in found.withLock { $0.pieces.append(piece) } },
    save: { text, name in found.withLock { $0.files[name] = text } },
    progress: { share, _ in found.withLock { $0.shares.append(share) } })
  try study.run(sections, to: output)
  return found.withLock { ($0.pieces, $0.pieces.joined(), $0.files, $0.shares) }
}
