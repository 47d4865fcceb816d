import Testing

@testable import Vernier

@Suite struct SamplerTests {
  static let size: Size<3> = [9, 8, 7]
  static let samples: [Float] = {
    var random = SplitMix64(seed: 1)
    return (0..<9 * 8 * 7).map { _ in Float(random.uniform(-10...10)) }
  }()

  private func withSampler<let rank: Int, Result>(_ size: Size<rank>, _ body: (Sampler<rank>) throws -> Result) rethrows
    -> Result
  {
    try Self.samples.withUnsafeBufferPointer { try body(Sampler<rank>($0.baseAddress!, size: size)) }
  }

  @Test func wholePositionsAreTheSamples() {
    withSampler(Self.size) { (sampler: Sampler<3>) in
      for index in 0..<9 * 8 * 7 {
        let (x, y, z) = (Double(index % 9), Double(index / 9 % 8), Double(index / 72))
        #expect(sampler.nearest(x, y, z) == Self.samples[index])
        #expect(abs(sampler.linear(x, y, z) - Self.samples[index]) < 1e-5)
      }
    }
  }

  @Test(arguments: 1...20) func theGradientIsThatOfTheInterpolant(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    // Well inside one cell, where the interpolant is smooth.
    let cell = (0..<3).map { Double(Int(random.uniform(0...Double(Self.size[$0] - 2) + 0.99))) }
    let at = cell.map { $0 + random.uniform(0.1...0.9) }
    let step = 0.05
    withSampler([9, 8]) { (sampler: Sampler<2>) in
      let (value, slope) = sampler.linearWithGradient(at[0], at[1], 0)
      #expect(abs(value - sampler.linear(at[0], at[1], 0)) < 1e-5)
      let x = sampler.linear(at[0] + step, at[1], 0) - sampler.linear(at[0] - step, at[1], 0)
      let y = sampler.linear(at[0], at[1] + step, 0) - sampler.linear(at[0], at[1] - step, 0)
      #expect(difference([Double(slope[0]), Double(slope[1])], [Double(x) / 0.1, Double(y) / 0.1]) < 1e-3)
      #expect(slope[2] == 0 && slope[3] == 0)
    }
    withSampler(Self.size) { (sampler: Sampler<3>) in
      let (value, slope) = sampler.linearWithGradient(at[0], at[1], at[2])
      #expect(abs(value - sampler.linear(at[0], at[1], at[2])) < 1e-5)
      for axis in 0..<3 {
        var (low, high) = (at, at)
        low[axis] -= step
        high[axis] += step
        let rise = sampler.linear(high[0], high[1], high[2]) - sampler.linear(low[0], low[1], low[2])
        #expect(abs(Double(slope[axis]) - Double(rise) / 0.1) < 1e-3)
      }
    }
  }

  @Test func nearestRoundsHalvesUpAndStaysInside() {
    withSampler([9, 8]) { (sampler: Sampler<2>) in
      #expect(sampler.nearest(2.5, 0, 0) == Self.samples[3])
      #expect(sampler.nearest(2.49, 0, 0) == Self.samples[2])
      #expect(sampler.nearest(8.4, 7.4, 0) == Self.samples[71])
      #expect(sampler.nearest(-0.4, -0.4, 0) == Self.samples[0])
    }
  }
}

@Suite struct CubicSplineTests {
  @Test func weightsAreThoseOfTheCubicSpline() {
    for step in 0...10 {
      let t = Double(step) / 10
      let weights = CubicSpline.weights(Float(t))
      let expected = [
        (1 - t) * (1 - t) * (1 - t) / 6, (4 - 6 * t * t + 3 * t * t * t) / 6,
        (1 + 3 * t + 3 * t * t - 3 * t * t * t) / 6, t * t * t / 6,
      ]
      #expect(difference((0..<4).map { Double(weights[$0]) }, expected) < 1e-6)
      #expect(abs(weights.sum() - 1) < 1e-6)
    }
    // The first moment of the weights is the position itself: the spline reproduces lines.
    let weights: SIMD4<Float> = CubicSpline.weights(0.3)
    let moment: Float = (weights * SIMD4(-1, 0, 1, 2)).sum()
    #expect(abs(moment - 0.3) < 1e-6)
  }

  @Test func theSplinePassesThroughTheSamples() throws {
    let plane = SyntheticScene(side: 40, seed: 2).image
    let same = plane.resampled(onto: plane.grid, through: .identity, interpolation: .cubic)
    #expect(difference(same.samples.map(Double.init), plane.samples.map(Double.init)) < 2e-3)
    let volume = SmoothField<3>.filling(side: 12, seed: 3).image(on: try Grid<3>(size: [12, 9, 10]))
    let again = volume.resampled(onto: volume.grid, through: .identity, interpolation: .cubic)
    #expect(difference(again.samples.map(Double.init), volume.samples.map(Double.init)) < 2e-3)
  }

  /// Third-order smooth: a quarter of a sample off, the cubic spline is far nearer to a smooth field than linear
  /// interpolation.
  @Test func itBeatsLinearInterpolationOnASmoothField() throws {
    let grid = try Grid<2>(size: [64, 64])
    let field = SmoothField<2>(low: 0, high: 64, blobs: 80, sizes: 3...5, seed: 4)
    let image = field.image(on: grid)
    let shift = Affine<2>(translation: [0.37, 0.41])
    let inner = try Grid<2>(size: [50, 50], origin: [7, 7])
    let exact = field.image(on: inner, through: shift).samples.map(Double.init)
    func error(_ interpolation: Interpolation) -> Double {
      difference(
        image.resampled(onto: inner, through: shift, interpolation: interpolation).samples.map(Double.init), exact)
    }
    #expect(error(.cubic) < 0.1 * error(.linear))
    #expect(error(.linear) < 5)
  }

  @Test(arguments: [1, 2, 3, 5]) func shortAxes(length: Int) throws {
    let samples = (0..<length * 6).map { Float($0 * 7 % 10) }
    let image = try Image<2>(width: length, height: 6, samples: samples)
    let same = image.resampled(onto: image.grid, through: .identity, interpolation: .cubic)
    #expect(difference(same.samples.map(Double.init), samples.map(Double.init)) < 1e-3)
  }
}

@Suite struct ResamplingTests {
  @Test func whatLiesOutsideIsMarked() throws {
    let image = try Image<2>(width: 4, height: 3, samples: (0..<12).map(Float.init))
    let moved = image.resampled(onto: image.grid, through: Affine(translation: [2, 1]), outside: -7)
    #expect(moved.samples == [6, 7, -7, -7, 10, 11, -7, -7, -7, -7, -7, -7])
    #expect(moved.mask == [1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0])
  }

  @Test func aMaskedNeighbourMakesAPositionInvalid() throws {
    let mask = (0..<16).map { UInt8($0 == 5 ? 0 : 1) }
    let image = try Image<2>(width: 4, height: 4, samples: (0..<16).map(Float.init), mask: mask)
    let between = image.resampled(onto: image.grid, through: Affine(translation: [0.5, 0.5]))
    // The last row and column, half a sample beyond the centres, are there; the four that weigh the masked one are not.
    #expect(between.mask == [0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
    let whole = image.resampled(onto: image.grid, through: .identity)
    #expect(whole.mask == mask)
  }

  @Test func aTransformThatIsNotFiniteFindsNothing() throws {
    let image = try Image<2>(width: 4, height: 4, samples: (0..<16).map(Float.init))
    for broken in [Affine<2>(translation: [.nan, 0]), Affine(linear: .diagonal([.infinity, 1]))] {
      let moved = image.resampled(onto: image.grid, through: broken, outside: 3)
      #expect(moved.samples.allSatisfy { $0 == 3 } && moved.mask?.allSatisfy { $0 == 0 } == true)
    }
  }

  @Test(arguments: Interpolation.allCases) func whatTheMaskLeavesOutTouchesNothing(interpolation: Interpolation) throws
  {
    var samples = SyntheticScene(side: 24, seed: 5).image.samples
    var mask = [UInt8](repeating: 1, count: 24 * 24)
    (samples[100], mask[100]) = (.nan, 0)
    let image = try Image<2>(width: 24, height: 24, samples: samples, mask: mask)
    let moved = image.resampled(onto: image.grid, through: .identity, interpolation: interpolation)
    #expect(moved.samples.allSatisfy { $0.isFinite })
    #expect(moved.mask?[100] == 0)
  }
}
