import Glibc
import Testing
import Vernier

@testable import VernierStudies

@Suite("Efficiency rows")
struct EfficiencyRowTests {
  @Test("on cut, noisy and rounded pairs one step that knows the scene reaches the bound", arguments: [5, 10])
  func stepOnPairs(percent: Int) throws {
    let condition = EfficiencyCondition(motion: .small, percent: percent)
    let scenes = StrictProtocol.Scenes([SyntheticScene(side: 400, seed: 2).image], for: condition.motion.protocolKind)
    let samples = try inParallel(400, threads: 2) { condition.sample(scenes, seed: UInt64($0)) }
    let row = EfficiencyRow(samples.map { ($0, $0.linearStep) })
    #expect(row.off == 0)
    // The means of 800 and 400 squares scatter by 5 and 7 %, their roots by half of that.
    #expect(abs(row.shift.perPair - 1) < 0.1)
    #expect(abs(row.rotation.perPair - 1) < 0.12)
    // Medians of as many scatter more.
    #expect(abs(row.shift.byMedian - 1) < 0.12)
    #expect(abs(row.rotation.byMedian - 1) < 0.2)
    #expect(row.shift.attainablePerPair > 1 && row.shift.attainablePerPair < 1.5)
  }

  @Test("one seed draws the same scenes and motions for each noise level, and other noise")
  func seeds() {
    let scenes = StrictProtocol.Scenes([SyntheticScene(side: 400, seed: 2).image], for: StrictProtocol())
    let samples = [2, 10].map { EfficiencyCondition(motion: .any, percent: $0).sample(scenes, seed: 4) }
    #expect(samples[0].pair.truth == samples[1].pair.truth)
    let ratio = samples[1].bound.translation / samples[0].bound.translation
    #expect(abs(ratio - (25.5 * 25.5 + 1 / 12) / (5.1 * 5.1 + 1 / 12)) < 1e-9)
  }

  @Test("RMSE over the root of the mean bound; what is off is left out and counted")
  func ratios() throws {
    let image = SyntheticScene(side: 32, seed: 1).image
    let truth = PredictionScatterFixture.motion(0, 0)
    func result(_ degrees: Double, _ shift: Double, bound: Double) -> (EfficiencyCondition.Sample, Affine<2>?) {
      (
        EfficiencyCondition.Sample(
          pair: RegisteredPair(fixed: image, moving: image, truth: truth),
          bound: .init(shift: Matrix(rowMajor: [bound, 0, 0, bound]), rotation: bound),
          boundOfKnownGain: .init(shift: Matrix(rowMajor: [1, 0, 0, 1]), rotation: 1), excess: 1.5),
        PredictionScatterFixture.motion(degrees, shift)
      )
    }
    var results = [result(0.3, 0.2, bound: 0.01), result(0.4, 0.4, bound: 0.03), result(0, 9, bound: 5)]
    results.append((results[0].0, nil))
    let row = EfficiencyRow(results)
    #expect(row.count == 2 && row.off == 2)
    #expect(abs(row.shift.error - ((0.04 / 2 + 0.16 / 2) / 2).squareRoot()) < 1e-9)
    #expect(abs(row.rotation.error - (0.25 / 2).squareRoot()) < 1e-9)
    #expect(abs(row.shift.bound - 0.02.squareRoot()) < 1e-12)
    #expect(abs(row.shift.ratio - (0.05 / 0.02).squareRoot()) < 1e-9)
    #expect(abs(row.rotation.perPair - ((9 + 0.16 / 0.03) / 2).squareRoot()) < 1e-9)
    for part in [row.shift, row.rotation] {
      #expect(abs(part.attainableRatio - 1.5) < 1e-12 && abs(part.attainablePerPair - 1.5) < 1e-12)
    }
    // Squares over bounds: 4, 16/3, 81/5 and ∞ for the shift; 9, 16/3, 0 and ∞ for the rotation.
    #expect(abs(row.shift.byMedian - ((16.0 / 3 + 81.0 / 5) / 2 / (2 * M_LN2)).squareRoot()) < 1e-9)
    #expect(abs(row.rotation.byMedian - ((16.0 / 3 + 9) / 2 / 0.454_936_423_1).squareRoot()) < 1e-9)
  }

  @Test("where half of the pairs have no answer, the median is infinite")
  func noAnswer() {
    let scenes = StrictProtocol.Scenes([SyntheticScene(side: 400, seed: 2).image], for: StrictProtocol())
    let sample = EfficiencyCondition(motion: .any, percent: 5).sample(scenes, seed: 1)
    let row = EfficiencyRow([(sample, sample.linearStep), (sample, nil), (sample, nil), (sample, nil)])
    #expect(row.count == 1 && row.off == 3)
    #expect(row.shift.byMedian == .infinity && row.rotation.byMedian == .infinity)
  }
}

@Suite("Unknown scene")
struct UnknownSceneTests {
  @Test("on a white scene the excess is √((2S + N) / 2S)", arguments: [0.1, 1, 30])
  func white(variance: Double) {
    let scene = UnknownScene(power: [Double](repeating: 2, count: 32 * 32), side: 32)
    #expect(abs(scene.excess(variance: variance) - ((4 + variance) / 4).squareRoot()) < 1e-12)
  }

  @Test("without noise it is 1, and it grows with the noise")
  func noise() {
    let scene = UnknownScene(SyntheticScene(side: 64, seed: 4).image)
    #expect(abs(scene.excess(variance: 1e-9) - 1) < 1e-3)
    let levels = [1, 10, 100, 1000].map { scene.excess(variance: $0) }
    #expect(levels.allSatisfy { $0 > 1 } && levels == levels.sorted())
  }

  @Test("white noise of a variance is as a white scene of that power")
  func periodogram() throws {
    var random = SplitMix64(seed: 5)
    let samples = (0..<4096).map { _ in Float.random(in: -6..<6, using: &random) }
    let scene = UnknownScene(try Image(width: 64, height: 64, samples: samples))
    // S = 12²/12; the periodogram scatters, which costs a little more.
    #expect(abs(scene.excess(variance: 12) / 1.5.squareRoot() - 1) < 0.03)
  }

  @Test("a scene with nothing in it tells nothing")
  func flat() throws {
    let scene = UnknownScene(try Image(width: 16, height: 16, samples: [Float](repeating: 0, count: 256)))
    #expect(scene.excess(variance: 1) == .infinity)
  }
}

@Suite("Efficiency tables")
struct EfficiencyTablesTests {
  private func tables() -> EfficiencyTables {
    let condition = EfficiencyCondition(motion: .any, percent: 5)
    let scenes = StrictProtocol.Scenes([SyntheticScene(side: 400, seed: 2).image], for: StrictProtocol())
    let samples = (0..<3).map { condition.sample(scenes, seed: $0) }
    let row = EfficiencyRow(samples.map { ($0, $0.linearStep) })
    let names = ["search+refine:interpolation=cubic", EfficiencyStudy.slowChain, EfficiencyStudy.linearStep]
    return EfficiencyTables(rows: names.map { (condition, $0, row) })
  }

  @Test("a table for the shift and one for the rotation, each row with what is attainable")
  func section() throws {
    let section = tables().section(.any)
    #expect(section.hasPrefix("## any rotation, ±9.6 px\n\n### Shift\n\n| noise, % | method"))
    #expect(section.contains("\n\n### Rotation\n\n") && section.contains("| RMSE, ° | bound, ° |"))
    let lines = section.split(separator: "\n").filter { $0.hasPrefix("| 5 ") }
    #expect(lines.count == 6 && lines.allSatisfy { $0.split(separator: "|").count == 11 })
    #expect(!tables().section(.small).contains("| 5 "))
  }

  @Test("the plot has a dashed line for the bound and one for what is attainable, and leaves the slow method out")
  func figure() {
    let svg = tables().figure(.any).svg
    // Two in each of two plots and two in the legend.
    #expect(svg.split(separator: "stroke-dasharray").count == 7)
    #expect(svg.contains(">attainable: the scene unknown<") && svg.contains(">the bound: the scene known<"))
    #expect(svg.contains(">search+refine, cubic<") && !svg.contains(">fft<"))
  }

  @Test("rows for programs have a number for each column")
  func csv() {
    let lines = tables().csv.split(separator: "\n").map { $0.split(separator: ",") }
    #expect(lines.count == 4 && lines.allSatisfy { $0.count == 17 })
    #expect(lines[0].contains("shift_attainable_per_pair") && lines[0].last == "rotation_by_median")
  }
}
