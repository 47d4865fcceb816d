import Testing

@testable import Vernier

/// The search finds its own start: any rotation, in the plane and in space.
@Suite struct SearchTests {
  @Test(arguments: [-179.0, -120, -90, -45, 33, 77, 90, 135, 180])
  func anyRotationInThePlane(degrees: Double) throws {
    let truth = Affine<2>(
      .init(rotation: [degrees], scale: [1, 1], shear: [0], translation: [9, -7], center: [63.5, 63.5]))
    let (fixed, moving) = cutPair(side: 128, truth: truth, seed: 21)
    let found = try Registration(model: .rigid).align(moving, to: fixed)
    let error = cornerError(found.linear, truth, on: fixed.grid)
    #expect(error < 0.03)
    #expect(found.method == "search+refine")
    #expect(found.verdict != .failed)
  }

  @Test(arguments: [0.7, 1.4]) func aScaleWithARotation(scale: Double) throws {
    let truth = Affine<2>(
      .init(rotation: [-100], scale: [scale, scale], shear: [0], translation: [4, 5], center: [63.5, 63.5]))
    let (fixed, moving) = cutPair(side: 128, truth: truth, seed: 22)
    let found = try Registration(model: .similarity).align(moving, to: fixed)
    let error = cornerError(found.linear, truth, on: fixed.grid)
    #expect(error < 0.06)
  }

  @Test(arguments: [[0, 0, 90], [120, -40, 60], [180, 0, 0], [-75, 60, 150]] as [[Double]])
  func largeRotationsInSpace(angles: [Double]) throws {
    let grid = try Grid<3>(size: [44, 48, 40])
    let truth = Affine<3>(
      .init(
        rotation: angles, scale: [1, 1, 1], shear: [0, 0, 0], translation: [1.5, -2, 1], center: grid.center))
    let (fixed, moving) = try SmoothField<3>.filling(side: 48, seed: 31).pair(truth: truth, on: grid)
    let found = try Registration(model: .rigid).align(moving, to: fixed)
    let error = cornerError(found.linear, truth, on: fixed.grid)
    #expect(error < 0.02)
    #expect(found.verdict != .failed)
  }

  @Test func aTranslationNeverTurns() throws {
    let truth = Affine<2>(translation: [30, -22])
    let (fixed, moving) = cutPair(side: 128, truth: truth, seed: 23)
    let found = try Registration(model: .translation).align(moving, to: fixed)
    let error = cornerError(found.linear, truth, on: fixed.grid)
    #expect(error < 0.002)
    #expect(found.linear.linear == .identity)
  }

  @Test func aTranslationKeepsTheStartsLinearPart() throws {
    let truth = Affine<2>(
      .init(rotation: [25], scale: [1, 1], shear: [0], translation: [3, -4], center: [63.5, 63.5]))
    let (fixed, moving) = cutPair(side: 128, truth: truth, seed: 24)
    var start = truth
    start.translation += [2.5, 2]
    let found = try Registration(model: .translation, metric: .crossCorrelation)
      .align(moving, to: fixed, initial: start)
    #expect(difference(found.linear.linear, truth.linear) < 1e-12)
    #expect(cornerError(found.linear, truth, on: fixed.grid) < 0.1)
  }
}
