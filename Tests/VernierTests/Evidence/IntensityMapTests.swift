import Glibc
import Testing

@testable import Vernier

@Suite struct IntensityMapTests {
  private func image(_ samples: [Float], mask: [UInt8]? = nil) throws -> Image<2> {
    try Image(grid: Grid<2>(size: [samples.count / 16, 16]), samples: samples, mask: mask)
  }

  /// η² = 1 for a function, 1 − σ²/(σ² + v) under noise of deviation σ, 0 for what is unrelated.
  @Test func theRatioIsTheShareThatIsExplained() throws {
    var random = SplitMix64(seed: 4)
    let fixed = try image((0..<16_384).map { _ in Float(random.uniform(0...100)) })
    let function = fixed.mapSamples { ($0 - 50) * ($0 - 50) / 25 }
    #expect(IntensityMap(from: fixed, to: function).correlationRatio > 0.995)
    // The way back is no function: two intensities lead to each.
    #expect(IntensityMap(from: function, to: fixed).correlationRatio < 0.02)
    // A uniform deviate squared, (u − ½)² · 400, has the variance 400² / 180.
    let variance = 400.0 * 400 / 180
    let deviation = (variance / 3).squareRoot()
    let noisy = function.mapSamples { $0 + Float(deviation * 12.0.squareRoot() * random.uniform(-0.5...0.5)) }
    #expect(abs(IntensityMap(from: fixed, to: noisy).correlationRatio - 0.75) < 0.02)
    let unrelated = fixed.mapSamples { _ in Float(random.uniform(0...100)) }
    #expect(IntensityMap(from: fixed, to: unrelated).correlationRatio < 0.01)
  }

  @Test func whatIsPredictedFollowsTheFunction() throws {
    let fixed = try image((0..<16_384).map { Float($0 % 1000) })
    let other = fixed.mapSamples { 3000 - 2 * $0 }
    let predicted = IntensityMap(from: fixed, to: other).predicted(fixed)
    #expect(zip(predicted.samples, other.samples).allSatisfy { abs($0 - $1) < 20 })
  }

  @Test func theDirectionThatPredictsBetterIsTaken() throws {
    let fixed = try image((0..<16_384).map { Float($0 % 1000) })
    let bent = fixed.mapSamples { abs($0 - 500) }
    let forward = try #require(IntensityMap.ofOneContrast(fixed, bent))
    #expect(forward.moved.samples == bent.samples && forward.fixed.samples != fixed.samples)
    let backward = try #require(IntensityMap.ofOneContrast(bent, fixed))
    #expect(backward.fixed.samples == bent.samples && backward.moved.samples != fixed.samples)
  }

  @Test func maskedFlatAndEmptyImagesSayNothing() throws {
    var random = SplitMix64(seed: 5)
    let scene = try image((0..<4096).map { _ in Float(random.uniform(0...100)) })
    let flat = scene.mapSamples { _ in 7 }
    #expect(IntensityMap(from: scene, to: flat).correlationRatio == 0)
    #expect(IntensityMap(from: flat, to: scene).correlationRatio == 0)
    #expect(IntensityMap.ofOneContrast(scene, flat) == nil)
    // Half is another image, and masked.
    let half = (0..<4096).map { UInt8($0 % 64 < 32 ? 1 : 0) }
    let mixed = zip(scene.samples, half).map { $1 == 1 ? $0 : Float(random.uniform(0...100)) }
    #expect(IntensityMap(from: try image(mixed, mask: half), to: scene).correlationRatio > 0.99)
    let none = try image(mixed, mask: mixed.map { _ in 0 })
    #expect(IntensityMap(from: none, to: scene).correlationRatio == 0)
  }
}
