import Testing

@testable import Vernier

@Suite struct FourierMellinTests {
  private func best(_ moving: Image<2>, _ fixed: Image<2>, _ model: TransformModel) throws -> Affine<2> {
    let found = try FourierMellin().candidates(aligning: moving, to: fixed, from: [], as: AlignmentTask(model: model))
    return try #require(found.first).linear
  }

  private func truth(_ degrees: Double, _ scale: Double, _ shift: Vector<2>, center: Vector<2>) -> Affine<2> {
    Affine(.init(rotation: [degrees], scale: [scale, scale], shear: [0], translation: shift, center: center))
  }

  @Test(arguments: [-179.0, -120, -90, -31, 0, 14.5, 90, 135, 180]) func anyRotation(degrees: Double) throws {
    let truth = truth(degrees, 1, [11, -8], center: [79.5, 79.5])
    let (fixed, moving) = cutPair(side: 160, truth: truth, seed: 401)
    let found = try best(moving, fixed, .rigid)
    #expect(cornerError(found, truth, on: fixed.grid) < 1)
    #expect(abs(found.linear.determinant - 1) < 1e-12)
    #expect(found.center == fixed.grid.center)
  }

  @Test(arguments: [0.5, 0.71, 1.2, 1.9]) func aScaleWithARotation(scale: Double) throws {
    let truth = truth(-100, scale, [6, 5], center: [79.5, 79.5])
    let scene = SyntheticScene(side: 640, seed: 402)
    let (fixed, moving) = PairCutter(scene: scene.image).pair(side: 160, corner: (240, 240), truth: truth)
    let found = try best(moving, fixed, .similarity)
    #expect(cornerError(found, truth, on: fixed.grid) < 2.5)
  }

  /// n = 24, seeds 410…433: any rotation, scales 0.7…1.4, shifts of up to a tenth of the side, noise of σ = 5 of 255.
  @Test func similaritiesAfterRefinement() throws {
    let errors = try (410..<434).map { seed in
      var random = SplitMix64(seed: UInt64(seed))
      let truth = truth(
        random.uniform(-180...180), random.uniform(0.7...1.4), random.vector(in: -25...25), center: [127.5, 127.5])
      let pair = cutPair(side: 256, truth: truth, seed: UInt64(seed))
      let noise = Degradation.noise(deviation: 5)
      let fixed = noise.applied(to: pair.fixed, using: &random)
      let moving = noise.applied(to: pair.moving, using: &random)
      let found = try Registration(model: .similarity, stages: [FourierMellin(), Refinement()])
        .align(moving, to: fixed)
      return cornerError(found.linear, truth, on: fixed.grid)
    }.sorted()
    #expect(errors[12] < 0.05)
    #expect(errors[22] < 0.1)
  }

  @Test func aTranslationNeitherTurnsNorScales() throws {
    let (fixed, moving) = cutPair(side: 128, truth: Affine(translation: [20.5, -13]), seed: 403)
    let found = try best(moving, fixed, .translation)
    #expect(difference(found.linear, .identity) < 1e-12)
    #expect(difference(found.translation, [20.5, -13]) < 0.05)
  }

  /// A quarter turn of physical space where the lattice of the fixed picture is not square, and of a mirrored one.
  @Test(arguments: [[1, 2], [0.8, 0.8]] as [Vector<2>], [false, true])
  func gridsOfTheirOwn(spacing: Vector<2>, mirrored: Bool) throws {
    let size = [Int(130 / spacing[0]), Int(140 / spacing[1])]
    let direction = mirrored ? Matrix<2>.diagonal([-1, 1]) : .identity
    let grid = try Grid<2>(size: size, spacing: spacing, origin: [40, -30], direction: direction)
    let other = try Grid<2>(
      size: [110, 120], spacing: [1.2, 1.1], origin: [380, 220],
      direction: Affine<2>.rotation(radians: 2.2, from: 0, to: 1))
    var truth = truth(105, 1.15, .zero, center: grid.center)
    truth.translation = other.center - grid.center + Vector([4, -5])
    let middle = grid.center
    let field = SmoothField<2>(
      low: middle.elements.min()! - 160, high: middle.elements.max()! + 160, blobs: 6000, sizes: 2.5...8, seed: 404)
    let (fixed, moving) = try field.pair(truth: truth, on: grid, moving: other)
    let found = try best(moving, fixed, .similarity)
    #expect(cornerError(found, truth, on: grid) < 2)
  }

  @Test func candidatesAreSeveralAndRanked() throws {
    let (fixed, moving) = cutPair(side: 160, truth: truth(40, 1, [3, 2], center: [79.5, 79.5]), seed: 405)
    let found = try FourierMellin().candidates(
      aligning: moving, to: fixed, from: [], as: AlignmentTask(model: .rigid))
    #expect(found.count > 2)
    #expect(found.map(\.score) == found.map(\.score).sorted(by: >))
    for (index, one) in found.enumerated() {
      for other in found[..<index] {
        let apart = fixed.grid.corners.map { (one.transform($0) - other.transform($0)).length }.max() ?? 0
        #expect(apart > 4)
      }
    }
  }

  @Test func anAffineTransformIsSearchedAsASimilarity() throws {
    let (fixed, moving) = cutPair(side: 96, truth: truth(40, 1.2, [3, 2], center: [47.5, 47.5]), seed: 406)
    let (found, similar) = (try best(moving, fixed, .affine), try best(moving, fixed, .similarity))
    #expect(found == similar)
    // A refinement can make an affine transform of it; alone it cannot estimate one.
    #expect(FourierMellin().models == [.translation, .rigid, .similarity])
    #expect(throws: Never.self) { try Registration(model: .affine, stages: [FourierMellin(), Refinement()]).check() }
    #expect(throws: AlignmentError.self) { try Registration(model: .affine, stages: [FourierMellin()]).check() }
  }
}
