import Testing

@testable import Vernier

@Suite struct ResidualMapTests {
  private func cut(_ seed: UInt64, x: Int, y: Int) -> Image<2> {
    SyntheticScene(side: 192, seed: seed).image.cropped(columns: x..<(x + 128), rows: y..<(y + 128))
  }

  private func on(_ grid: Grid<2>, _ image: Image<2>) throws -> Image<2> {
    try Image(grid: grid, samples: image.samples, mask: image.mask)
  }

  @Test func shiftsAreInPhysicalUnitsAlongPhysicalAxes() throws {
    // Stored with x running against the physical axis, two units a sample.
    let grid = try Grid<2>(
      size: [128, 128], spacing: [2, 2], origin: [100, -30], direction: Matrix(rowMajor: [-1, 0, 0, 1]))
    let map = ResidualMap(
      try on(grid, cut(5, x: 20, y: 20)), try on(grid, cut(5, x: 17, y: 25)), metric: .crossCorrelation)
    #expect(map.side == [32, 32])
    let inside = map.blocks.filter {
      let index = grid.index(atPoint: $0.center)
      return index[1] > 16 && index[0] < 112
    }
    let sure = inside.filter { $0.deviation < 1.2 }
    #expect(sure.count > 20)
    for block in sure { #expect((block.shift - [-6, -10]).length < 2) }
  }

  @Test func aPartThatIsOffStandsOut() throws {
    // The right half moved by four samples, the left half stayed.
    let (still, gone) = (cut(5, x: 20, y: 20), cut(5, x: 20, y: 24))
    let samples = still.samples.indices.map { $0 % 128 < 64 ? still.samples[$0] : gone.samples[$0] }
    let moved = try Image(width: 128, height: 128, samples: samples)
    let map = ResidualMap(still, moved, metric: .mutualInformation)
    let halves = [map.blocks.filter { $0.center[0] < 56 }, map.blocks.filter { $0.center[0] > 72 && $0.center[1] > 8 }]
    #expect(halves.allSatisfy { $0.count > 8 })
    #expect(halves[0].count { $0.shift.length < 1 } * 10 >= halves[0].count * 9)
    // The blocks beside the cut see both halves.
    #expect(halves[1].count { ($0.shift - [0, -4]).length < 1 } * 10 >= halves[1].count * 7)
  }

  @Test func aNegativeIsAsLikeAsAPositive() {
    let picture = cut(4, x: 30, y: 10)
    let negative = picture.mapSamples { 255 - $0 }
    let map = ResidualMap(picture, negative, metric: .crossCorrelation)
    #expect(map.blocks.count > 20)
    #expect(map.blocks.allSatisfy { $0.shift.length < 0.5 })
    // Squared differences ask for the same intensities.
    #expect(ResidualMap(picture, negative, metric: .meanSquares).blocks.count < map.blocks.count / 2)
  }

  @Test func unlikePartsAgreeNowhere() {
    let map = ResidualMap(cut(4, x: 30, y: 10), cut(14, x: 30, y: 10), metric: .crossCorrelation)
    #expect(map.unmatched.count > map.blocks.count)
    let flat = cut(4, x: 30, y: 10).mapSamples { _ in 7 }
    let none = ResidualMap(flat, flat, metric: .crossCorrelation)
    #expect(none.blocks.isEmpty && none.unmatched.isEmpty)
  }

  @Test func volumesHaveBlocksToo() throws {
    var random = SplitMix64(seed: 3)
    let noise = (0..<(48 * 48 * 48)).map { _ in Float(random.uniform(0...100)) }
    let volume = try Image<3>(grid: Grid(size: [48, 48, 48], spacing: [1, 1, 1.5]), samples: noise)
      .smoothed(deviation: 1)
    let map = ResidualMap(volume, volume, metric: .crossCorrelation)
    #expect(map.blocks.count > 4)
    #expect(map.blocks.allSatisfy { $0.shift.length < 0.5 * (volume.grid.spacing.elements.max() ?? 1) })
  }
}
