import Testing
import Vernier
import VernierVision

@Suite(.enabled(if: visionPluginAvailable, pluginNeeded)) struct DenoiserTests {
  static let steps: [any PrepareStep] = [NonLocalMeans(), BilateralFilter()]

  private func noisy<let rank: Int>(_ image: Image<rank>, _ deviation: Double) -> Image<rank> {
    var random = SplitMix64(seed: 5)
    return Degradation.noise(deviation: deviation).applied(to: image, using: &random)
  }

  private func error<let rank: Int>(_ left: Image<rank>, _ right: Image<rank>) -> Double {
    let squares = zip(left.samples, right.samples).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    return (squares / Double(left.samples.count)).squareRoot()
  }

  @Test(arguments: [Float(1), 200, 0.001]) func anyScaleOfIntensitiesIsTheSame(scale: Float) throws {
    let scene = SyntheticScene(side: 96, seed: 2).image
    let rough = noisy(scene, 20)
    for step in Self.steps {
      let plain = try step.prepared(rough)
      let scaled = try step.prepared(rough.mapSamples { $0 * scale - 30 * scale })
      #expect(error(plain, scene) < 0.75 * error(rough, scene), "\(step.name)")
      #expect(
        zip(plain.samples, scaled.samples).allSatisfy { abs($0 - ($1 / scale + 30)) < 0.3 }, "\(step.name), \(scale)")
    }
  }

  @Test func whatIsMaskedHasNoInfluence() throws {
    let rough = noisy(SyntheticScene(side: 64, seed: 2).image, 20)
    var (low, high) = (rough.samples, rough.samples)
    var mask = [UInt8](repeating: 1, count: 4096)
    for index in 1000..<1400 {
      mask[index] = 0
      low[index] = 0
      high[index] = 1e7
    }
    high[3000] = .nan
    low[3000] = .nan
    for step in Self.steps {
      let first = try step.prepared(Image<2>(width: 64, height: 64, samples: low, mask: mask))
      let second = try step.prepared(Image<2>(width: 64, height: 64, samples: high, mask: mask))
      #expect(first.samples[3000].isNaN && second.samples[3000].isNaN && second.mask == mask)
      #expect(second.samples[1000] == 1e7 && first.samples[1399] == 0)
      #expect((0..<4096).allSatisfy { mask[$0] == 0 || $0 == 3000 || first.samples[$0] == second.samples[$0] })
    }
    let nothing = try Image<2>(width: 64, height: 64, samples: high, mask: [UInt8](repeating: 0, count: 4096))
    for step in Self.steps { #expect(try step.prepared(nothing).samples[5] == nothing.samples[5]) }
  }

  @Test func volumesGoSliceBySlice() throws {
    let grid = try Grid<3>(size: [48, 40, 3], spacing: [1, 1, 3], origin: [-7, 2, 9])
    let scene = SyntheticScene(side: 48, seed: 2).image
    let block = try Image<3>(grid: grid, samples: (0..<3).flatMap { _ in scene.samples[..<(48 * 40)] })
    let rough = noisy(block, 20)
    for name in ["nlm", "bilateral"] {
      let make = try #require(Preparation.denoisers.first { $0.name == name })
      let clean = try #require(make.step([], 1)).prepared(rough)
      let parallel = try #require(make.step([], 3)).prepared(rough)
      #expect(clean.grid == grid && clean.samples == parallel.samples)
      #expect(error(clean, block) < 0.8 * error(rough, block), "\(name)")
    }
    let slice = try Image<2>(width: 48, height: 40, samples: Array(rough.samples[1920..<3840]))
    let alone = try NonLocalMeans(noise: 20).prepared(slice).samples
    // The range that carries 16 bits is that of each slice.
    let together = try NonLocalMeans(noise: 20).prepared(rough).samples
    #expect(Array(together[1920..<3840]) == alone)
  }

  @Test func withoutNoiseNothingChanges() throws {
    let scene = try Image<2>(width: 30, height: 30, samples: (0..<900).map { Float($0 % 30) })
    for step in Self.steps { #expect(try step.prepared(scene).samples == scene.samples) }
    let tiny = try Image<2>(width: 1, height: 2, samples: [4, 9])
    #expect(try NonLocalMeans(noise: 2).prepared(tiny).samples.allSatisfy { (4...9).contains($0) })
    #expect(try BilateralFilter(noise: 2).prepared(tiny).samples.allSatisfy { (4...9).contains($0) })
  }
}
