import Testing

@testable import Vernier

@Suite struct GridTests {
  static let seeds: [UInt64] = Array(1...8)

  @Test(arguments: seeds) func indexAndPointUndoEachOther(seed: UInt64) throws {
    try checkRoundTrip(seed, Grid<2>.self)
    try checkRoundTrip(seed, Grid<3>.self)
  }

  private func checkRoundTrip<let rank: Int>(_ seed: UInt64, _: Grid<rank>.Type) throws {
    var random = SplitMix64(seed: seed)
    let grid = try Grid<rank>(
      size: (0..<rank).map { 10 + 7 * $0 }, spacing: random.vector(in: 0.2...4), origin: random.vector(in: -300...300),
      direction: random.rotation())
    let index: Vector<rank> = random.vector(in: -5...40)
    let point = grid.point(atIndex: index)
    #expect(difference(grid.index(atPoint: point), index) < 1e-10)
    #expect(difference(point, grid.origin + grid.direction * Vector { grid.spacing[$0] * index[$0] }) < 1e-11)
  }

  @Test func aPlainPictureCountsPixels() throws {
    let grid = try Grid<2>(size: [640, 480])
    #expect(grid.point(atIndex: [3, 4]) == [3, 4])
    #expect(grid.index(atPoint: [3, 4]) == [3, 4])
    #expect(grid.count == 307_200)
    #expect(grid.center == [319.5, 239.5])
    #expect(grid.corners == [[0, 0], [639, 0], [0, 479], [639, 479]])
    #expect(try Grid<2>(size: [4, 5]).diagonal == 5)
  }

  @Test func centreAndCornersFollowAnObliqueDirection() throws {
    var random = SplitMix64(seed: 11)
    let grid = try Grid<3>(
      size: [5, 9, 3], spacing: [1, 2, 3], origin: [10, 20, 30], direction: random.rotation())
    #expect(grid.corners.count == 8)
    #expect(grid.corners[0] == grid.origin)
    let mean = grid.corners.reduce(Vector<3>.zero, +) / 8
    #expect(difference(mean, grid.center) < 1e-12)
    #expect(abs((grid.corners[7] - grid.corners[0]).length - grid.diagonal) < 1e-12)
    #expect(abs(grid.diagonal - Vector<3>([4, 16, 6]).length) < 1e-12)
  }

  @Test(arguments: [[], [4], [4, 0], [-1, 4], [4, 4, 4]]) func sizesThatHoldNothing(size: [Int]) {
    #expect(throws: ImageError.emptySize(size)) { try Grid<2>(size: size) }
  }

  @Test func ranksThatImagesDoNotHave() {
    #expect(throws: ImageError.unsupportedRank(4)) { try Grid<4>(size: [2, 3, 4, 5]) }
    #expect(throws: ImageError.unsupportedRank(4)) { try Grid<4>(size: Size(repeating: 2)) }
    #expect(throws: ImageError.unsupportedRank(1)) { try Grid<1>(size: [16]) }
    // The rank comes first, whatever else is wrong.
    #expect(throws: ImageError.unsupportedRank(4)) { try Grid<4>(size: [0, 0, 0, 0]) }
    #expect(throws: ImageError.unsupportedRank(4)) {
      try Image<4>(grid: Grid(size: Size(repeating: 1)), samples: [1])
    }
  }

  @Test func aSizeKnownAtRunTimeMakesTheSameGrid() throws {
    let (known, counted) = (try Grid<3>(size: Size<3> { 4 + $0 }), try Grid<3>(size: (4...6).map { $0 }))
    #expect(known == counted && known.size == [4, 5, 6] && known.count == 120)
    #expect(known.step(along: 1) == [0, 1, 0])
  }

  @Test(arguments: [0, -1, .infinity]) func spacingsOfNoUse(spacing: Double) {
    #expect(throws: ImageError.unusableSpacing([1, spacing])) { try Grid<2>(size: [4, 4], spacing: [1, spacing]) }
  }

  @Test func spacingThatIsNotANumber() {
    let error = #expect(throws: ImageError.self) { try Grid<2>(size: [4, 4], spacing: [.nan, 1]) }
    guard case .unusableSpacing = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func directionsAndOriginsOfNoUse() {
    #expect(throws: ImageError.singularDirection) {
      try Grid<2>(size: [4, 4], direction: Matrix(rowMajor: [1, 1, 1, 1]))
    }
    #expect(throws: ImageError.singularDirection) {
      try Grid<3>(size: [4, 4, 4], direction: .diagonal([1, .nan, 1]))
    }
    #expect(throws: ImageError.singularDirection) { try Grid<2>(size: [4, 4], origin: [.nan, 0]) }
    #expect(throws: ImageError.singularDirection) { try Grid<2>(size: [4, 4], origin: [0, .infinity]) }
  }
}
