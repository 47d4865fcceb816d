import Glibc
import Testing

@testable import Vernier

/// The published ways to shift one picture on another: every shift of a window, and gradient descent.
@Suite struct ShiftTests {
  /// Two views of one scene, `shift` samples apart, so that moving(p + shift) = fixed(p).
  private func pair(width: Int = 90, height: Int = 76, shift: SIMD2<Int>, seed: UInt64 = 21) -> (Image<2>, Image<2>) {
    let scene = SyntheticScene(side: 128, seed: seed).image
    func view(_ x: Int, _ y: Int) -> Image<2> { scene.cropped(columns: x..<x + width, rows: y..<y + height).onOrigin }
    return (view(18, 20), view(18 - shift.x, 20 - shift.y))
  }

  private func naive(_ metric: ShiftMetric, _ fixed: [Double], _ moving: [Double], width: Int) -> Double {
    let count = Double(fixed.count)
    let (meanF, meanM) = (fixed.reduce(0, +) / count, moving.reduce(0, +) / count)
    if metric == .meanSquares { return zip(fixed, moving).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / count }
    var (ff, mm, fm) = (0.0, 0.0, 0.0)
    for (f, m) in zip(fixed, moving) {
      ff += (f - meanF) * (f - meanF)
      mm += (m - meanM) * (m - meanM)
      fm += (f - meanF) * (m - meanM)
    }
    return fm / (ff * mm).squareRoot()
  }

  /// Structural similarity window by window, as it is written in the paper.
  private func naiveStructure(_ fixed: [Double], _ moving: [Double], width: Int, range: Double) -> Double {
    let (height, side) = (fixed.count / width, 7)
    let (c1, c2) = (0.01 * range * 0.01 * range, 0.03 * range * 0.03 * range)
    var (total, windows) = (0.0, 0)
    for y in 0...height - side {
      for x in 0...width - side {
        let places = (0..<side * side).map { (y + $0 / side) * width + x + $0 % side }
        let (f, m) = (places.map { fixed[$0] }, places.map { moving[$0] })
        let n = Double(places.count)
        let (a, b) = (f.reduce(0, +) / n, m.reduce(0, +) / n)
        let va = f.reduce(0) { $0 + ($1 - a) * ($1 - a) } / (n - 1)
        let vb = m.reduce(0) { $0 + ($1 - b) * ($1 - b) } / (n - 1)
        let ab = zip(f, m).reduce(0) { $0 + ($1.0 - a) * ($1.1 - b) } / (n - 1)
        total += (2 * a * b + c1) * (2 * ab + c2) / ((a * a + b * b + c1) * (va + vb + c2))
        windows += 1
      }
    }
    return total / Double(windows)
  }

  @Test(arguments: ShiftMetric.allCases) func everyShiftHasTheValueOfItsDefinition(metric: ShiftMetric) throws {
    var random = SplitMix64(seed: 4)
    let (width, height, reach) = (21, 15, SIMD2(3, 2))
    let stride = width + 2 * reach.x
    let fixed = (0..<width * height).map { _ in Float(random.uniform(0...255)) }
    let moving = (0..<stride * (height + 2 * reach.y)).map { _ in Float(random.uniform(0...255)) }
    let scores = ShiftScores(
      fixed: fixed, width: width, height: height, moving: moving, reach: reach, metric: metric, threads: 2)
    let range = Double(max(fixed.max()!, moving.max()!) - min(fixed.min()!, moving.min()!))
    for y in -reach.y...reach.y {
      for x in -reach.x...reach.x {
        let part = (0..<width * height).map { index in
          Double(moving[(index / width + y + reach.y) * stride + index % width + x + reach.x])
        }
        let still = fixed.map(Double.init)
        let expected =
          metric == .structuralSimilarity
          ? naiveStructure(still, part, width: width, range: range) : naive(metric, still, part, width: width)
        let found = scores[SIMD2(x, y)]
        #expect(abs(found - expected) < 2e-5 * max(1, abs(expected)), "\(metric) at (\(x), \(y))")
      }
    }
  }

  @Test(arguments: ShiftMetric.allCases) func aWholeShiftIsFoundExactly(metric: ShiftMetric) {
    let (fixed, moving) = pair(shift: SIMD2(-5, 8))
    let search = ExhaustiveShift(metric: metric, reach: 10, crop: 50)
    #expect(search.shift(aligning: moving, to: fixed) == [-5, 8])
    #expect((search.vertex(aligning: moving, to: fixed) - [-5, 8]).length < 0.1)
  }

  @Test func paddingIsWhatAPictureShowsBeyondItsBorder() throws {
    let image = try Image<2>(width: 3, height: 2, samples: [1, 2, 3, 4, 5, 6])
    #expect(
      image.patch(x: -1, y: -1, width: 5, height: 4, padding: .circular) == [
        6, 4, 5, 6, 4, 3, 1, 2, 3, 1, 6, 4, 5, 6, 4, 3, 1, 2, 3, 1,
      ])
    #expect(
      image.patch(x: -1, y: -1, width: 5, height: 4, padding: .zero) == [
        0, 0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 4, 5, 6, 0, 0, 0, 0, 0, 0,
      ])
  }

  /// A picture turned around on itself is matched at once with circular padding, and never fully with zeros.
  @Test func circularPaddingMatchesWhatWentRound() throws {
    let (fixed, _) = pair(width: 40, height: 40, shift: SIMD2(0, 0))
    let rolled = fixed.patch(x: -6, y: 4, width: 40, height: 40, padding: .circular)
    let moving = try Image<2>(width: 40, height: 40, samples: rolled)
    let round = ExhaustiveShift(metric: .meanSquares, reach: 8, crop: nil).scores(aligning: moving, to: fixed)
    let zeros = ExhaustiveShift(metric: .meanSquares, reach: 8, crop: nil, padding: .zero)
      .scores(aligning: moving, to: fixed)
    #expect(round.best(1, apart: 0)[0].shift == SIMD2(6, -4))
    #expect(round.best(1, apart: 0)[0].value < 1e-2 && zeros.best(1, apart: 0)[0].value > 1)
  }

  @Test(arguments: [ShiftMetric.meanSquares, .crossCorrelation]) func theGradientIsThatOfTheLoss(metric: ShiftMetric) {
    let (fixed, moving) = pair(shift: SIMD2(2, -1))
    let loss = ShiftLoss(moving: moving, to: fixed, metric: metric, threads: 1)
    // Between samples, where the bilinear value has a derivative; one place sends most of the picture beyond the
    // border.
    for shift in [[0.3, 0.4], [-3.6, 2.2], [60.4, -50.7]] as [Vector<2>] {
      let gradient = loss.evaluate(shift).gradient
      for axis in 0..<2 {
        var (before, after) = (shift, shift)
        before[axis] -= 0.01
        after[axis] += 0.01
        let numeric = (loss.evaluate(after).loss - loss.evaluate(before).loss) / 0.02
        #expect(abs(gradient[axis] - numeric) < 2e-3 * max(abs(numeric), gradient.length), "\(metric) \(shift) \(axis)")
      }
    }
  }

  @Test func aPictureShiftedBeyondItselfLeavesZeros() {
    let (fixed, moving) = pair(shift: .zero)
    let far = ShiftLoss(moving: moving, to: fixed, metric: .meanSquares, threads: 1).evaluate([1e9, 0])
    let zeros = fixed.samples.reduce(0) { $0 + Double($1) * Double($1) } / Double(fixed.grid.count)
    #expect(abs(far.loss - zeros) < 1e-6 * zeros && far.gradient == .zero)
  }

  /// Adam's first step is the learning rate, in half sizes of the picture along each axis.
  @Test func aLearningRateIsInHalfSizes() {
    let (fixed, moving) = pair(shift: SIMD2(3, 3))
    let descent = GradientShift(metric: .meanSquares, learningRate: 0.01, steps: 2).descend(aligning: moving, to: fixed)
    #expect(descent.trace.count == 2 && descent.trace[0].shift == .zero)
    #expect(abs(abs(descent.trace[1].shift[0]) - 0.01 * Double(fixed.width) / 2) < 1e-6)
    #expect(abs(abs(descent.trace[1].shift[1]) - 0.01 * Double(fixed.height) / 2) < 1e-6)
  }

  /// A picture with zeros around it, as the method takes every picture to have: others are drawn away from the answer
  /// by them.
  @Test(arguments: [ShiftMetric.meanSquares, .crossCorrelation]) func descentReachesAShift(metric: ShiftMetric) throws {
    let scene = SyntheticScene(side: 64, seed: 21).image
    func placed(_ x: Int, _ y: Int) throws -> Image<2> {
      try Image(width: 90, height: 90, samples: scene.patch(x: -x, y: -y, width: 90, height: 90, padding: .zero))
    }
    let (fixed, moving) = try (placed(13, 13), placed(15, 12))
    let descent = GradientShift(metric: metric, learningRate: 0.005, steps: 200).descend(aligning: moving, to: fixed)
    #expect((descent.shift - [2, -1]).length < 0.3)
    #expect(descent.trace[199].loss < descent.trace[0].loss)
  }

  @Test func adamFollowsItsDefinition() {
    var adam = Adam<2>(learningRate: 0.1)
    var place: Vector<2> = [1, 1]
    adam.step(&place, gradient: [4, -0.001])
    #expect(abs(place[0] - 0.9) < 1e-6 && abs(place[1] - 1.1) < 1e-5)
    adam.step(&place, gradient: [-2, 0])
    // m̂ = (0.9·0.4 − 0.2)/0.19, v̂ = (0.999·0.016 + 0.004)/0.001999
    #expect(abs(place[0] - (0.9 - 0.1 * (0.16 / 0.19) / (0.019984 / 0.001999).squareRoot())) < 1e-6)
  }

  @Test(arguments: ["exhaustive-shift", "gradient-shift"]) func registrationTakesThem(method: String) throws {
    let (fixed, moving) = pair(width: 108, height: 100, shift: SIMD2(3, -2))
    let chain = method == "gradient-shift" ? "gradient-shift+refine" : method
    let found = try Registration(model: .translation, stages: MethodChain(named: chain).stages)
      .align(moving, to: fixed)
    #expect((found.linear.translation - [3, -2]).length < 0.5, "\(method)")
    let volume = try Image<3>(grid: Grid(size: [8, 8, 8]), samples: (0..<512).map { Float($0 % 11) })
    let stages = try MethodChain(named: method).stages
    #expect(throws: AlignmentError.self) {
      try Registration(model: .translation, stages: stages).align(volume, to: volume)
    }
    #expect(throws: AlignmentError.self) {
      try Registration(model: .translation, stages: stages, metric: .mutualInformation).align(moving, to: fixed)
    }
  }

  @Test(arguments: ["exhaustive-shift", "gradient-shift"]) func theSameBitsForAnyNumberOfThreads(method: String) throws
  {
    let (fixed, moving) = pair(width: 108, height: 100, shift: SIMD2(3, -2))
    let results = try [1, 2, 5].map { threads in
      let made = try #require(Method.classical.first { $0.name == method })
      let task = AlignmentTask(model: .translation, threads: threads)
      return try made.aligner().candidates(aligning: moving, to: fixed, from: [], as: task).map {
        $0.linear.homogeneous.flatMap(\.self) + [$0.score]
      }
    }
    #expect(!results[0].isEmpty && results[1] == results[0] && results[2] == results[0])
  }
}

extension Image where rank == 2 {
  /// The same samples with the first at the origin.
  var onOrigin: Image<2> {
    guard let grid = try? Grid<2>(size: size) else { return self }
    return Image(unchecked: grid, samples: samples)
  }
}
