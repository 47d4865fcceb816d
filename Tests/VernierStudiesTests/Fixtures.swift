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
