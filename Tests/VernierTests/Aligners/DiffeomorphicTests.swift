import Testing

@testable import Vernier

/// Dense deformations that can be undone.
@Suite struct DiffeomorphicTests {
  /// A pair with `moving(T(p)) = fixed(p)`, exactly: the fixed image is the field seen through T, with noise on both.
  private func pair<let rank: Int>(
    size: [Int], reach: Double, noise: Double = 2, seed: UInt64, contrast: (Float) -> Float = { $0 }
  ) throws -> (fixed: Image<rank>, moving: Image<rank>, truth: BSplineTransform<rank>) {
    let grid = try Grid<rank>(size: size)
    let field = SmoothField<rank>(low: -40, high: 200, blobs: rank == 2 ? 900 : 1500, sizes: 2...7, seed: seed)
    let truth = drawnDeformation(
      over: grid, spacing: Double(size.max() ?? 1) / 4, reach: reach, affine: motion(.affine, on: grid, strength: 0.2),
      seed: seed + 1)
    var random = SplitMix64(seed: seed + 2)
    func noisy(_ image: Image<rank>) -> Image<rank> {
      image.mapSamples { $0 + Float((0..<4).reduce(0.0) { sum, _ in sum + random.uniform(-noise...noise) }) }
    }
    return (noisy(field.image(on: grid, through: truth).mapSamples(contrast)), noisy(field.image(on: grid)), truth)
  }

  private func found<let rank: Int>(
    _ pair: (fixed: Image<rank>, moving: Image<rank>, truth: BSplineTransform<rank>), threads: Int = 2
  ) throws -> Candidate<rank> {
    try #require(
      try Diffeomorphic().candidates(
        aligning: pair.moving, to: pair.fixed, from: [Candidate(transform: pair.truth.affine, score: 0)],
        as: AlignmentTask(model: .affine, threads: threads)
      ).first)
  }

  private func error<let rank: Int>(
    _ map: some SpatialTransform<Vector<rank>>, _ truth: BSplineTransform<rank>, on grid: Grid<rank>
  ) -> Double {
    var random = SplitMix64(seed: 41)
    return (0..<500).reduce(0.0) { sum, _ in
      let point = grid.point(atIndex: Vector { random.uniform(6...Double(grid.size[$0] - 7)) })
      return sum + (map(point) - truth(point)).length / 500
    }
  }

  @Test func pictures() throws {
    let pair = try pair(size: [150, 130], reach: 6, seed: 61) as (Image<2>, Image<2>, BSplineTransform<2>)
    let answer = try found(pair)
    let deformation = try #require(answer.deformation)
    let before = error(pair.2.affine, pair.2, on: pair.0.grid)
    let after = error(answer.transform, pair.2, on: pair.0.grid)
    #expect(before > 1 && after < 0.3 * before, "\(before) \(after)")
    #expect(deformation.isSupported && deformation.folding.share == 0)
    #expect(deformation.folding.leastDeterminant > 0.1 && deformation.costAfter < deformation.costBefore)
    #expect(try #require(deformation.inverseError) < 0.01)
    #expect(answer.linear == pair.2.affine && answer.transform.deformationGrid == pair.0.grid)
  }

  @Test func reversedContrast() throws {
    let pair =
      try pair(size: [150, 130], reach: 6, seed: 62) { 160 - 0.6 * $0 } as (Image<2>, Image<2>, BSplineTransform<2>)
    let after = error(try found(pair).transform, pair.2, on: pair.0.grid)
    #expect(after < 0.3 * error(pair.2.affine, pair.2, on: pair.0.grid), "\(after)")
  }

  @Test func volumes() throws {
    let pair = try pair(size: [64, 56, 60], reach: 4, seed: 63) as (Image<3>, Image<3>, BSplineTransform<3>)
    let answer = try found(pair)
    let before = error(pair.2.affine, pair.2, on: pair.0.grid)
    let after = error(answer.transform, pair.2, on: pair.0.grid)
    #expect(before > 0.8 && after < 0.4 * before, "\(before) \(after)")
    #expect(try #require(answer.deformation).folding.share == 0)
  }

  @Test func imagesThatAskForNoneKeepTheLinearMap() throws {
    let grid = try Grid<2>(size: [160, 150])
    let turn = motion(.rigid, on: grid, strength: 0.3)
    let field = SmoothField<2>(low: -40, high: 200, blobs: 900, sizes: 2...7, seed: 64)
    var random = SplitMix64(seed: 65)
    func noisy(_ image: Image<2>) -> Image<2> {
      image.mapSamples { $0 + Float((0..<4).reduce(0.0) { sum, _ in sum + random.uniform(-8...8) }) }
    }
    let (fixed, moving) = (noisy(field.image(on: grid, through: turn)), noisy(field.image(on: grid)))
    for method: any Aligner in [Diffeomorphic(), FreeForm(metric: .crossCorrelation)] {
      let answer = try #require(
        try method.candidates(
          aligning: moving, to: fixed, from: [Candidate(transform: turn, score: 0)], as: AlignmentTask(model: .affine)
        ).first)
      #expect(answer.transform.affine == turn, "\(method.name)")
      #expect(try #require(answer.deformation).isSupported == false)
    }
  }

  @Test func theSameBitsForAnyNumberOfThreads() throws {
    let pair = try pair(size: [48, 44, 40], reach: 3, seed: 66) as (Image<3>, Image<3>, BSplineTransform<3>)
    let results = try [1, 2, 5].map { try found(pair, threads: $0).transform }
    #expect(results[1] == results[0] && results[2] == results[0])
  }

  @Test func aSlabOfTwoSlicesAndThickSlices() throws {
    for (size, spacing) in [([80, 70, 2], 1.0), ([80, 70, 14], 4.0)] {
      let grid = try Grid<3>(size: size, spacing: [1, 1, spacing])
      let field = SmoothField<3>(low: -40, high: 200, blobs: 900, sizes: 3...7, seed: 67)
      let (fixed, moving) = (field.image(on: grid), field.image(on: grid))
      let answer = try Diffeomorphic().candidates(
        aligning: moving, to: fixed, from: [], as: AlignmentTask(model: .affine))
      #expect(answer.first?.transform.affine != nil, "alike already")
    }
  }

  @Test func whatItDoesNotTake() {
    #expect(throws: AlignmentError.self) {
      try Registration(model: .affine, deformation: Diffeomorphic(), metric: .gradientFields).check()
    }
    #expect(throws: AlignmentError.self) { try Registration(stages: [Diffeomorphic(), Refinement()]).check() }
  }
}

/// What dense deformations are made of.
@Suite struct FlowTests {
  @Test func localCorrelationIsWhatItsDefinitionSays() throws {
    let size: Size<3> = [9, 8, 7]
    let extent = FlowExtent(size)
    var random = SplitMix64(seed: 71)
    func drawn() -> [Float] { (0..<extent.count).map { _ in Float(random.uniform(-1...1)) } }
    let (f, m) = (drawn(), drawn())
    let w = (0..<extent.count).map { _ in Float(random.uniform(0...1) < 0.9 ? 1 : 0) }
    let measure = LocalCorrelation(extent: extent, radius: 2, floor: 1e-3)
    var found = [Float](repeating: 0, count: extent.count)
    let mean = found.withUnsafeMutableBufferPointer {
      measure(f, m, weights: w, forces: nil, correlations: $0.baseAddress, threads: 3)
    }
    var total = (sum: 0.0, count: 0.0)
    for z in 0..<7 {
      for y in 0..<8 {
        for x in 0..<9 {
          var sums = GainOffsetSums()
          for c in max(z - 2, 0)...min(z + 2, 6) {
            for b in max(y - 2, 0)...min(y + 2, 7) {
              for a in max(x - 2, 0)...min(x + 2, 8) {
                let place = (c * 8 + b) * 9 + a
                guard w[place] != 0 else { continue }
                sums += GainOffsetSums(fixed: Double(f[place]), moving: Double(m[place]))
              }
            }
          }
          let place = (z * 8 + y) * 9 + x
          let variances = (sums.fixedVariance + 1e-3) * (sums.movingVariance + 1e-3)
          let expected = sums.covariance * sums.covariance / variances
          #expect(abs(Double(found[place]) - expected) < 1e-3, "\(x) \(y) \(z)")
          total.sum += Double(w[place]) * expected
          total.count += Double(w[place])
        }
      }
    }
    #expect(abs(mean - total.sum / total.count) < 1e-3)
  }

  @Test func stepsOneAfterAnotherAddUpAndSmoothingKeepsAShift() {
    let extent = FlowExtent([12, 10, 9] as Size<3>)
    let (one, two, both) = (FlowField(extent), FlowField(extent), FlowField(extent))
    for place in 0..<extent.count {
      one.vectors[place] = SIMD4(0.5, -0.25, 1, 0)
      two.vectors[place] = SIMD4(1, 0.5, -2, 0)
    }
    one.composed(after: two, into: both, threads: 2)
    FlowSmoothing(SIMD4(1.5, 0.7, 2, 0)).apply(to: both, scratch: two, threads: 2)
    for place in 0..<extent.count {
      let off = both.vectors[place] - SIMD4(1.5, 0.25, -1, 0)
      #expect((off * off).sum() < 1e-10)
    }
    #expect(both.folding(threads: 2) == Folding(share: 0, leastDeterminant: 1, mostDeterminant: 1))
  }

  @Test func whatFoldsIsEvenedOut() {
    let flow = FlowField(FlowExtent([20, 18] as Size<2>))
    for place in [125, 126, 180] { flow.vectors[place] = SIMD4(3, 0, -2, 0) }
    #expect(flow.folding(threads: 1).leastDeterminant < 0)
    flow.unfold(within: 0.1...10, threads: 2)
    let folding = flow.folding(threads: 2)
    #expect(folding.share == 0 && folding.leastDeterminant >= 0.1 && folding.mostDeterminant <= 10)
  }

  @Test func aFlowAndItsDisplacements() throws {
    let grid = try Grid<3>(
      size: [8, 7, 6], spacing: [1, 2, 3], origin: [5, -3, 2], direction: PhysicalSpaceTests.turned)
    let flow = FlowField(FlowExtent(grid.size))
    var random = SplitMix64(seed: 72)
    for place in 0..<grid.count {
      for axis in 0..<3 { flow.vectors[place][axis] = Float(random.uniform(-1...1)) }
    }
    let field = DisplacementField(flow, on: grid)
    let index: Vector<3> = [3, 2, 4]
    let u = flow.vectors[(4 * 7 + 2) * 8 + 3]
    let moved = grid.point(atIndex: index + [Double(u.x), Double(u.y), Double(u.z)])
    #expect((field(grid.point(atIndex: index)) - moved).length < 1e-5)
    let back = FlowField(field)
    for place in 0..<grid.count {
      let off = back.vectors[place] - flow.vectors[place]
      #expect((off * off).sum() < 1e-10)
    }
  }

  @Test func aGainIsAskedOfSixBlocksAndMoreThanChance() {
    let clear = HeldOutGain((0..<8).map { (before: 0.5, after: 0.6 + 0.01 * Double($0)) })
    #expect(abs(clear.share - 0.27) < 1e-9 && VerdictRules.isSupported(clear))
    #expect(!VerdictRules.isSupported(HeldOutGain([(0.5, 0.7), (0.5, 0.71)])))
    #expect(!VerdictRules.isSupported(HeldOutGain((0..<8).map { (0.5, $0 % 2 == 0 ? 0.9 : 0.3) })))
  }
}
