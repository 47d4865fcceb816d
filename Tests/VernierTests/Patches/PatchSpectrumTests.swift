import Glibc
import Testing

@testable import Vernier

@Suite struct PatchSpectrumTests {
  /// The share of the variance that is noise, known by construction, is found without a second image: measured 0.77 to
  /// 1.02 of it.
  @Test(arguments: [12.0, 25, 50], [48, 64]) func theNoiseIsFound(deviation: Double, side: Int) throws {
    var random = SplitMix64(seed: 881)
    for seed in 1...5 {
      let pair = try SmallPairs.pair(side: side, degrees: 20, shift: [1, 2], seed: UInt64(880 + seed))
      let noisy = Degradation.noise(deviation: deviation).applied(to: pair.fixed, using: &random)
      let level = PatchLevel(width: side, height: side, scale: 1, fullCenter: SIMD2(repeating: Double(side - 1) / 2))
      level.load(noisy)
      let mean = noisy.samples.reduce(0, +) / Float(noisy.samples.count)
      let variance = noisy.samples.reduce(0.0) { $0 + Double(($1 - mean) * ($1 - mean)) } / Double(noisy.samples.count)
      let ratio = PatchSpectrum(for: level).noise() * variance / (deviation * deviation)
      #expect(ratio > 0.7 && ratio < 1.1, "σ \(deviation), seed \(seed): \(ratio)")
    }
  }

  /// Nothing but noise is all noise.
  @Test func noiseAloneIsAllNoise() throws {
    var random = SplitMix64(seed: 882)
    let flat = try Image<2>(width: 64, height: 64, samples: [Float](repeating: 100, count: 64 * 64))
    let level = PatchLevel(width: 64, height: 64, scale: 1, fullCenter: SIMD2(31.5, 31.5))
    level.load(Degradation.noise(deviation: 10).applied(to: flat, using: &random))
    let noise = PatchSpectrum(for: level).noise()
    #expect(noise > 0.93, "\(noise)")
  }

  /// A flat image has no variance to share.
  @Test func aFlatImageHasNone() throws {
    let level = PatchLevel(width: 32, height: 32, scale: 1, fullCenter: SIMD2(15.5, 15.5))
    level.load(try Image<2>(width: 32, height: 32, samples: [Float](repeating: 7, count: 32 * 32)))
    #expect(PatchSpectrum(for: level).noise() == 0)
  }
}
