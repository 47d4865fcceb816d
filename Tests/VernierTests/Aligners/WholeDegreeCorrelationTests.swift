import Testing

@testable import Vernier

/// `fft` finds what published comparisons ask for: the whole degree and the whole sample.
@Suite struct WholeDegreeCorrelationTests {
  private func best(_ moving: Image<2>, _ fixed: Image<2>, _ model: TransformModel = .rigid) throws -> Affine<2> {
    let found = try WholeDegreeCorrelation().candidates(
      aligning: moving, to: fixed, from: [], as: AlignmentTask(model: model))
    return try #require(found.first).linear
  }

  /// A picture that is black towards its border, so that nothing is cut off at a hard edge.
  @Test(arguments: [-180.0, -133, -90, -45, -1, 0, 1, 30, 89, 90, 150])
  func aWholeDegreeAndWholeSamples(degrees: Double) throws {
    let scene = SyntheticScene(side: 64, seed: 201).image
    let window = Taper.hann.weights(64)
    let fixed = Image<2>(
      unchecked: scene.grid,
      samples: scene.samples.indices.map { scene.samples[$0] * window[$0 % 64] * window[$0 / 64] })
    let turn = Affine<2>.rotation(radians: degrees * .pi / 180, from: 0, to: 1)
    for shift in [[0, 0], [12, -7], [-11, 9]] as [Vector<2>] {
      // Whole on the turned picture's lattice, which is where shifts are looked for.
      let truth = Affine<2>(linear: turn, translation: turn * shift, center: fixed.grid.center)
      let found = try best(PublishedProtocol.moved(fixed, by: truth), fixed)
      #expect(cornerError(found, truth, on: fixed.grid) < 1e-9, "\(shift)")
    }
  }

  @Test func aShiftWithoutATurnIsExact() throws {
    let fixed = SyntheticScene(side: 48, seed: 202).image
    let truth = Affine<2>(translation: [7, -5])
    let moving = try PublishedProtocol.moved(fixed, by: truth)
    for model in [TransformModel.translation, .rigid] {
      let found = try best(moving, fixed, model)
      #expect(cornerError(found, truth, on: fixed.grid) < 1e-9)
    }
  }

  /// The fixed picture whole inside of a larger moving one, on grids of their own.
  @Test func sizesSpacingsAndOriginsOfTheirOwn() throws {
    let scene = SyntheticScene(side: 48, seed: 203).image.samples
    let fixed = try Image<2>(
      grid: Grid(size: [48, 36], spacing: [0.5, 0.5], origin: [-30, 12]), samples: Array(scene[..<(48 * 36)]))
    let grid = try Grid<2>(size: [70, 61], spacing: [0.7, 0.6], origin: [100, -40])
    var truth = Affine<2>(
      .init(rotation: [-62], scale: [1, 1], shear: [0], translation: .zero, center: fixed.grid.center))
    truth.translation = grid.center - fixed.grid.center + Vector([2.5, -1.5])
    let seen = fixed.resampled(onto: grid, through: try requireInverse(of: truth))
    let found = try best(Image(unchecked: grid, samples: seen.samples), fixed)
    #expect(found.center == fixed.grid.center)
    let error = PublishedProtocol.error(found, truth)
    #expect(error.degrees < 1.1 && error.shift < 0.75)
  }

  @Test func theOtherModelsAreSearchedAsRigid() throws {
    let (fixed, moving) = cutPair(side: 40, truth: InvarianceTests.truth, seed: 205)
    let rigid = try best(moving, fixed, .rigid)
    for model in [TransformModel.similarity, .affine] {
      let found = try best(moving, fixed, model)
      #expect(found == rigid)
      #expect(throws: Never.self) {
        try Registration(model: model, stages: [WholeDegreeCorrelation(), Refinement()]).check()
      }
      #expect(throws: AlignmentError.self) {
        try Registration(model: model, stages: [WholeDegreeCorrelation()]).check()
      }
    }
    #expect(WholeDegreeCorrelation().models == [.translation, .rigid])
  }

  /// n = 100, seed 1. Published for this approach on CIFAR-10: 1.45 px and 7.97°.
  @Test(.enabled(if: SmallPictures.path != nil, "\(SmallPictures.comment)"))
  func photographsOfThePublishedSize() throws {
    var random = SplitMix64(seed: 1)
    let errors = try SmallPictures.read(100).map { fixed in
      let truth = PublishedProtocol.motion(on: fixed.grid, using: &random)
      return PublishedProtocol.error(try best(PublishedProtocol.moved(fixed, by: truth), fixed), truth)
    }
    #expect(errors.map(\.shift).reduce(0, +) / 100 < 0.75)
    #expect(errors.map(\.degrees).reduce(0, +) / 100 < 1)
  }

  @Test func refinementReachesBetweenDegrees() throws {
    let truth = Affine<2>(
      .init(rotation: [73.4], scale: [1, 1], shear: [0], translation: [3.3, -2.6], center: [31.5, 31.5]))
    let (fixed, moving) = cutPair(side: 64, truth: truth, seed: 204)
    let found = try Registration(model: .rigid, stages: [WholeDegreeCorrelation(), Refinement()])
      .align(moving, to: fixed)
    #expect(cornerError(found.linear, truth, on: fixed.grid) < 0.05)
    #expect(found.method == "fft+refine")
  }
}
