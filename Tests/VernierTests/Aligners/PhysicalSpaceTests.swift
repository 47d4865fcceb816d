import Testing

@testable import Vernier

/// The answer is a map of physical space: how the samples lie in it is not part of it.
@Suite struct PhysicalSpaceTests {
  static let turned = Affine<3>(
    .init(rotation: [20, -35, 50], scale: [1, 1, 1], shear: [0, 0, 0], translation: .zero, center: .zero)
  ).linear
  static let flipped = Matrix<3>.diagonal([-1, 1, -1])
  static let exchanged = Matrix<3>(rowMajor: [0, -1, 0, 0, 0, -1, 1, 0, 0])

  enum Frame: String, CaseIterable, Sendable { case scaled, shifted, flipped, exchanged, oblique }

  /// A map of physical space under which samples stay samples: the grid that holds the same samples there.
  private func frame(_ frame: Frame, _ grid: Grid<3>) throws -> (map: Affine<3>, grid: Grid<3>) {
    let map =
      switch frame {
      case .scaled: Affine<3>(linear: .diagonal([2.5, 2.5, 2.5]))
      case .shifted: Affine<3>(translation: [-120, 350, 40])
      case .flipped: Affine<3>(linear: Self.flipped, translation: [10, 0, -300])
      case .exchanged: Affine<3>(linear: Self.exchanged, translation: [3, 4, 5])
      case .oblique: Affine<3>(linear: Self.turned, translation: [-60, 20, 500])
      }
    let stretch = frame == .scaled ? 2.5 : 1
    return (
      map,
      try Grid(
        size: grid.size, spacing: grid.spacing * stretch, origin: map(grid.origin),
        direction: map.linear * (1 / stretch) * grid.direction)
    )
  }

  @Test(arguments: Frame.allCases, [Metric.crossCorrelation, .mutualInformation, .gradientFields])
  func bothVolumesInAnotherFrame(name: Frame, metric: Metric) throws {
    let (fixed, moving, truth, _) = try Self.pair()
    let (map, grid) = try frame(name, fixed.grid)
    let start = perturbed(truth, .rigid, on: fixed.grid)
    let registration = Registration(model: .rigid, metric: metric)
    let plain = try registration.align(moving, to: fixed, initial: start).linear
    let back = try requireInverse(of: map)
    let carried = { (transform: Affine<3>) in map.composed(after: transform).composed(after: back) }
    let found = try registration.align(
      moving.placed(on: grid), to: fixed.placed(on: grid), initial: carried(start)
    ).linear
    let error = cornerError(found, carried(plain), on: grid) / (name == .scaled ? 2.5 : 1)
    // Flips, shifts and scales by powers and halves round alike; a turn of all directions does not, and may change
    // where an iteration stops.
    #expect(error < (name == .oblique ? 0.05 : 1e-9))
  }

  @Test(arguments: Frame.allCases) func theMovingVolumeAloneInAnotherFrame(name: Frame) throws {
    guard name != .flipped else { return }  // a mirror image is no motion
    let (fixed, moving, truth, grid) = try Self.pair()
    let (map, other) = try frame(name, grid)
    let model: TransformModel = name == .scaled ? .similarity : .rigid
    // From any frame: the search has to find what the frame added.
    let found = try Registration(model: model).align(
      moving.placed(on: other), to: fixed,
      initial: name == .scaled ? map.composed(after: perturbed(truth, .rigid, on: grid)) : nil)
    let error =
      cornerError(found.linear, map.composed(after: truth), on: fixed.grid) / (name == .scaled ? 2.5 : 1)
    #expect(error < 0.02)
  }

  @Test(arguments: Frame.allCases) func theFixedVolumeAloneInAnotherFrame(name: Frame) throws {
    let (fixed, moving, truth, grid) = try Self.pair()
    let (map, other) = try frame(name, grid)
    let back = try requireInverse(of: map)
    let start = perturbed(truth, .rigid, on: grid).composed(after: back)
    let found = try Registration(model: .affine, metric: .crossCorrelation)
      .align(moving, to: fixed.placed(on: other), initial: start)
    let error = cornerError(found.linear, truth.composed(after: back), on: other)
    // Scaled, the fixed volume's spacing lets the refinement choose a coarser level of the moving one.
    #expect(error < (name == .scaled ? 0.2 : 0.03))
  }

  private static func pair() throws -> (fixed: Image<3>, moving: Image<3>, truth: Affine<3>, grid: Grid<3>) {
    let grid = try Grid<3>(size: [40, 44, 36])
    let truth: Affine<3> = motion(.rigid, on: grid)
    let (fixed, moving) = try SmoothField<3>.filling(side: 44, seed: 71).pair(truth: truth, on: grid)
    return (fixed, moving, truth, grid)
  }

  @Test(arguments: [Metric.crossCorrelation, .mutualInformation]) func gridsOfTheirOwnInSpace(metric: Metric) throws {
    // Thick oblique slices on one side, a finer grid with flipped axes on the other.
    let grid = try Grid<3>(
      size: [52, 50, 20], spacing: [0.9, 0.9, 2.2], origin: [-20, 15, 8],
      direction: Affine<3>(
        .init(rotation: [10, 5, -8], scale: [1, 1, 1], shear: [0, 0, 0], translation: .zero, center: .zero)
      ).linear)
    let center = grid.center
    let other = try Grid<3>(
      size: [40, 44, 36], spacing: [1.2, 1.1, 1.3],
      origin: center + Vector([24, 23, -23]), direction: .diagonal([-1, -1, 1]))
    let truth = Affine<3>(
      .init(rotation: [8, -12, 15], scale: [1, 1, 1], shear: [0, 0, 0], translation: [2, -1.5, 1], center: center))
    let low = center.elements.min()! - 40
    let high = center.elements.max()! + 40
    let field = SmoothField<3>(low: low, high: high, blobs: 1500, sizes: 3.5...8, seed: 72)
    let (fixed, moving) = try field.pair(truth: truth, on: grid, moving: other)
    let found = try Registration(model: .rigid, metric: metric).align(moving, to: fixed)
    let error = cornerError(found.linear, truth, on: grid)
    #expect(error < (metric == .crossCorrelation ? 0.015 : 0.05))
    #expect(found.verdict == .aligned)
  }

  @Test func gridsOfTheirOwnInThePlane() throws {
    let grid = try Grid<2>(size: [100, 120], spacing: [1, 1], origin: [40, -30])
    let other = try Grid<2>(
      size: [90, 70], spacing: [1.5, 1.7], origin: [180, 20],
      direction: Affine<2>.rotation(radians: 2.2, from: 0, to: 1))
    // The truth brings the middle of one picture to the middle of the other.
    var truth = Affine<2>(
      .init(rotation: [160], scale: [1, 1], shear: [0], translation: .zero, center: grid.center))
    truth.translation = other.center - grid.center + Vector([3, -4])
    let field = SmoothField<2>(low: -80, high: 220, blobs: 1200, sizes: 3...9, seed: 73)
    let (fixed, moving) = try field.pair(truth: truth, on: grid, moving: other)
    let found = try Registration(model: .rigid).align(moving, to: fixed)
    let error = cornerError(found.linear, truth, on: grid)
    #expect(error < 0.01)
  }

  @Test func pixelsThatAreNotSquare() throws {
    // Spacing 1 × 2: a turn is a turn of physical space, not of samples.
    let grid = try Grid<2>(size: [128, 64], spacing: [1, 2])
    let truth = Affine<2>(
      .init(rotation: [50], scale: [1, 1], shear: [0], translation: [3, 5], center: grid.center))
    let field = SmoothField<2>.filling(side: 128, seed: 74)
    let (fixed, moving) = try field.pair(truth: truth, on: grid)
    for metric in Metric.all {
      let found = try Registration(model: .rigid, metric: metric).align(moving, to: fixed)
      let error = cornerError(found.linear, truth, on: grid)
      #expect(error < (metric == .gradientFields ? 0.25 : 0.05), "\(metric.name)")
    }
  }
}
