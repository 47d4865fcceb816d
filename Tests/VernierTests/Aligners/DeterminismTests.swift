import Testing

@testable import Vernier

/// The same bits for any number of threads, and again when run again.
@Suite struct DeterminismTests {
  static let choices: [Metric?] = [nil] + Metric.all.map { $0 }

  @Test(arguments: choices) func alignmentsInThePlane(metric: Metric?) throws {
    let (fixed, moving) = cutPair(side: 128, truth: InvarianceTests.truth, seed: 81)
    try check(fixed: fixed.maskedBlock(corner: [3, 5], size: [120, 110]), moving: moving, metric: metric)
  }

  @Test(arguments: choices) func alignmentsInSpace(metric: Metric?) throws {
    let grid = try Grid<3>(size: [34, 38, 30])
    let (fixed, moving) = try SmoothField<3>.filling(side: 38, seed: 82).pair(
      truth: motion(.rigid, on: grid, strength: 2), on: grid)
    try check(fixed: fixed, moving: moving, metric: metric)
  }

  private func check<let rank: Int>(fixed: Image<rank>, moving: Image<rank>, metric: Metric?) throws {
    let results = try [1, 2, 2, 5].map { threads in
      try Registration(model: .rigid, metric: metric, threads: threads).align(moving, to: fixed)
    }
    for other in results.dropFirst() {
      #expect(other.linear.homogeneous == results[0].linear.homogeneous)
      #expect(other.evidence == results[0].evidence)
      #expect(other.confidence == results[0].confidence)
    }
  }

  @Test(arguments: Interpolation.allCases) func resampling(interpolation: Interpolation) throws {
    let grid = try Grid<3>(size: [23, 31, 19])
    let volume = SmoothField<3>.filling(side: 24, seed: 83).image(on: grid)
    let transform: Affine<3> = motion(.affine, on: grid)
    let results = [1, 2, 3].map {
      volume.resampled(onto: grid, through: transform, interpolation: interpolation, threads: $0)
    }
    #expect(results[1].samples == results[0].samples && results[1].mask == results[0].mask)
    #expect(results[2].samples == results[0].samples && results[2].mask == results[0].mask)
  }

  @Test func similarities() throws {
    let (fixed, moving) = cutPair(side: 96, truth: InvarianceTests.truth, seed: 84)
    let generators: [Generator<2>] = TransformModel.affine.generators(center: fixed.grid.center)
    let center = fixed.grid.center
    func values(_ threads: Int) -> [Double] {
      let pair = LevelPair(fixed: fixed, moving: moving, comparable: false, interpolation: .linear, threads: threads)
      let information = SampledInformation(
        pair, generators: generators, about: center, bins: 32, count: 5000, seed: 1, threads: threads)
      let squares = LeastSquares(
        pair, generators: generators, about: center, fitsGainAndOffset: true, threads: threads)
      let evaluation = squares.evaluate(InvarianceTests.truth)
      let system = squares.normalEquations(evaluation)
      let fields = SampledGradientFields(
        pair, generators: generators, about: center, count: 5000, seed: 1, threads: threads)
      let mutual = information.evaluate(InvarianceTests.truth)
      let agreement = fields.evaluate(InvarianceTests.truth)
      let costs: [Double] = [evaluation.cost, mutual?.information ?? .nan, agreement?.agreement ?? .nan]
      let gradients: [Double] = (mutual?.gradient ?? []) + (agreement?.gradient ?? [])
      return costs + system.matrix + system.right + gradients
    }
    let one = values(1)
    #expect(one.allSatisfy(\.isFinite) && one.count > 60)
    #expect(values(2) == one)
    #expect(values(7) == one)
  }

  @Test func pyramids() throws {
    let volume = try SmoothField<3>.filling(side: 48, seed: 85).image(on: Grid(size: [50, 41, 37]))
      .maskedBlock(corner: [4, 5, 6], size: [40, 30, 29])
    let levels = [1, 2].map { Pyramid(volume, shortest: 4, threads: $0).levels }
    #expect(levels[0].count > 2)
    for (one, two) in zip(levels[0], levels[1]) { #expect(one.samples == two.samples && one.mask == two.mask) }
  }
}
