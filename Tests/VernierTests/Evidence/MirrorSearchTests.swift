import Testing

@testable import Vernier

@Suite struct MirrorSearchTests {
  private func pair(seed: UInt64, mirrored: Bool) throws -> (fixed: Image<2>, moving: Image<2>) {
    let scene = SyntheticScene(side: 288, seed: seed).image
    let grid = try Grid<2>(size: [128, 128])
    let place = Affine<2>(translation: [80, 80])
    let mirror = Affine<2>(linear: .diagonal([mirrored ? -1 : 1, 1]), center: grid.center)
    let motion = Affine<2>(.init(rotation: 25, translation: [6, -4], center: grid.center))
    func seen(_ transform: Affine<2>) -> Image<2> {
      scene.resampled(onto: grid, through: place.composed(after: transform), interpolation: .cubic, threads: 1)
    }
    return (seen(.identity), seen(motion.composed(after: mirror)))
  }

  @Test(arguments: [1, 2, 3] as [UInt64]) func aMirroredPictureIsTold(seed: UInt64) throws {
    let (fixed, moving) = try pair(seed: seed, mirrored: true)
    let alignment = try Registration().align(moving, to: fixed)
    #expect(alignment.verdict == .failed)
    #expect(alignment.evidence.isMirrored)
    #expect(VerdictRules.reason(against: alignment, on: fixed.grid) == .mirrored)
  }

  @Test func othersAreNot() throws {
    let (fixed, _) = try pair(seed: 4, mirrored: false)
    let (other, _) = try pair(seed: 14, mirrored: false)
    let unrelated = try Registration().align(other, to: fixed)
    #expect(unrelated.verdict == .failed && !unrelated.evidence.isMirrored)
    let (_, same) = try pair(seed: 4, mirrored: false)
    #expect(try Registration().align(same, to: fixed).evidence.isMirrored == false)
  }
}
