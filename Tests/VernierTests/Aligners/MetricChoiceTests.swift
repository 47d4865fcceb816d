import Glibc
import Testing

@testable import Vernier

/// Which similarity a pair in space is refined by where none is asked for.
@Suite struct MetricChoiceTests {
  private static let side = 56

  /// An object of three tissues before an empty ground, seen through `motion`: lopsided, or an egg that looks the same
  /// turned around.
  private func head(_ tissues: [Float], isLopsided: Bool, through motion: Affine<3> = .identity) throws -> Image<3> {
    let grid = try Grid<3>(size: [Self.side, Self.side, Self.side], spacing: [3, 3, 3])
    let samples = (0..<grid.count).map { number -> Float in
      let (x, rest) = (number % Self.side, number / Self.side)
      let point = motion(grid.point(atIndex: [Double(x), Double(rest % Self.side), Double(rest / Self.side)]))
      let away = point - grid.center
      let body = Vector<3>([away[0] / 48, away[1] / 62, away[2] / 40]).length
      let nose = (away - [22, 40, 30]).length / 30
      guard body < 1 || (isLopsided && nose < 1) else { return 0 }
      let folds = sin(away[0] / 9 + 0.6) + sin(away[1] / 8 + 1.7) + sin(away[2] / 10 + 0.3)
      return folds > 0.7 ? tissues[2] : folds > -0.7 ? tissues[1] : tissues[0]
    }
    return try Image(grid: grid, samples: samples)
  }

  private func motion() throws -> Affine<3> {
    let center = try head([1, 1, 1], isLopsided: true).grid.center
    return Affine<3>(
      .init(
        rotation: [6, -4, 8], scale: [1, 1, 1], shear: [0, 0, 0], translation: [5, -3, 4], center: center))
  }

  private func alignment(
    of tissues: [Float], isLopsided: Bool = true
  ) throws -> (error: Double, found: Alignment<3>) {
    let motion = try motion()
    let fixed = try head([90, 120, 150], isLopsided: isLopsided, through: motion)
    let found = try Registration(model: .rigid, threads: 2).align(head(tissues, isLopsided: isLopsided), to: fixed)
    return (found.linear.cornerDistance(to: motion, on: fixed.grid), found)
  }

  @Test func oneContrastIsRefinedByCorrelation() throws {
    let (error, found) = try alignment(of: [45, 60, 75])
    #expect(found.metric == .crossCorrelation && error < 0.6, "\(error) mm")
  }

  /// The object before its ground makes NCC high for any tissues; within it the tissues say otherwise.
  @Test(arguments: [[150, 90, 120], [120, 150, 90]] as [[Float]])
  func otherContrastsAreRefinedByInformation(tissues: [Float]) throws {
    let (error, found) = try alignment(of: tissues)
    #expect(found.evidence.similarityAfter > 0.8, "the ground alone makes \(found.evidence.similarityAfter)")
    #expect(found.metric == .mutualInformation && error < 0.6, "\(error) mm")
  }

  /// Turned around, the egg's outline fits as well: only its tissues tell.
  @Test(arguments: [[150, 90, 120], [120, 150, 90]] as [[Float]])
  func aSymmetricObjectIsNotTurnedAround(tissues: [Float]) throws {
    let (error, found) = try alignment(of: tissues, isLopsided: false)
    #expect(found.metric == .mutualInformation && error < 0.6, "\(error) mm")
  }
}
