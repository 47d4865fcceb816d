import Testing
import Vernier

@testable import VernierVision

@Suite(.enabled(if: visionPluginAvailable, pluginNeeded))
struct KeypointTests {
  static let scene = SyntheticScene(side: 512, seed: 4).image

  /// A shift of all positions shows after a half turn, exact in samples, as twice the shift.
  @Test(arguments: KeypointMethod.allCases) func positionsHaveNoOffset(method: KeypointMethod) throws {
    let one = try Keypoints(in: Self.scene, method: method, limit: 10_000)
    let other = try Keypoints(in: Self.scene.halfTurned(), method: method, limit: 10_000)
    let sums = try one.matches(with: other, ratio: method.usualRatio).map { $0.fixed + $0.moving }
      .filter { abs($0.x - 511) < 3 && abs($0.y - 511) < 3 }
    #expect(sums.count > 100)
    for axis in 0..<2 {
      let offsets = sums.map { ($0[axis] - 511) / 2 }.sorted()
      #expect(abs(offsets[offsets.count / 2]) < (method == .sift || method == .akaze ? 0.01 : 0.15))
    }
  }

  @Test(arguments: KeypointMethod.allCases) func theLimitKeepsTheStrongest(method: KeypointMethod) throws {
    let all = try Keypoints(in: Self.scene, method: method, limit: 10_000).points
    let some = try Keypoints(in: Self.scene, method: method, limit: 50).points
    #expect(all.count > 250)
    #expect(some.count == 50)
    #expect(Set(some).isSubset(of: all))
  }

  @Test(arguments: KeypointMethod.allCases) func gainAndOffsetChangeNothing(method: KeypointMethod) throws {
    let plain = try Keypoints(in: Self.scene, method: method, limit: 10_000).points
    let other = try Keypoints(in: Self.scene.mapSamples { $0 * 16 - 1024 }, method: method, limit: 10_000).points
    #expect(plain == other)
  }

  @Test(arguments: KeypointMethod.allCases) func keypointsKeepClearOfTheMask(method: KeypointMethod) throws {
    let mask = (0..<512 * 512).map { UInt8($0 % 512 < 300 ? 1 : 0) }
    let points = try Keypoints(in: Self.scene.masked(by: mask), method: method, limit: 10_000).points
    #expect(points.count > 50)
    #expect(points.allSatisfy { $0.x < 299 })
    for value in [0, 1e6, Float.nan, .infinity] {
      let spoilt = try Image(
        width: 512, height: 512, samples: zip(Self.scene.samples, mask).map { $1 == 0 ? value : $0 }, mask: mask)
      #expect(try Keypoints(in: spoilt, method: method, limit: 10_000).points == points, "\(value) outside the mask")
    }
  }

  @Test(arguments: KeypointMethod.allCases) func thePointsAreInPhysicalSpace(method: KeypointMethod) throws {
    let grid = try Grid<2>(size: [512, 512], spacing: [0.5, 0.5], origin: [-40, 70], direction: .diagonal([-1, 1]))
    let plain = try Keypoints(in: Self.scene, method: method, limit: 10_000).points
    let placed = try Keypoints(in: Self.scene.placed(on: grid), method: method, limit: 10_000).points
    #expect(placed == plain.map { SIMD2(-40 - 0.5 * $0.x, 70 + 0.5 * $0.y) })
  }

  @Test(arguments: KeypointMethod.allCases) func flatAndTinyPicturesHaveNoKeypoint(method: KeypointMethod) throws {
    let aligner = KeypointAligner(method)
    let flat = try Image(width: 200, height: 150, samples: [Float](repeating: 7, count: 30_000))
    #expect(try aligner.keypointCount(in: flat) == 0)
    let unmasked = try Self.scene.masked(by: [UInt8](repeating: 0, count: 512 * 512))
    #expect(try aligner.keypointCount(in: unmasked) == 0)
    for (width, height) in [(1, 1), (3, 2), (2, 400), (7, 7), (8, 8), (9, 300), (13, 17)] {
      let samples = (0..<width * height).map { Float(($0 * 7919) % 251) }
      let count = try aligner.keypointCount(in: Image(width: width, height: height, samples: samples))
      #expect(min(width, height) >= 8 || count == 0, "\(width)×\(height)")
    }
  }

  @Test func setsOfTwoMethodsDoNotMatch() throws {
    let one = try Keypoints(in: Self.scene, method: .sift, limit: 100)
    let other = try Keypoints(in: Self.scene, method: .orb, limit: 100)
    #expect(throws: VisionError(activity: "matching", reason: "the keypoints are of different methods")) {
      try one.matches(with: other, ratio: 0.75)
    }
  }
}
