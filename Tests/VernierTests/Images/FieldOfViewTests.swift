import Glibc
import Testing

@testable import Vernier

/// What lies outside a computed tomograph's field of view is no data.
@Suite struct FieldOfViewTests {
  /// A body of 40 in noisy air of −1000 within a round field, beyond which there is one value.
  private func slice(filling: Float, air: Float = -1000, noise: Double = 8) throws -> Image<3> {
    var random = SplitMix64(seed: 1)
    let grid = try Grid<3>(size: [64, 64, 4])
    let samples = (0..<grid.count).map { index -> Float in
      let (x, y) = (Double(index % 64) - 31.5, Double(index / 64 % 64) - 31.5)
      if hypot(x, y) > 30 { return filling }
      return (hypot(x, y) < 15 ? 40 : air) + Float(random.uniform(-noise...noise))
    }
    return try Image(grid: grid, samples: samples)
  }

  @Test(arguments: [-1024, -2000, -3024] as [Float]) func theFillingIsMasked(value: Float) throws {
    let image = try slice(filling: value)
    let mask = try #require(image.withoutPadding().mask)
    #expect(zip(image.samples, mask).allSatisfy { ($0 == value) == ($1 == 0) })
  }

  @Test func valuesInterpolatedWithTheFillingAreMaskedToo() throws {
    let image = try slice(filling: -2000).smoothed(deviation: 0.8)
    let mask = try #require(image.withoutPadding().mask)
    #expect(zip(image.samples, mask).allSatisfy { ($0 <= -1100) == ($1 == 0) })
  }

  @Test func airAndOtherImagesStay() throws {
    // Clipped air is what there is around the body, and zero is no value of padding here.
    #expect(try slice(filling: -1024, air: -1024, noise: 0).withoutPadding().mask == nil)
    #expect(try slice(filling: 0).withoutPadding().mask == nil)
    #expect(try slice(filling: -1000).withoutPadding().mask == nil)
  }
}
