import Testing
import Vernier

@testable import VernierVision

@Suite(.enabled(if: visionPluginAvailable, pluginNeeded))
struct PhysicalSpaceTests {
  typealias Pairs = KeypointAlignerTests

  /// Both pictures measured in another unit from another origin: the transform is carried there.
  @Test(arguments: KeypointMethod.allCases) func spacingAndOriginAreHonoured(method: KeypointMethod) throws {
    let truth = Pairs.truth(.rigid)
    let (fixed, moving) = Pairs.pair(truth)
    let grid = try Grid<2>(size: fixed.size, spacing: [0.25, 0.25], origin: [-40, 1000])
    let map = Affine<2>(linear: .diagonal([0.25, 0.25]), translation: [-40, 1000])
    let back = try #require(map.inverted())
    let plain = try KeypointAligner(method)
      .candidates(aligning: moving, to: fixed, from: [], as: AlignmentTask())[0].linear
    let found = try KeypointAligner(method).candidates(
      aligning: moving.placed(on: grid), to: fixed.placed(on: grid), from: [], as: AlignmentTask())[0].linear
    let carried = map.composed(after: plain).composed(after: back)
    #expect(cornerError(found, carried, on: grid) < 1e-6)
    #expect(found.center == grid.center)
  }

  /// One picture in micrometres, the other without units and mirrored: scale and mirror are of the grids, not of the
  /// samples.
  @Test func eachGridMayHaveItsOwnUnit() throws {
    let truth = Pairs.truth(.rigid)
    let (fixed, moving) = Pairs.pair(truth)
    let grid = try Grid<2>(size: fixed.size, spacing: [0.01, 0.01], origin: [3, 4], direction: .diagonal([-1, 1]))
    let back = try #require(Affine<2>(linear: .diagonal([-0.01, 0.01]), translation: [3, 4]).inverted())
    let found = try KeypointAligner(.akaze)
      .candidates(aligning: moving, to: fixed.placed(on: grid), from: [], as: AlignmentTask(model: .affine))[0].linear
    #expect(cornerError(found, truth.composed(after: back), on: grid) < 1)
  }

  /// Rows taken away at every second place: a turn of physical space, which is none of the samples.
  @Test(arguments: KeypointMethod.allCases) func samplesNeedNotBeSquare(method: KeypointMethod) throws {
    let truth = Pairs.truth(.rigid)
    let pair = Pairs.pair(truth)
    let grid = try Grid<2>(size: [512, 256], spacing: [1, 2])
    let (fixed, moving) = (
      pair.fixed.resampled(onto: grid, through: .identity), pair.moving.resampled(onto: grid, through: .identity)
    )
    let found = try KeypointAligner(method)
      .candidates(aligning: moving, to: fixed, from: [], as: AlignmentTask())[0].linear
    #expect(cornerError(found, truth, on: grid) < 1.5)
  }

  /// A frame that stands still in both pictures is left out by masks; what moves is found.
  @Test(arguments: KeypointMethod.allCases) func masksLeaveOutWhatStandsStill(method: KeypointMethod) throws {
    let truth = Affine<2>(translation: [24, -9], center: Pairs.center)
    let (fixed, moving) = Pairs.pair(truth)
    let still = SyntheticScene(side: Pairs.side, seed: 9).image
    let isFrame = (0..<Pairs.side * Pairs.side).map { index in
      let (x, y) = (index % Pairs.side, index / Pairs.side)
      return min(x, y, Pairs.side - 1 - x, Pairs.side - 1 - y) < 100
    }
    func framed(_ image: Image<2>, masked: Bool) throws -> Image<2> {
      let samples = isFrame.indices.map { isFrame[$0] ? still.samples[$0] : image.samples[$0] }
      return try Image(grid: image.grid, samples: samples, mask: masked ? isFrame.map { $0 ? 0 : 1 } : nil)
    }
    func error(masked: Bool) throws -> Double {
      let found = try KeypointAligner(method).candidates(
        aligning: framed(moving, masked: masked), to: framed(fixed, masked: masked), from: [],
        as: AlignmentTask(model: .translation))
      return cornerError(found[0].linear, truth, on: fixed.grid)
    }
    #expect(try error(masked: true) < 0.3)
    #expect(try error(masked: false) > 20)
  }
}
