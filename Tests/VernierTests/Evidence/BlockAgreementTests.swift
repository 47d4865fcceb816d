import Glibc
import Testing

@testable import Vernier

@Suite struct BlockAgreementTests {
  private static func scene(_ seed: UInt64) -> Image<2> { SyntheticScene(side: 192, seed: seed).image }

  private func cut(_ scene: Image<2>, _ x: Int, _ y: Int) -> Image<2> {
    scene.cropped(columns: x..<(x + 128), rows: y..<(y + 128))
  }

  @Test func theShareIsThatOfTheBlocksThatAgree() {
    let none = BlockAgreement(likelihoods: [Double](repeating: 0.03, count: 40))
    #expect(none.share == 0 && none.leastShare == 0 && none.evidence == 0 && none.count == 40)
    let all = BlockAgreement(likelihoods: [Double](repeating: 30, count: 40))
    #expect(all.share > 0.99 && all.leastShare > 0.9 && all.evidence > 100)
    let some = BlockAgreement(
      likelihoods: [Double](repeating: 30, count: 20) + [Double](repeating: 0.03, count: 60))
    #expect(abs(some.share - 0.25) < 0.03 && some.leastShare > 0.12 && some.leastShare < some.share)
    // What has no structure says nothing.
    let flat = BlockAgreement(likelihoods: [Double](repeating: 1, count: 40))
    #expect(flat.evidence == 0 && flat.leastShare == 0)
    #expect(BlockAgreement(likelihoods: []).evidence == 0)
  }

  @Test(arguments: [1, 2, 3] as [UInt64]) func oneSceneAgreesAndTwoDoNot(seed: UInt64) {
    let scene = Self.scene(seed)
    let fixed = cut(scene, 20, 20)
    var random = SplitMix64(seed: seed)
    let noisy = fixed.mapSamples { $0 + Float(random.uniform(-15...15)) }
    let same = BlockAgreement(fixed, noisy, byEdges: false, threads: 2)
    #expect(same.leastShare > 0.8 && same.evidence > 50)
    let other = BlockAgreement(fixed, cut(Self.scene(seed + 10), 20, 20), byEdges: false, threads: 2)
    #expect(other.evidence < 3 && other.leastShare < 0.1)
  }

  @Test func edgesAgreeAcrossContrasts() {
    let fixed = cut(Self.scene(4), 30, 10)
    let negative = fixed.mapSamples { 255 - $0 }
    #expect(BlockAgreement(fixed, negative, byEdges: true, threads: 1).leastShare > 0.8)
    #expect(BlockAgreement(fixed, negative, byEdges: false, threads: 1).leastShare < 0.2)
    let other = cut(Self.scene(14), 30, 10)
    #expect(BlockAgreement(fixed, other, byEdges: true, threads: 1).evidence < 3)
  }

  @Test func aBlockSaysWhereItLies() {
    let scene = Self.scene(5)
    let matching = BlockMatching(cut(scene, 20, 20), cut(scene, 17, 25), byEdges: false)
    let blocks = matching.blocks(threads: 1)
    #expect(blocks.count == 64)
    // Those at the upper and the right border lie beyond it in the other image, where nothing is known.
    let inside = blocks.filter { $0.center[1] > 16 && $0.center[0] < 112 }
    let sure = inside.filter { $0.deviation < 0.5 }
    #expect(sure.count > 20)
    for block in sure { #expect((block.shift - [3, -5]).length < 1) }
    for block in sure {
      #expect(matching.likelihood(of: block) < 0.1)
      #expect(matching.likelihood(of: block, at: [3, -5]) > 10)
    }
  }

  @Test func blocksInSpaceAgreeToo() throws {
    let grid = try Grid<3>(size: [40, 36, 32])
    func volume(_ shift: Double) -> Image<3> {
      Image(
        unchecked: grid,
        samples: (0..<grid.count).map { index in
          let (x, y, z) = (Double(index % 40) + shift, Double(index / 40 % 36), Double(index / 1440))
          return Float(
            40 * sin(0.61 * x + 0.2 * y * sin(0.1 * z)) + 30 * cos(0.53 * y - 0.05 * x * z) + 20 * sin(0.7 * z))
        })
    }
    for edges in [false, true] {
      let same = BlockAgreement(volume(0), volume(0.2), byEdges: edges, threads: 2)
      #expect(same.leastShare > 0.8, "\(edges)")
      let shifted = BlockAgreement(volume(0), volume(3), byEdges: edges, threads: 2)
      #expect(shifted.leastShare < 0.1, "\(edges)")
    }
  }

  /// What is masked, and what has no data, does not count.
  @Test func maskedPartsSayNothing() throws {
    let scene = Self.scene(6)
    let fixed = cut(scene, 20, 20)
    var samples = fixed.samples
    var mask = [UInt8](repeating: 1, count: samples.count)
    for y in 0..<64 {
      for x in 0..<128 {
        samples[y * 128 + x] = .nan
        mask[y * 128 + x] = 0
      }
    }
    let half = try Image(grid: fixed.grid, samples: samples, mask: mask)
    for (one, two) in [(half, fixed), (fixed, half), (half, half)] {
      let found = BlockAgreement(one, two, byEdges: false, threads: 1)
      #expect(found.count == 32 && found.leastShare > 0.8)
    }
  }

  @Test(arguments: [7, 8] as [UInt64]) func smallPartsOfAnotherSceneAreUnlike(seed: UInt64) {
    let fixed = cut(Self.scene(seed), 20, 20)
    let other = cut(Self.scene(seed + 10), 20, 20)
    var random = SplitMix64(seed: seed)
    func noisy(_ image: Image<2>) -> Image<2> { image.mapSamples { $0 + Float(random.uniform(-5...5)) } }
    func unlikeShare(_ fixed: Image<2>, _ moved: Image<2>) -> Double {
      BlockAgreement(fixed, moved, byEdges: false, comparesSmallParts: true, threads: 1).unlikeShare
    }
    #expect(unlikeShare(fixed, noisy(fixed)) < 0.02)
    // A quarter of the other scene before it.
    var samples = noisy(fixed).samples
    for y in 32..<96 { for x in 32..<96 { samples[y * 128 + x] = other.samples[y * 128 + x] } }
    let mixed = Image(unchecked: fixed.grid, samples: samples)
    #expect((0.12...0.35).contains(unlikeShare(fixed, mixed)))
    // Nothing but noise shows nothing.
    let flat = fixed.mapSamples { _ in Float(random.uniform(-5...5)) }
    let otherFlat = fixed.mapSamples { _ in Float(random.uniform(-5...5)) }
    #expect(unlikeShare(flat, otherFlat) < 0.15)
    #expect(abs(BlockAgreement.leastShare(2, of: 11) - 0.047) < 0.002 && BlockAgreement.leastShare(0, of: 5) == 0)
  }

  /// Contrasts that follow from each other are compared by what one says of the other; a part of another scene is unlike
  /// in them, too.
  @Test(arguments: [7, 8] as [UInt64]) func smallPartsOfAnotherContrastAreCompared(seed: UInt64) {
    let fixed = cut(Self.scene(seed), 20, 20)
    let other = cut(Self.scene(seed + 10), 20, 20)
    var random = SplitMix64(seed: seed)
    let range = IntensityRange(of: fixed)
    /// Bright where the scene is neither dark nor bright: no line leads from the one to the other.
    func contrast(_ image: Image<2>) -> Image<2> {
      image.mapSamples { 200 * sin(3.2 * ($0 - range.low) / range.width) + Float(random.uniform(-5...5)) }
    }
    func unlikeShare(_ moved: Image<2>) -> Double {
      BlockAgreement(fixed, moved, byEdges: true, comparesSmallParts: true, threads: 1).unlikeShare
    }
    #expect(unlikeShare(contrast(fixed)) < 0.02)
    var samples = contrast(fixed).samples
    let added = contrast(other).samples
    for y in 32..<96 { for x in 32..<96 { samples[y * 128 + x] = added[y * 128 + x] } }
    #expect((0.11...0.35).contains(unlikeShare(Image(unchecked: fixed.grid, samples: samples))))
    // Where neither says half of the other there is nothing to compare.
    #expect(unlikeShare(contrast(other)) == 0)
  }

  @Test func whatIsLeftIsNamed() throws {
    let scene = SyntheticScene(side: 256, seed: 9).image
    let grid = try Grid<2>(size: [160, 160])
    let place = Affine<2>(translation: [48, 48])
    let fixed = scene.resampled(onto: grid, through: place, interpolation: .cubic, threads: 1)
    func left(_ transform: Transform<2>) -> BlockAgreement {
      let moved = scene.resampled(
        onto: grid, through: Transform(place).composed(after: transform), interpolation: .cubic, threads: 1)
      return BlockAgreement(fixed, moved, byEdges: false, threads: 1)
    }
    let shifted = left(Transform(Affine<2>(translation: [3, -2])))
    #expect(shifted.remainder == .shift)
    #expect(abs((shifted.cornerError ?? 0) - 13.0.squareRoot()) < 0.6)
    #expect(left(Transform(Affine(.init(rotation: 3, center: grid.center)))).remainder == .linear)
    let middle = grid.center
    let matrix = Matrix<3> { row, column in row == column ? 1 : row == 2 ? column == 0 ? 0.0007 : 0.0004 : 0 }
    let bend = try #require(Homography(matrix, center: middle))
    let affine = Affine<2>(closestTo: bend, on: grid)
    let rest = Transform(try #require(affine.inverted())).composed(after: bend)
    #expect(left(rest).remainder == .curved)
  }
}
