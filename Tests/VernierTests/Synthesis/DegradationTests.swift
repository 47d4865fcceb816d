import Testing

@testable import Vernier

@Suite struct DegradationTests {
  private func moments(_ values: [Float]) -> (mean: Double, deviation: Double) {
    let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
    return (
      mean, (values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(values.count)).squareRoot()
    )
  }

  @Test func fastNoiseIsNormalAndIndependent() {
    let count = 1_000_003
    var samples = [Float](repeating: 0, count: count)
    GaussianNoise(seed: 7).add(deviation: 1, to: &samples, count: count)
    let (mean, deviation) = moments(samples)
    // Four standard errors each.
    #expect(abs(mean) < 4e-3 && abs(deviation - 1) < 2.9e-3)
    for (bound, share) in [(0.5, 0.382_925), (1.0, 0.682_689), (2.0, 0.954_500), (3.0, 0.997_300)] {
      let within = Double(samples.count { abs(Double($0)) < bound }) / Double(count)
      #expect(abs(within - share) < 4 * (share * (1 - share) / Double(count)).squareRoot(), "\(bound)")
    }
    let kurtosis = samples.reduce(0.0) { $0 + Double($1 * $1) * Double($1 * $1) } / Double(count)
    #expect(abs(kurtosis - 3) < 4 * (96 / Double(count)).squareRoot())
    #expect(samples.allSatisfy(\.isFinite) && samples.contains { abs($0) > 4.3 })
    for lag in [1, 2, 7, 8, 9, 16, 64] {
      let product = zip(samples, samples.dropFirst(lag)).reduce(0.0) { $0 + Double($1.0 * $1.1) } / Double(count - lag)
      #expect(abs(product) < 4e-3, "lag \(lag)")
    }
    var others = [Float](repeating: 0, count: count)
    GaussianNoise(seed: 8).add(deviation: 1, to: &others, count: count)
    #expect(abs(zip(samples, others).reduce(0.0) { $0 + Double($1.0 * $1.1) } / Double(count)) < 4e-3)
    var head = [Float](repeating: 0, count: 21)
    GaussianNoise(seed: 7).add(deviation: 1, to: &head, count: 21)
    #expect(head == Array(samples[..<21]))
  }

  @Test func intensitiesAreMapped() throws {
    let image = try Image<2>(width: 5, height: 1, samples: [0, 51, 127.5, 204, .nan])
    var random = SplitMix64(seed: 1)
    func mapped(_ degradation: Degradation) -> [Float] {
      Array(degradation.applied(to: image, using: &random).samples[..<4])
    }
    #expect(mapped(.inversion) == [255, 204, 127.5, 51])
    #expect(mapped(.contrast(gain: 0.5)) == [63.75, 89.25, 127.5, 165.75])
    #expect(zip(mapped(.gamma(exponent: 2)), [0, 10.2, 63.75, 163.2]).allSatisfy { abs($0 - $1) < 1e-3 })
    #expect(Degradation.gamma(exponent: 2).applied(to: image, using: &random).samples[4].isNaN)
    #expect(mapped(.curve([0, 100, 0])).count == 4)
  }

  @Test func blurLeavesOutWhatIsNotThere() throws {
    var samples = [Float](repeating: 50, count: 400)
    samples[210] = .nan
    samples[5] = 9000
    var mask = [UInt8](repeating: 1, count: 400)
    mask[5] = 0
    let image = try Image<2>(width: 20, height: 20, samples: samples, mask: mask)
    let blurred = image.smoothed(deviation: 2)
    #expect(blurred.samples[210].isNaN && blurred.samples[5] == 9000)
    #expect(blurred.samples.indices.allSatisfy { $0 == 210 || $0 == 5 || abs(blurred.samples[$0] - 50) < 1e-3 })
    #expect(image.smoothed(deviation: 0).samples[5] == 9000)
    var points = [Float](repeating: 0, count: 9 * 9 * 9)
    points[(4 * 9 + 4) * 9 + 4] = 1
    let volume = try Image<3>(grid: Grid<3>(size: [9, 9, 9]), samples: points).smoothed(deviation: 1)
    #expect(abs(volume.samples.reduce(0, +) - 1) < 1e-5)
    for step in [1, 9, 81] {
      #expect(abs(volume.samples[364 + step] / volume.samples[364] - 0.606_531) < 1e-4)
    }
  }

  @Test func imitatedModalitiesHideTheIntensitiesAndKeepThePlaces() throws {
    let scene = SyntheticScene(side: 128, seed: 3).image
    var random = SplitMix64(seed: 5)
    var correlations: [Double] = []
    for seed in 0..<60 {
      let other = Degradation.modality(seed: UInt64(seed)).applied(to: scene, using: &random)
      #expect(other.samples.allSatisfy { (0...255).contains($0) })
      #expect(moments(other.samples).deviation > 2)
      let (here, there) = (moments(scene.samples), moments(other.samples))
      let product = zip(scene.samples, other.samples).reduce(0.0) {
        $0 + (Double($1.0) - here.mean) * (Double($1.1) - there.mean)
      }
      correlations.append(product / (16384 * here.deviation * there.deviation))
    }
    #expect(correlations.count { $0 < 0 } > 15 && correlations.count { abs($0) < 0.5 } > 15)
    // The same map for the same seed.
    let twice = (0..<2).map { _ in Degradation.modality(seed: 4).applied(to: scene, using: &random).samples }
    #expect(twice[0] == twice[1])
  }
}
