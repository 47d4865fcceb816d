import Testing

@testable import Vernier

@Suite struct CenterStartTests {
  @Test func theGridsMiddlesComeTogether() throws {
    let here = try Image<3>(
      grid: Grid(size: [5, 7, 9], origin: [1, 2, 3]), samples: [Float](repeating: 1, count: 315))
    let there = try Image<3>(
      grid: Grid(size: [4, 4, 4], spacing: [2, 2, 2], origin: [50, 0, 0], direction: .diagonal([-1, 1, -1])),
      samples: [Float](repeating: 1, count: 64))
    let start = CenterStart.geometry.transform(aligning: there, to: here)
    #expect(start.linear == .identity && start.center == here.grid.center)
    #expect((start(here.grid.center) - there.grid.center).length < 1e-12)
  }

  @Test func theCentreOfMassIsThatOfTheContent() throws {
    var samples = [Float](repeating: 3, count: 400)
    for (x, y, value) in [(4, 5, Float(13)), (6, 5, 13), (5, 9, 23)] { samples[y * 20 + x] = value }
    let image = try Image<2>(
      grid: Grid(size: [20, 20], spacing: [2, 1], origin: [100, 0]), samples: samples)
    // Weights 10, 10 and 20 above the ground of 3.
    #expect((image.centerOfMass - [110, 7]).length < 1e-3)
    samples[0] = .nan
    var mask = [UInt8](repeating: 1, count: 400)
    mask[9 * 20 + 5] = 0
    let part = try Image<2>(grid: image.grid, samples: samples, mask: mask)
    #expect((part.centerOfMass - [110, 5]).length < 1e-3)
    #expect(try image.masked(by: [UInt8](repeating: 0, count: 400)).centerOfMass == image.grid.center)
  }

  @Test(arguments: CenterStart.allCases) func aRefinementGoesOnFromThere(start: CenterStart) throws {
    let grid = try Grid<3>(size: [44, 48, 40])
    let truth: Affine<3> = motion(.rigid, on: grid)
    let (fixed, moving) = try SmoothField<3>.filling(side: 48, seed: 31).pair(truth: truth, on: grid)
    let far = Affine<3>(translation: [300, -200, 100])
    let moved = moving.placed(on: try Grid(size: grid.size, origin: far(grid.origin)))
    let found = try Registration().align(
      moved, to: fixed, initial: start.transform(aligning: moved, to: fixed))
    #expect(found.method == "refine")
    #expect(cornerError(found.linear, far.composed(after: truth), on: grid) < 0.05)
  }
}
