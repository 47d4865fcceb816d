import Testing

@testable import Vernier

@Suite struct PrepareTests {
  private func noisy<let rank: Int>(_ image: Image<rank>, _ deviation: Double, seed: UInt64 = 5) -> Image<rank> {
    var random = SplitMix64(seed: seed)
    return Degradation.noise(deviation: deviation).applied(to: image, using: &random)
  }

  private func error<let rank: Int>(_ left: Image<rank>, _ right: Image<rank>) -> Double {
    let squares = zip(left.samples, right.samples).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    return (squares / Double(left.samples.count)).squareRoot()
  }

  @Test(arguments: [2.0, 8, 25]) func theNoiseLevelIsFound(deviation: Double) throws {
    let flat = try Image<2>(width: 200, height: 200, samples: (0..<40_000).map { Float($0 % 200) })
    // The median over 39,204 dependent answers: 1 % is some two standard errors.
    #expect(abs(noisy(flat, deviation).noiseLevel() / deviation - 1) < 0.03)
    #expect(flat.noiseLevel() == 0)
    let scene = SyntheticScene(side: 256, seed: 2).image.smoothed(deviation: 1)
    #expect(abs(noisy(scene, deviation).noiseLevel() / deviation - 1) < 0.2)
    let volume = try Image<3>(grid: Grid<3>(size: [40, 40, 20]), samples: [Float](repeating: 9, count: 32_000))
    #expect(abs(noisy(volume, deviation).noiseLevel() / deviation - 1) < 0.04)
    #expect(try Image<2>(width: 2, height: 9, samples: [Float](repeating: 1, count: 18)).noiseLevel() == 0)
  }

  @Test func theNoiseLevelIsThatOfValidSamples() throws {
    let flat = noisy(try Image<2>(width: 100, height: 100, samples: [Float](repeating: 90, count: 10_000)), 5)
    var samples = flat.samples
    for index in 0..<5000 { samples[index] = index % 2 == 0 ? .nan : 4000 * Float(index % 3) }
    let mask = (0..<10_000).map { UInt8($0 < 5000 ? 0 : 1) }
    let level = try Image<2>(width: 100, height: 100, samples: samples, mask: mask).noiseLevel()
    #expect(abs(level / 5 - 1) < 0.06)
  }

  @Test func totalVariationMinimisesItsSum() throws {
    let image = noisy(SyntheticScene(side: 48, seed: 3).image, 20)
    func cost(_ u: Image<2>, _ weight: Double) -> Double {
      var sum = 0.0
      for y in 0..<48 {
        for x in 0..<48 {
          let here = Double(u.samples[y * 48 + x])
          let right = x < 47 ? Double(u.samples[y * 48 + x + 1]) - here : 0
          let below = y < 47 ? Double(u.samples[(y + 1) * 48 + x]) - here : 0
          let gap = here - Double(image.samples[y * 48 + x])
          sum += 0.5 * gap * gap + weight * (right * right + below * below).squareRoot()
        }
      }
      return sum
    }
    let step = TotalVariation(strength: 1, noise: 10, iterations: 400)
    let best = try step.prepared(image)
    let least = cost(best, 10)
    #expect(least < 0.8 * cost(image, 10))
    var random = SplitMix64(seed: 2)
    for size in [0.5, 2.0] {
      // Convex: no way leads down from the minimum.
      let beside = Degradation.noise(deviation: size).applied(to: best, using: &random)
      #expect(cost(beside, 10) > least)
    }
    let mean = { (image: Image<2>) in image.samples.reduce(0.0) { $0 + Double($1) } / 2304 }
    #expect(abs(mean(best) - mean(image)) < 0.01)
  }

  @Test func totalVariationKeepsWhatItIsNotToTouch() throws {
    let image = noisy(SyntheticScene(side: 64, seed: 3).image, 20)
    var samples = image.samples
    samples[700] = .nan
    var mask = [UInt8](repeating: 1, count: 4096)
    for index in 1200..<1300 {
      mask[index] = 0
      samples[index] = 1e6
    }
    let step = TotalVariation()
    let hidden = try step.prepared(Image<2>(width: 64, height: 64, samples: samples, mask: mask))
    #expect(hidden.samples[700].isNaN && hidden.mask == mask)
    #expect((1200..<1300).allSatisfy { hidden.samples[$0] == 1e6 })
    #expect(hidden.samples.indices.allSatisfy { $0 == 700 || mask[$0] == 0 || abs(hidden.samples[$0]) < 400 })
    let one = try TotalVariation(threads: 1).prepared(noisy(SyntheticScene(side: 200, seed: 1).image, 20)).samples
    let four = try TotalVariation(threads: 4).prepared(noisy(SyntheticScene(side: 200, seed: 1).image, 20)).samples
    #expect(one == four)
    #expect(try TotalVariation(strength: 0).prepared(image).samples == image.samples)
  }

  @Test func totalVariationTakesVolumesInAllAxes() throws {
    let grid = try Grid<3>(size: [24, 20, 16], spacing: [1, 1, 2.5], origin: [3, 4, 5])
    let block = try Image<3>(
      grid: grid,
      samples: (0..<grid.count).map { $0 % 24 > 10 && $0 / 24 % 20 > 8 && $0 / 480 > 6 ? 200 : 50 })
    let rough = noisy(block, 20)
    let clean = try TotalVariation().prepared(rough)
    #expect(clean.grid == grid)
    #expect(error(clean, block) < 0.35 * error(rough, block))
  }

  /// Adds a constant, and takes every second sample, to see what a registration makes of steps.
  private struct Halving: PrepareStep {
    var name: String { "half" }
    func prepared<let rank: Int>(_ image: Image<rank>) throws -> Image<rank> {
      image.halved(along: [Bool](repeating: true, count: rank), threads: 1)
    }
  }

  @Test func aRegistrationAnswersForTheImagesAsTheyWere() throws {
    let truth = motion(.rigid, on: try Grid<2>(size: [160, 160]))
    let (fixed, moving) = cutPair(side: 160, truth: truth, seed: 3)
    let plain = try Registration().align(moving, to: fixed)
    let halved = try Registration(prepare: [Halving(), TotalVariation()]).align(moving, to: fixed)
    #expect(plain.prepare.isEmpty && halved.prepare == ["half", "tv"])
    #expect(halved.linear.center == fixed.grid.center)
    #expect(cornerError(plain.linear, truth, on: fixed.grid) < 0.1)
    #expect(cornerError(halved.linear, truth, on: fixed.grid) < 0.3)
    #expect(halved.verdict == .aligned)
  }

  private struct Flattening: PrepareStep {
    var name: String { "flat" }
    func prepared<let rank: Int>(_ image: Image<rank>) throws -> Image<rank> { image.mapSamples { _ in 1 } }
  }

  @Test func aStepThatLeavesNothingIsAnError() throws {
    let (fixed, moving) = cutPair(side: 64, truth: .identity, seed: 3)
    #expect(throws: AlignmentError.fixedUnusable(.constant)) {
      try Registration(prepare: [Flattening()]).align(moving, to: fixed)
    }
  }

  @Test func paddingIsMaskedBeforeImagesArePrepared() throws {
    let picture = SyntheticScene(side: 96, seed: 6).image
    let truth = Affine<2>(
      .init(rotation: [25], scale: [1, 1], shear: [0], translation: [6, -4], center: picture.grid.center))
    let pair = PairCutter(scene: picture, kind: .published).pair(side: 96, corner: (0, 0), truth: truth)
    let found = try Registration(prepare: [TotalVariation(noise: 5)]).align(pair.moving, to: pair.fixed)
    #expect(cornerError(found.linear, truth, on: pair.fixed.grid) < 0.3)
  }
}
