import Testing

@testable import Vernier

/// Small pictures are aligned for every angle and shift of theirs, whatever their sizes.
@Suite struct SmallPictureTests {
  /// 20 pairs of each side, shifts up to a fifth of it. Measured: at most 0.004 samples at the corners.
  @Test(arguments: [32, 64, 96, 128]) func anyRotationAndShift(side: Int) throws {
    var random = SplitMix64(seed: UInt64(side))
    let reach = 0.2 * Double(side)
    for seed in UInt64(1)...20 {
      let pair = try SmallPairs.pair(
        side: side, degrees: random.uniform(-180...180), shift: random.vector(in: -reach...reach), seed: seed)
      let found = try Registration().align(pair.moving, to: pair.fixed)
      #expect(cornerError(found.linear, pair.truth, on: pair.fixed.grid) < 0.007, "seed \(seed)")
      #expect(found.verdict != .failed && found.method == "search+refine")
    }
  }

  /// Scenes with hard edges. Measured: at most 0.03 samples at a side of 32, 0.01 at more.
  @Test(arguments: [32, 48, 96]) func drawnScenes(side: Int) throws {
    let grid = try Grid<2>(size: [side, side])
    var random = SplitMix64(seed: 7)
    let reach = 0.2 * Double(side)
    for seed in UInt64(1)...12 {
      let truth = SmallPairs.truth(
        degrees: random.uniform(-180...180), shift: random.vector(in: -reach...reach), from: grid, to: grid)
      let (fixed, moving) = cutPair(side: side, truth: truth, seed: seed)
      let found = try Registration().align(moving, to: fixed)
      #expect(cornerError(found.linear, truth, on: grid) < (side == 32 ? 0.05 : 0.018), "seed \(seed)")
    }
  }

  /// Measured: at most 0.003 samples; 0.033 where the long pictures cross and share a third of their samples, but 1.19
  /// in the one of eight that the general methods have to answer.
  @Test(arguments: [([33, 47], [40, 29]), ([40, 29], [33, 47]), ([127, 65], [64, 128]), ([24, 100], [90, 31])])
  func sizesThatDoNotAgree(fixed: [Int], moving: [Int]) throws {
    let (fixedGrid, movingGrid) = (try Grid<2>(size: fixed), try Grid<2>(size: moving))
    var random = SplitMix64(seed: 11)
    for seed in UInt64(1)...8 {
      let truth = SmallPairs.truth(
        degrees: random.uniform(-180...180), shift: random.vector(in: -3...3), from: fixedGrid, to: movingGrid)
      let larger = fixedGrid.diagonal > movingGrid.diagonal ? fixedGrid : movingGrid
      let pair = try SmallPairs.field(on: larger, seed: seed).pair(truth: truth, on: fixedGrid, moving: movingGrid)
      let found = try Registration().align(pair.moving, to: pair.fixed)
      #expect(cornerError(found.linear, truth, on: fixedGrid) < (fixed[0] == 24 ? 1.5 : 0.006), "seed \(seed)")
    }
  }

  /// A small picture within a larger one covers little of it, but all of itself.
  @Test(arguments: [([80, 80], [40, 40]), ([40, 40], [80, 80])]) func aPieceOfAPicture(fixed: [Int], moving: [Int])
    throws
  {
    let (fixedGrid, movingGrid) = (try Grid<2>(size: fixed), try Grid<2>(size: moving))
    var random = SplitMix64(seed: 12)
    for seed in UInt64(1)...8 {
      let truth = SmallPairs.truth(
        degrees: random.uniform(-180...180), shift: random.vector(in: -12...12), from: fixedGrid, to: movingGrid)
      let pair = try SmallPairs.field(on: fixed[0] == 80 ? fixedGrid : movingGrid, seed: seed).pair(
        truth: truth, on: fixedGrid, moving: movingGrid)
      let found = try Registration().align(pair.moving, to: pair.fixed)
      let error = cornerError(found.linear, truth, on: fixedGrid)
      #expect(error < 0.02, "seed \(seed), overlap \(found.evidence.overlap)")
    }
  }

  /// 12 pairs of each side: half a sample at most, or no claim to be right.
  @Test(arguments: 3...12) func tinyPictures(side: Int) throws {
    var random = SplitMix64(seed: UInt64(side))
    for seed in UInt64(1)...12 {
      let pair = try SmallPairs.pair(
        side: side, degrees: random.uniform(-180...180), shift: random.vector(in: -2...2), seed: seed)
      let found = try Registration().align(pair.moving, to: pair.fixed)
      let error = cornerError(found.linear, pair.truth, on: pair.fixed.grid)
      #expect(error < 0.5 || found.verdict != .aligned, "seed \(seed): \(error)")
    }
  }
}
