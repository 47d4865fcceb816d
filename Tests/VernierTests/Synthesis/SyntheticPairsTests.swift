import Testing

@testable import Vernier

@Suite struct SyntheticPairsTests {
  private static let scenes = (1...3).map { SyntheticScene(side: 320, seed: $0).image }

  private static func recipe(
    _ kind: PairProtocol, _ model: TransformModel = .affine, side: Int = 64
  ) -> SyntheticPairs.Recipe {
    let motion = MotionRange<2>(model, degrees: 180, scale: 0.8...1.25, shear: 0.1, shift: 0.1 * Double(side))
    return SyntheticPairs.Recipe(side: side, kind: kind, model: model, motion: motion, isRounded: false)
  }

  /// The root mean square of moving(T(p)) − fixed(p) over the fixed samples that the moving image holds, six samples or
  /// more from the border, where the published protocol's zeros reach through the spline; and their share.
  private func disagreement(_ fixed: Image<2>, _ moving: Image<2>, _ truth: Affine<2>) -> (error: Double, share: Double)
  {
    let back = moving.resampledBetweenCentres(onto: fixed.grid, through: truth, interpolation: .cubic)
    let inner = 6..<(fixed.width - 6)
    let gaps = fixed.samples.indices.filter { index in
      back.mask?[index] != 0 && inner.contains(index % fixed.width) && inner.contains(index / fixed.width)
    }.map { Double(back.samples[$0] - fixed.samples[$0]) }
    return (
      (gaps.reduce(0) { $0 + $1 * $1 } / Double(max(gaps.count, 1))).squareRoot(),
      Double(gaps.count) / Double(inner.count * inner.count)
    )
  }

  @Test(arguments: PairProtocol.allCases, TransformModel.linear)
  func theTruthBringsTheMovingPictureBack(kind: PairProtocol, model: TransformModel) throws {
    var recipe = Self.recipe(kind, model)
    recipe.smoothing = 1.5
    let pairs = try SyntheticPairs(of: Self.scenes, recipe, seed: 4)
    for number in 0..<10 {
      let (fixed, moving, truth) = try pairs.pair(number)
      let (error, share) = disagreement(fixed, moving, truth)
      #expect(error < (kind == .published ? 1.5 : 0.3) && share > 0.5, "\(kind) \(model) \(number): \(error), \(share)")
      let wrong = disagreement(fixed, moving, try #require(truth.inverted())).error
      #expect(wrong > 2.5 * error, "\(kind) \(model) \(number): \(wrong)")
      #expect(truth.center == fixed.grid.center)
    }
  }

  @Test(arguments: PairProtocol.allCases) func aPairDependsOnItsNumberAndSeedAlone(kind: PairProtocol) throws {
    var recipe = Self.recipe(kind, side: 32)
    recipe.degradation.modality = 0.5
    recipe.degradation.noise = 0...0.1
    recipe.degradation.blur = 0...1
    let pairs = try SyntheticPairs(of: Self.scenes, recipe, seed: 9, threads: 1)
    let whole = try pairs.batch(first: 0, count: 50, threads: 1)
    let again = try SyntheticPairs(of: Self.scenes, recipe, seed: 9, threads: 3).batch(first: 0, count: 50, threads: 4)
    #expect(whole.fixed == again.fixed && whole.moving == again.moving && whole.targets == again.targets)
    let part = try pairs.batch(first: 37, count: 5)
    #expect(Array(whole.moving[(37 * 1024)..<(42 * 1024)]) == part.moving)
    #expect(Array(whole.transforms[37..<42]) == part.transforms)
    let other = try SyntheticPairs(of: Self.scenes, recipe, seed: 10).batch(first: 0, count: 50)
    #expect(other.fixed != whole.fixed && other.transforms != whole.transforms)
    #expect(try pairs.batch(first: 3, count: 0).fixed.isEmpty)
    #expect(whole.fixed != whole.moving && whole.fixed.allSatisfy { $0.isFinite && abs($0) < 500 })
  }

  /// Another modality is one of the scene; what the motion brings in is nothing in any.
  @Test func thePublishedBorderIsZeroInEveryModality() throws {
    var recipe = Self.recipe(.published, .translation, side: 32)
    recipe.motion.shift = 8
    let plain = try SyntheticPairs(of: Self.scenes, recipe, seed: 6)
    recipe.degradation.modality = 1
    let other = try SyntheticPairs(of: Self.scenes, recipe, seed: 6)
    var outside = 0
    for number in 0..<10 {
      let (pair, mapped) = (try plain.pair(number), try other.pair(number))
      let grid = pair.fixed.grid
      #expect(pair.truth == mapped.truth && pair.moving.samples != mapped.moving.samples)
      for index in 0..<grid.count {
        let point = Vector<2>([Double(index % 32), Double(index / 32)]) - pair.truth.translation
        if (0..<2).contains(where: { point[$0] < -1e-3 || point[$0] > 31.001 }) {
          outside += 1
          #expect(mapped.moving.samples[index] == 0)
        }
      }
    }
    #expect(outside > 500, "\(outside) samples outside")
  }

  /// Each of the eight ways in which a square lies on itself comes up, and the truth is that of the flipped pictures.
  @Test(arguments: PairProtocol.allCases) func flipsKeepTheTruth(kind: PairProtocol) throws {
    var recipe = Self.recipe(kind, .affine, side: 64)
    recipe.smoothing = 1.5
    recipe.leastDeviation = 0
    let plain = try SyntheticPairs(of: [Self.scenes[0]], recipe, seed: 4)
    recipe.flips = true
    let flipped = try SyntheticPairs(of: [Self.scenes[0]], recipe, seed: 4)
    var (changed, first) = (0, Set<Float>())
    for number in 0..<40 {
      let (fixed, moving, truth) = try flipped.pair(number)
      let (error, share) = disagreement(fixed, moving, truth)
      #expect(error < (kind == .published ? 1.5 : 0.3) && share > 0.4, "\(number): \(error), \(share)")
      let usual = try plain.pair(number).fixed
      changed += usual.samples == fixed.samples ? 0 : 1
      // Rounding differs where the spline is weighed in another order.
      let corners = [0, 63, 64 * 63, 64 * 64 - 1]
      #expect(
        Set(corners.map { (fixed.samples[$0] * 100).rounded() })
          == Set(corners.map { (usual.samples[$0] * 100).rounded() }))
      first.insert(Float(corners.firstIndex { abs(usual.samples[$0] - fixed.samples[0]) < 0.01 } ?? 9))
    }
    #expect((30...39).contains(changed) && first == [0, 1, 2, 3])
  }

  @Test func aRecipeReadsAsItIs() {
    var recipe = Self.recipe(.strict, .similarity)
    recipe.degradation.noise = 0...0.1
    recipe.degradation.quality = 30...90
    recipe.degradation.modality = 0.5
    recipe.flips = true
    #expect(
      recipe.description == """
        strict protocol: both cut from a larger scene; rotation ±180°, scale 0.8…1.25, shifts ±10 % of the side; scenes mirrored and turned \
        by quarter turns; scenes smoothed by σ = 0.7; deviation 12 at least; another modality with probability 0.5; noise σ 0…10 %; JPEG 30…90
        """)
    let published = Self.recipe(.published, .translation, side: 32).description
    #expect(
      published == "published protocol: the fixed picture moved, bilinear, zeros outside; shifts ±10 % of the side")
  }

  @Test func targetsAreTheModelsParameters() throws {
    let batch = try SyntheticPairs(of: Self.scenes, Self.recipe(.strict, .similarity, side: 32), seed: 2)
      .batch(first: 0, count: 3)
    #expect(batch.targets.count == 3 * TransformModel.similarity.parameterCount(rank: 2))
    let parameters = batch.transforms[1].parameters
    let expected = [parameters.rotation[0], parameters.scale[0], parameters.translation[0], parameters.translation[1]]
    #expect(Array(batch.targets[4..<8]) == expected.map(Float.init))
  }

  @Test func parametersFillTheirRanges() throws {
    let motion = MotionRange<2>(.affine, degrees: 20, scale: 0.8...1.25, shear: 0.1, shift: 5)
    var random = SplitMix64(seed: 12)
    let drawn = (0..<4000).map { _ in motion.random(center: [15.5, 15.5], using: &random).parameters }
    let ranges: [(String, (Affine<2>.Parameters) -> Double, ClosedRange<Double>, mean: Double)] = [
      ("rotation", { $0.rotation[0] }, -20...20, 0), ("scale x", { $0.scale[0] }, 0.8...1.25, 0.45 / 0.44629),
      ("scale y", { $0.scale[1] }, 0.8...1.25, 0.45 / 0.44629), ("shear", { $0.shear[0] }, -0.1...0.1, 0),
      ("shift x", { $0.translation[0] }, -5...5, 0), ("shift y", { $0.translation[1] }, -5...5, 0),
    ]
    for (name, value, range, mean) in ranges {
      let values = drawn.map(value)
      let width = range.upperBound - range.lowerBound
      let slack = 1e-9 * width
      #expect(values.allSatisfy { range.lowerBound - slack <= $0 && $0 <= range.upperBound + slack }, "\(name)")
      // The extremes of 4000 even draws lie within 0.5 % of the ends but for odds of 2 in 10⁹; four standard errors of
      // the mean.
      #expect(
        (values.min() ?? 0) < range.lowerBound + 0.005 * width && (values.max() ?? 0) > range.upperBound - 0.005 * width
      )
      #expect(abs(values.reduce(0, +) / 4000 - mean) < 4 * width / (12 * 4000).squareRoot(), "\(name)")
    }
    for model in [TransformModel.translation, .rigid, .similarity] {
      let found = MotionRange<2>(model, degrees: 20, scale: 0.8...1.25, shear: 0.1, shift: 5)
        .random(center: .zero, using: &random).parameters
      #expect((found.rotation[0] == 0) == (model == .translation) && abs(found.shear[0]) < 1e-12)
      #expect((abs(found.scale[0] - 1) < 1e-12) == (model != .similarity))
      #expect(abs(found.scale[0] - found.scale[1]) < 1e-12)
    }
  }

  @Test func strictPairsSeeTheSceneAlone() throws {
    // The least scene that is taken, and the farthest motions: what lies outside would be the scene's mean, a plateau.
    let recipe = Self.recipe(.strict, .affine, side: 32)
    let side = recipe.leastScene
    let ramp = (0..<side * side).map { Float($0 % side) * 2 + Float($0 / side) * 3 + ($0 % side % 7 == 0 ? 40 : 0) }
    let scene = try Image<2>(width: side, height: side, samples: ramp)
    let cutter = PairCutter(scene: scene)
    var random = SplitMix64(seed: 3)
    let center = Vector<2>(repeating: 15.5)
    for _ in 0..<500 {
      let truth = recipe.motion.random(center: center, using: &random)
      let pair = cutter.pair(side: 32, corner: ((side - 32) / 2, (side - 32) / 2), truth: truth)
      #expect(pair.fixed.mask == nil && pair.moving.mask == nil)
    }
    #expect(try SyntheticPairs(of: [scene], recipe, seed: 1).sceneCount == 1)
  }

  @Test func theFixedPictureIsTheSplineAtItsSamples() throws {
    let scene = Self.scenes[0]
    let grid = try Grid<2>(size: [40, 40])
    let place = Affine<2>(translation: [17, 23])
    let slow = scene.resampled(onto: grid, through: place, interpolation: .cubic)
    let fast = PairCutter(scene: scene).pair(side: 40, corner: (17, 23), truth: .identity).fixed
    #expect(zip(slow.samples, fast.samples).allSatisfy { abs($0 - $1) < 1e-4 })
    #expect(zip(scene.samples[(23 * 320 + 17)...], fast.samples[..<40]).allSatisfy { abs($0 - $1) < 1e-3 })
  }

  @Test func whatCannotBeMadeIsSaid() throws {
    let recipe = Self.recipe(.strict)
    func error(_ scenes: [Image<2>], _ change: (inout SyntheticPairs.Recipe) -> Void = { _ in }) -> SynthesisError? {
      var changed = recipe
      change(&changed)
      do throws(SynthesisError) {
        _ = try SyntheticPairs(of: scenes, changed, seed: 1)
        return nil
      } catch { return error }
    }
    let small = SyntheticScene(side: 80, seed: 1).image
    let flat = Self.scenes[0].mapSamples { _ in 7 }
    let broken = Self.scenes[0].mapSamples { $0 > 200 ? .nan : $0 }
    #expect(error([]) == .noScenes)
    #expect(error([small]) == .tooSmall(largest: [80, 80], needed: recipe.leastScene))
    #expect(error([flat]) == .flat)
    #expect(error([Self.scenes[0], broken]) == .notFinite(scene: 1))
    #expect(error(Self.scenes) { $0.degradation.quality = 20...90 } == .noCodec)
    for change: (inout SyntheticPairs.Recipe) -> Void in [
      { $0.degradation.noise = -0.1...0.1 }, { $0.degradation.blur = -1...1 }, { $0.degradation.modality = 1.5 },
      { $0.degradation.gamma = 0...1 }, { $0.degradation.quality = 0...50 }, { $0.side = 1 }, { $0.motion.shift = -1 },
      { $0.motion.scale = 0...1 }, { $0.motion.degrees = .nan },
    ] {
      guard case .unusableRange = error(Self.scenes, change) else {
        Issue.record("a senseless range was taken: \(String(describing: error(Self.scenes, change)))")
        continue
      }
    }
    #expect(try SyntheticPairs(of: [small] + Self.scenes, recipe, seed: 1).sceneCount == 3)
  }
}
