import Testing

@testable import Vernier

@Suite struct SamplePointsTests {
  private func indices<let rank: Int>(_ points: SamplePoints<rank>, _ grid: Grid<rank>) -> [[Int]] {
    (0..<points.values.count).map { point in
      let offset = points.offset(point)
      return (0..<rank).map { Int((offset[$0] + points.origin[$0]).rounded()) }
    }
  }

  @Test(arguments: [100, 1000, 5000]) func aboutAsManyAsAskedForAndEverywhere(count: Int) throws {
    let grid = try Grid<2>(size: [200, 150])
    let image = SmoothField<2>.filling(side: 40, seed: 1).image(
      on: try Grid<2>(size: [200, 150], spacing: [0.2, 0.2])
    )
    .placed(on: grid)
    let points = SamplePoints(on: image, count: count, seed: 3)
    // At least as many as asked for, less the cells cut at the border; never the next finer lattice.
    #expect(Double(points.values.count) > 0.95 * Double(count) && points.values.count < 4 * count)
    let places = indices(points, grid)
    for (place, value) in zip(places, points.values) {
      #expect(value == image.samples[place[1] * 200 + place[0]])
    }
    for row in 0..<3 {
      for column in 0..<4 {
        let inside = places.filter { $0[0] / 50 == column && $0[1] / 50 == row }
        let share = Double(inside.count) / Double(points.values.count)
        #expect(share > 0.5 / 12 && share < 1.6 / 12, "cell (\(column), \(row))")
      }
    }
    #expect(Set(places).count == places.count, "no point twice")
  }

  @Test func allOfASmallImageInOrder() throws {
    let grid = try Grid<3>(size: [4, 3, 2])
    let image = Image(unchecked: grid, samples: (0..<24).map(Float.init))
    let points = SamplePoints(on: image, count: 24, seed: 1)
    #expect(points.values == image.samples)
    #expect(points.origin == [1.5, 1, 0.5])
    #expect(indices(points, grid)[23] == [3, 2, 1])
    #expect(SamplePoints(on: image, count: .max, seed: 1).values == image.samples)
  }

  @Test func theLatticeIsEvenInPhysicalSpace() throws {
    // Slices eight times as thick as the pixels: none is skipped before the pixels have become as coarse.
    let grid = try Grid<3>(size: [64, 64, 8], spacing: [1, 1, 8])
    let image = Image(unchecked: grid, samples: [Float](repeating: 0, count: grid.count))
    let points = SamplePoints(on: image, count: 2000, seed: 1)
    #expect(Set(indices(points, grid).map { $0[2] }).count == 8)
  }

  @Test func masksAndSeeds() throws {
    let image = SyntheticScene(side: 128, seed: 2).image
    let masked = try image.maskedBlock(corner: [10, 20], size: [60, 50])
    let points = SamplePoints(on: masked, count: 500, seed: 1)
    let places = indices(points, image.grid)
    #expect(places.allSatisfy { (10..<70).contains($0[0]) && (20..<70).contains($0[1]) })
    #expect(places.count > 400)
    let again = SamplePoints(on: masked, count: 500, seed: 1)
    #expect(indices(again, image.grid) == places)
    #expect(indices(SamplePoints(on: masked, count: 500, seed: 2), image.grid) != places)
  }

  /// 99 points make 25 groups of four, the last filled up by one that is nowhere.
  @Test func positionsOutsideDoNotCount() throws {
    let image = Image(unchecked: try Grid<2>(size: [9, 11]), samples: [Float](repeating: 0, count: 99))
    let points = SamplePoints(on: image, count: 99, seed: 1)
    #expect(points.values.count == 99 && points.groups == 25)
    func inside(shift: Double) -> Int {
      let map = IndexMap(Affine<2>(translation: [shift, 0]), fixed: image.grid, moving: image.grid)
      return points.withLocator(map, inside: [9, 11]) { locator in
        (0..<points.groups).reduce(0) { count, group in
          let at = locator.positions(ofGroup: group)
          return count + (0..<4).count { at.inside[$0] }
        }
      }
    }
    #expect(inside(shift: 0) == 99)
    #expect(inside(shift: 5) == 44)
    #expect(inside(shift: .nan) == 0)
  }
}
