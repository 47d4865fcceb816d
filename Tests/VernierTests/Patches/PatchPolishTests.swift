import Glibc
import Testing

@testable import Vernier

@Suite struct PatchPolishTests {
  /// Over 80 pairs that differ in their noise alone the estimates scatter as the covariance says.
  ///
  /// With 80 repetitions a standard deviation is itself uncertain by 8 %; measured are 0.87 to 1.27 times the
  /// prediction, with noise of a fiftieth, a twelfth and a quarter of the contrast, hence a factor of 1.5 either way.
  @Test(arguments: [2.0, 8, 25], [32, 64]) func theScatterIsWhatTheCovarianceSays(deviation: Double, side: Int) throws {
    let pair = try SmallPairs.pair(side: side, degrees: 31, shift: [2.3, -1.6], seed: 661)
    let truth = PatchMotion(angle: 31 * .pi / 180, shift: SIMD2(2.3, -1.6))
    let sizes = PatchWorkspace.Sizes(
      fixedWidth: side, fixedHeight: side, movingWidth: side, movingHeight: side, turning: true)
    var random = SplitMix64(seed: 662)
    let noise = Degradation.noise(deviation: deviation)
    let repetitions = 80
    var found: [[Double]] = []
    var predicted = [Double](repeating: 0, count: 3)
    for _ in 0..<repetitions {
      let (fixed, moving) = (
        noise.applied(to: pair.fixed, using: &random), noise.applied(to: pair.moving, using: &random)
      )
      PatchWorkspace.with(sizes) { workspace in
        workspace.images.fixed.load(fixed)
        workspace.images.moving.load(moving)
        let polish = workspace.polish()
        guard let motion = polish.refined(truth, reach: 4), let covariance = polish.covariance(at: motion) else {
          return
        }
        // The error as a step in the fixed image.
        let (c, s) = (cos(truth.angle), sin(truth.angle))
        let away = motion.shift - truth.shift
        found.append([motion.angle - truth.angle, c * away.x + s * away.y, c * away.y - s * away.x])
        for index in 0..<3 { predicted[index] += covariance[4 * index] / Double(repetitions) }
      }
    }
    #expect(found.count == repetitions)
    for index in 0..<3 {
      let mean = found.reduce(0) { $0 + $1[index] } / Double(found.count)
      let variance = found.reduce(0) { $0 + ($1[index] - mean) * ($1[index] - mean) } / Double(found.count - 1)
      let ratio = (variance / predicted[index]).squareRoot()
      #expect(ratio > 1 / 1.5 && ratio < 1.5, "parameter \(index): \(ratio)")
      #expect(abs(mean) < 4 * (variance / Double(found.count)).squareRoot() + 1e-3)
    }
  }

  /// Measured: 0.001 samples from each other, 0.004 from the truth.
  @Test func itSettlesFromAboutASampleAway() throws {
    let pair = try SmallPairs.pair(side: 48, degrees: -70, shift: [1.2, 3.4], noise: 3, seed: 663)
    let truth = PatchMotion(angle: -70 * .pi / 180, shift: SIMD2(1.2, 3.4))
    let sizes = PatchWorkspace.Sizes(fixedWidth: 48, fixedHeight: 48, movingWidth: 48, movingHeight: 48, turning: true)
    let starts = [(0.0, 0.0, 0.0), (0.02, 0.5, -0.4), (-0.02, -0.6, 0.3)]
    let found = PatchWorkspace.with(sizes) { workspace -> [PatchMotion?] in
      workspace.images.fixed.load(pair.fixed)
      workspace.images.moving.load(pair.moving)
      let polish = workspace.polish()
      return starts.map { polish.refined(truth.stepped(turn: $0.0, step: SIMD2($0.1, $0.2)), reach: 4) }
    }
    let first = try #require(found[0])
    for other in found {
      let motion = try #require(other)
      #expect(motion.distance(to: first, radius: 24) < 0.003 && motion.distance(to: truth, radius: 24) < 0.02)
    }
    let limited = PatchWorkspace.with(sizes) { workspace -> PatchMotion? in
      workspace.images.fixed.load(pair.fixed)
      workspace.images.moving.load(pair.moving)
      return workspace.polish().refined(truth.stepped(turn: 0.02, step: SIMD2(1, 1)), reach: 0.5)
    }
    #expect(limited == nil)
  }
}
