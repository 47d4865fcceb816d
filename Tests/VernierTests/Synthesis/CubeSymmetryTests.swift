import Testing

@testable import Vernier

struct CubeSymmetryTests {
  private func image<let rank: Int>(_ side: Int) throws -> Image<rank> {
    let grid = try Grid<rank>(size: [Int](repeating: side, count: rank))
    return try Image(grid: grid, samples: (0..<grid.count).map { Float($0) })
  }

  /// Each symmetry moves the samples to where its map has them.
  private func mapsAgree<let rank: Int>(_ original: Image<rank>, count: Int) throws {
    var random = SplitMix64(seed: 3)
    let grid = original.grid
    var (seen, scratch) = (Set<[Float]>(), original.samples)
    for _ in 0..<40 * count {
      let symmetry = CubeSymmetry<rank>.random(using: &random)
      var samples = original.samples
      symmetry.apply(to: &samples, side: grid.size[0], scratch: &scratch)
      let mapped = original.resampled(
        onto: grid, through: symmetry.map(about: grid.center), interpolation: .nearest, threads: 1)
      #expect(samples == mapped.samples)
      seen.insert(samples)
    }
    #expect(seen.count == count && seen.contains(original.samples))
  }

  @Test func aSquareHasEight() throws { try mapsAgree(image(5) as Image<2>, count: 8) }

  @Test func aCubeHasFortyEight() throws { try mapsAgree(image(4) as Image<3>, count: 48) }

  @Test func theIdentityChangesNothing() throws {
    let original: Image<3> = try image(3)
    var (samples, scratch) = (original.samples, original.samples)
    CubeSymmetry<3>.identity.apply(to: &samples, side: 3, scratch: &scratch)
    #expect(samples == original.samples)
    #expect(CubeSymmetry<3>.identity.map(about: .zero).linear == .identity)
  }
}
