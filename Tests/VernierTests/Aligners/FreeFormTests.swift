import Testing

@testable import Vernier

/// Free-form deformation by B-splines after an affine map.
@Suite struct FreeFormTests {
  static let metrics: [Metric] = [.meanSquares, .crossCorrelation, .mutualInformation]

  /// A pair with `moving(T(p)) = fixed(p)`, exactly: the fixed image is the field seen through T.
  private func pair<let rank: Int>(
    size: [Int], reach: Double, seed: UInt64, mapped: Bool = false
  ) throws -> (fixed: Image<rank>, moving: Image<rank>, truth: BSplineTransform<rank>) {
    let grid = try Grid<rank>(size: size)
    let field = SmoothField<rank>.filling(side: size.max() ?? 1, seed: seed)
    let truth = drawnDeformation(
      over: grid, spacing: Double(size.max() ?? 1) / 4, reach: reach, affine: motion(.affine, on: grid, strength: 0.3),
      seed: seed + 1)
    let fixed = field.image(on: grid, through: truth)
    // A curve that rises and falls: another contrast.
    return (mapped ? fixed.mapSamples { 0.01 * ($0 - 110) * ($0 - 110) } : fixed, field.image(on: grid), truth)
  }

  /// The analytic derivative along drawn directions beside the difference of the cost.
  private func checkGradient<let rank: Int>(
    _ pair: (fixed: Image<rank>, moving: Image<rank>, truth: BSplineTransform<rank>), metric: Metric
  ) throws {
    let level = LevelPair(
      fixed: pair.fixed, moving: pair.moving, comparable: metric == .meanSquares, interpolation: .linear, threads: 2)
    let controls = ControlGrids(over: pair.fixed.grid, spacing: 6, leastCells: 1).grids[0]
    let similarity = FreeFormSimilarity(
      level, affine: pair.truth.affine, controls: controls, metric: metric, threads: 2)
    var random = SplitMix64(seed: 21)
    func draw(_ reach: Double) -> [SIMD4<Float>] {
      (0..<controls.count).map { _ in
        var node = SIMD4<Float>.zero
        for axis in 0..<rank { node[axis] = Float(random.uniform(-reach...reach)) }
        return node
      }
    }
    let place = draw(0.8)
    let gradient = similarity.gradient(try #require(similarity.evaluate(place)))
    // Along the gradient, where the derivative is large, and along one direction that knows nothing of it.
    let largest = gradient.reduce(Float(0)) { max($0, abs($1.x), abs($1.y), abs($1.z)) }
    for direction in [gradient.map { $0 / largest }, draw(0.7)] {
      let analytic = zip(gradient, direction).reduce(0.0) { $0 + Double(($1.0 * $1.1).sum()) }
      func at(_ step: Float) throws -> Double {
        try #require(similarity.evaluate(zip(place, direction).map { $0 + $1 * step })).cost
      }
      let numeric = (try at(0.01) - at(-0.01)) / 0.02
      let scale = zip(gradient, gradient).reduce(0.0) { $0 + Double(($1.0 * $1.1).sum()) } / Double(largest)
      #expect(abs(analytic - numeric) < 0.02 * scale, "\(analytic) \(numeric)")
    }
  }

  @Test(arguments: metrics) func gradientsInThePlane(metric: Metric) throws {
    try checkGradient(
      pair(size: [70, 61], reach: 1, seed: 31) as (Image<2>, Image<2>, BSplineTransform<2>), metric: metric)
  }

  @Test(arguments: metrics) func gradientsInSpace(metric: Metric) throws {
    try checkGradient(
      pair(size: [30, 26, 28], reach: 1, seed: 32) as (Image<3>, Image<3>, BSplineTransform<3>), metric: metric)
  }

  @Test func gradientOfTheBendingEnergyAndItsZeros() throws {
    let grid = try Grid<3>(size: [22, 26, 30], spacing: [1, 1, 1.5])
    let controls = ControlGrids(over: grid, spacing: 5, leastCells: 1).grids[0]
    let energy = BendingEnergy(on: controls, length: 5)
    func value(_ nodes: [SIMD4<Float>]) -> Double {
      zip(nodes, energy.halfGradient(nodes)).reduce(0) { $0 + Double(($1.0 * $1.1).sum()) }
    }
    // Affine displacements bend nothing; u = (x², 0, 0) / 2 has one second derivative, which is 1.
    func nodes(_ displacement: (Vector<3>) -> SIMD4<Float>) -> [SIMD4<Float>] {
      (0..<controls.count).map { node in
        let (plane, x) = node.quotientAndRemainder(dividingBy: controls.size[0])
        let (z, y) = plane.quotientAndRemainder(dividingBy: controls.size[1])
        return displacement(controls.point(atIndex: [Double(x), Double(y), Double(z)]))
      }
    }
    let affine = nodes {
      SIMD4(Float(0.3 * $0[0] - 0.2 * $0[1] + 2), Float(0.1 * $0[2]), Float(-0.4 * $0[0] + $0[2]), 0)
    }
    #expect(value(affine) < 1e-4)
    let parabola = nodes { SIMD4(Float($0[0] * $0[0] / 2), 0, 0, 0) }
    #expect(abs(value(parabola) - 25) < 0.05)
    let mixed = nodes { SIMD4(0, Float($0[0] * $0[1]), 0, 0) }
    #expect(abs(value(mixed) - 50) < 0.1)
  }

  @Test func gradientOfTheBarrierAgainstFolding() throws {
    let grid = try Grid<3>(size: [18, 20, 16], direction: PhysicalSpaceTests.turned)
    let transform = drawnDeformation(over: grid, spacing: 5, reach: 9, seed: 33)
    let barrier = FoldingBarrier(on: transform.controls, least: 0.3, threads: 2)
    let nodes = transform.nodes.map { SIMD4<Float>($0) }
    let (value, gradient) = barrier.cost(nodes)
    #expect(value > 0 && transform.folding(on: grid).leastDeterminant < 0, "a case that folds")
    let length = gradient.reduce(0.0) { $0 + Double(($1 * $1).sum()) }.squareRoot()
    func at(_ step: Double) -> Double {
      barrier.cost(zip(nodes, gradient).map { $0 + $1 * Float(step / length) }).value
    }
    let numeric = (at(0.01) - at(-0.01)) / 0.02
    #expect(abs(numeric - length) < 0.02 * length)
    #expect(FoldingBarrier(on: transform.controls, least: 0.3, threads: 2).cost(nodes.map { $0 * 0.02 }).value == 0)
  }

  /// How far a deformation lies from the truth where the images look, before and after.
  private func errors<let rank: Int>(
    _ found: BSplineTransform<rank>, _ truth: BSplineTransform<rank>, on grid: Grid<rank>
  ) -> (before: Double, after: Double) {
    var random = SplitMix64(seed: 41)
    var (before, after) = (0.0, 0.0)
    for _ in 0..<500 {
      let point = grid.point(atIndex: Vector { random.uniform(5...Double(grid.size[$0] - 6)) })
      before += (found.affine(point) - truth(point)).length / 500
      after += (found(point) - truth(point)).length / 500
    }
    return (before, after)
  }

  @Test(arguments: [Metric?.none, .meanSquares, .crossCorrelation])
  func pictures(metric: Metric?) throws {
    let pair: (fixed: Image<2>, moving: Image<2>, truth: BSplineTransform<2>) = try pair(
      size: [140, 120], reach: 6, seed: 51)
    let alignment = try Registration(model: .affine, deformation: FreeForm(), metric: metric).align(pair.moving, to: pair.fixed)
    let (found, spline) = (try #require(alignment.deformation), try #require(alignment.spline))
    let error = errors(spline, pair.truth, on: pair.fixed.grid)
    #expect(error.before > 1 && error.after < 0.25 * error.before, "\(error)")
    #expect(found.folding.share == 0 && found.costAfter < found.costBefore)
    #expect(spline.affine == alignment.linear && alignment.method == "search+refine+free-form")
    #expect(alignment.deformationModel == .bspline && alignment.linear.center == pair.fixed.grid.center)
  }

  /// With detail of a few samples: across wide slopes a joint histogram of bins hardly sees a shift of two samples.
  @Test(arguments: [51, 61, 71] as [UInt64]) func picturesOfOtherContrast(seed: UInt64) throws {
    let grid = try Grid<2>(size: [160, 140])
    let field = SmoothField<2>(low: -40, high: 200, blobs: 1200, sizes: 2...7, seed: seed)
    let truth = drawnDeformation(
      over: grid, spacing: 40, reach: 6, affine: motion(.affine, on: grid, strength: 0.3), seed: seed + 1)
    let fixed = field.image(on: grid, through: truth).mapSamples { 0.01 * ($0 - 110) * ($0 - 110) }
    let start = Candidate(transform: truth.affine, score: 0)
    let deformed = try #require(
      try FreeForm(metric: .mutualInformation).candidates(
        aligning: field.image(on: grid), to: fixed, from: [start], as: AlignmentTask(model: .affine)
      ).first)
    let found = try #require(deformed.deformation)
    let error = errors(try #require(deformed.transform.base as? BSplineTransform<2>), truth, on: grid)
    #expect(error.before > 1 && error.after < 0.4 * error.before, "\(error)")
    #expect(found.folding.share == 0 && found.costAfter < found.costBefore)
  }

  @Test func volumes() throws {
    let pair: (fixed: Image<3>, moving: Image<3>, truth: BSplineTransform<3>) = try pair(
      size: [52, 46, 40], reach: 4, seed: 52)
    let alignment = try Registration(model: .affine, deformation: FreeForm()).align(pair.moving, to: pair.fixed)
    let (found, spline) = (try #require(alignment.deformation), try #require(alignment.spline))
    let error = errors(spline, pair.truth, on: pair.fixed.grid)
    #expect(error.before > 0.8 && error.after < 0.3 * error.before, "\(error)")
    #expect(found.folding.share == 0 && found.similarityAfter > found.similarityBefore)
  }

  @Test func theSameBitsForAnyNumberOfThreads() throws {
    let pair: (fixed: Image<3>, moving: Image<3>, truth: BSplineTransform<3>) = try pair(
      size: [44, 40, 36], reach: 3, seed: 53)
    let start = Candidate(transform: pair.truth.affine, score: 0)
    let results = try [1, 2, 5].map { threads in
      try FreeForm(metric: .crossCorrelation).candidates(
        aligning: pair.moving, to: pair.fixed, from: [start], as: AlignmentTask(model: .affine, threads: threads)
      ).first?.transform.base as? BSplineTransform<3>
    }
    #expect(results[0] != nil && results[1] == results[0] && results[2] == results[0])
  }

  @Test func masksLeaveOut() throws {
    let pair: (fixed: Image<2>, moving: Image<2>, truth: BSplineTransform<2>) = try pair(
      size: [120, 110], reach: 4, seed: 54)
    // Something that is not in the other image, and NaN, both masked.
    var (samples, mask) = (pair.fixed.samples, [UInt8](repeating: 1, count: pair.fixed.grid.count))
    var (others, otherMask) = (pair.moving.samples, mask)
    for y in 20..<50 {
      for x in 20..<60 {
        samples[y * 120 + x] = x % 2 == 0 ? 900 : .nan
        mask[y * 120 + x] = 0
        others[(y + 50) * 120 + x + 40] = -700
        otherMask[(y + 50) * 120 + x + 40] = 0
      }
    }
    let fixed = Image(unchecked: pair.fixed.grid, samples: samples, mask: mask)
    let moving = Image(unchecked: pair.moving.grid, samples: others, mask: otherMask)
    let found = try #require(
      try Registration(model: .affine, stages: [Refinement()], deformation: FreeForm()).align(moving, to: fixed).spline)
    var (error, count) = (0.0, 0.0)
    for y in stride(from: 8, to: 100, by: 4) {
      for x in stride(from: 8, to: 112, by: 4)
      where !(12..<58 ~= y && 12..<68 ~= x) && !(62..<108 ~= y && 52..<108 ~= x) {
        error += (found([Double(x), Double(y)]) - pair.truth([Double(x), Double(y)])).length
        count += 1
      }
    }
    #expect(error / count < 0.3, "\(error / count)")
  }

  @Test func whatItDoesNotTake() throws {
    let pair: (fixed: Image<2>, moving: Image<2>, truth: BSplineTransform<2>) = try pair(
      size: [60, 50], reach: 2, seed: 55)
    #expect(throws: AlignmentError.self) {
      try Registration(model: .affine, stages: [Refinement()], deformation: FreeForm(), metric: .gradientFields)
        .align(pair.moving, to: pair.fixed)
    }
    #expect(throws: AlignmentError.self) {
      try Registration(model: .affine, stages: [FreeForm(), Refinement()]).align(pair.moving, to: pair.fixed)
    }
  }

  @Test func aloneItStartsFromThePlaceInSpace() throws {
    let pair: (fixed: Image<2>, moving: Image<2>, truth: BSplineTransform<2>) = try pair(
      size: [120, 110], reach: 3, seed: 56)
    let alignment = try FreeForm(metric: .crossCorrelation).align(pair.moving, to: pair.fixed)
    let found = try #require(alignment.deformation)
    #expect(try #require(alignment.spline).affine == Affine(center: pair.fixed.grid.center))
    #expect(found.similarityAfter > 0.995)
  }

  @Test func anAlignmentThatFailedIsNotDeformed() throws {
    let grid = try Grid<2>(size: [120, 120])
    let fixed = SmoothField<2>.filling(side: 120, seed: 57).image(on: grid)
    let other = SmoothField<2>.filling(side: 120, seed: 58).image(on: grid)
    let alignment = try Registration(model: .affine, deformation: FreeForm()).align(other, to: fixed)
    #expect(alignment.verdict == .failed && alignment.deformation == nil && alignment.deformationModel == .bspline)
    #expect(alignment.transform.affine != nil)
  }
}
