import Testing

@testable import Vernier

@Suite struct SynthesisTests {
  @Test func theSameSeedGivesTheSameBits() {
    let (first, again, other) = (
      SyntheticScene.pair(seed: 5), SyntheticScene.pair(seed: 5), SyntheticScene.pair(seed: 6)
    )
    #expect(first.fixed.samples == again.fixed.samples && first.moving.samples == again.moving.samples)
    #expect(first.truth == again.truth)
    #expect(first.fixed.samples != other.fixed.samples && first.truth != other.truth)
  }

  @Test(arguments: [1, 2] as [UInt64]) func theTruthBringsTheMovingImageBack(seed: UInt64) {
    let pair = SyntheticScene.pair(seed: seed)
    let back = pair.moving.resampledBetweenCentres(onto: pair.fixed.grid, through: pair.truth)
    var sums = GainOffsetSums()
    for index in back.samples.indices where back.mask?[index] != 0 && pair.moving.mask == nil {
      let (f, m) = (Double(pair.fixed.samples[index]), Double(back.samples[index]))
      sums += GainOffsetSums(count: 1, fixed: f, moving: m, fixedSquared: f * f, movingSquared: m * m, product: f * m)
    }
    // Noise of σ = 5 on either side, the moving one's averaged by the interpolation: less than 5√2 in all.
    #expect(sums.correlation > 0.98)
    #expect(sums.meanSquaredDifference.squareRoot() < 7.1)
    #expect(pair.moving.mask == nil && pair.fixed.mask == nil, "both lie within the scene")
  }

  @Test func aCutPairDiffersByInterpolationOnly() {
    let truth = InvarianceTests.truth
    let (fixed, moving) = cutPair(side: 128, truth: truth, seed: 7)
    let back = moving.resampledBetweenCentres(onto: fixed.grid, through: truth, interpolation: .cubic)
    var (squares, count) = (0.0, 0.0)
    for index in back.samples.indices where back.mask?[index] != 0 {
      let apart = Double(back.samples[index] - fixed.samples[index])
      squares += apart * apart
      count += 1
    }
    #expect((squares / count).squareRoot() < 2.3)
    #expect(count > 0.7 * 128 * 128)
  }

  @Test func whatLiesOutsideTheSceneIsMasked() throws {
    let scene = SyntheticScene(side: 100, seed: 8).image
    let pair = PairCutter(scene: scene).pair(side: 64, corner: (0, 0), truth: Affine(translation: [10, 0]))
    #expect(pair.fixed.mask == nil)
    // moving(T(p)) = fixed(p): the moving image's first ten columns show what lies left of the scene.
    let mask = try #require(pair.moving.mask)
    #expect((0..<64 * 64).allSatisfy { mask[$0] == ($0 % 64 < 10 ? 0 : 1) })
    for index in 0..<64 * 64 where index % 64 >= 10 {
      #expect(abs(pair.moving.samples[index] - pair.fixed.samples[index - 10]) < 0.01)
    }
  }

  @Test func noiseHasItsDeviation() throws {
    let flat = try Image<2>(width: 200, height: 200, samples: [Float](repeating: 100, count: 40_000))
    var random = SplitMix64(seed: 9)
    let noisy = Degradation.noise(deviation: 12).applied(to: flat, using: &random).samples.map(Double.init)
    let mean = noisy.reduce(0, +) / 40_000
    let deviation = (noisy.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 40_000).squareRoot()
    // Four standard errors of a mean and of a deviation over 40 000 samples.
    #expect(abs(mean - 100) < 4 * 12 / 200)
    #expect(abs(deviation - 12) < 4 * 12 / 283)
    let within = noisy.filter { abs($0 - 100) < 12 }.count
    #expect(abs(Double(within) / 40_000 - 0.6827) < 0.01)
    #expect(Degradation.noise(deviation: 0).applied(to: flat, using: &random).samples == flat.samples)
  }

  @Test func curvesMapTheWholeRange() throws {
    let image = try Image<2>(width: 5, height: 1, samples: [0, 10, 20, 30, 40])
    var random = SplitMix64(seed: 10)
    let tent = Degradation.curve([0, 100, 0]).applied(to: image, using: &random)
    #expect(tent.samples == [0, 50, 100, 50, 0])
    let flat = image.mapSamples { _ in 3 }
    #expect(Degradation.curve([0, 100]).applied(to: flat, using: &random).samples == flat.samples)
    for _ in 0..<40 {
      let curved = Degradation.randomCurve(using: &random).applied(to: image, using: &random)
      #expect(curved.samples.allSatisfy { $0 >= -0.01 && $0 <= 255.01 })
      #expect(Set(curved.samples).count > 1)
    }
    #expect(try Image<2>(width: 3, height: 1, samples: [-4, 99.6, 300]).rounded().samples == [0, 100, 255])
  }

  @Test func randomMotionsKeepTheirBounds() {
    var random = SplitMix64(seed: 11)
    var widest = 0.0
    for _ in 0..<200 {
      let motion = MotionRange<3>(degrees: 20, shift: 7).random(center: [1, 2, 3], using: &random)
      #expect(motion.center == [1, 2, 3])
      #expect(motion.parameters.rotation.allSatisfy { abs($0) <= 20.000001 })
      #expect(motion.translation.elements.allSatisfy { abs($0) <= 7 })
      #expect(difference(motion.linear * motion.linear.transposed, .identity) < 1e-12)
      widest = max(widest, abs(motion.parameters.rotation[0]))
    }
    #expect(widest > 18)
    #expect(MotionRange<2>(degrees: 0, shift: 0).random(center: .zero, using: &random) == .identity)
  }
}
