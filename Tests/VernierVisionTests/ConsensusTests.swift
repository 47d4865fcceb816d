import Testing
import Vernier

@testable import VernierVision

@Suite struct ConsensusTests {
  static let truths: [TransformModel: Affine<2>] = Dictionary(
    uniqueKeysWithValues: TransformModel.linear.map { model in
      let turns = model != .translation
      let grows = model == .similarity || model == .affine
      return (
        model,
        Affine(
          .init(
            rotation: [turns ? 140 : 0], scale: grows ? [1.3, model == .affine ? 0.9 : 1.3] : [1, 1],
            shear: [model == .affine ? 0.2 : 0], translation: [31, -12], center: [50, 60]))
      )
    })

  private func matches(_ truth: Affine<2>, right: Int, wrong: Int, noise: Double = 0) -> [PointMatch] {
    var random = SplitMix64(seed: 5)
    func point(_ range: ClosedRange<Double>) -> SIMD2<Double> {
      [.random(in: range, using: &random), .random(in: range, using: &random)]
    }
    return (0..<right + wrong).map { number in
      let fixed = point(0...200)
      let moving = truth([fixed.x, fixed.y])
      let error = noise > 0 ? point(-noise...noise) : .zero
      return PointMatch(
        fixed: fixed, moving: number < right ? SIMD2(moving[0], moving[1]) + error : point(-200...400))
    }
  }

  @Test(arguments: TransformModel.linear) func leastSquaresAreExactWithoutNoise(model: TransformModel) throws {
    let truth = try #require(Self.truths[model])
    let map = try #require(PlaneMap(model, fitting: matches(truth, right: Consensus.sampleSize(model), wrong: 0)))
    let grid = try Grid<2>(size: [200, 200])
    #expect(cornerError(map.transform(center: grid.center), truth, on: grid) < 1e-9)
    #expect(map.transform(center: grid.center).center == grid.center)
  }

  @Test(arguments: TransformModel.linear) func leastSquaresHaveNoGradient(model: TransformModel) throws {
    let noisy = try matches(#require(Self.truths[model]), right: 40, wrong: 0, noise: 4)
    let map = try #require(PlaneMap(model, fitting: noisy))
    func cost(_ map: PlaneMap) -> Double { noisy.reduce(0) { $0 + map.squaredError($1) } }
    let neighbours: [PlaneMap] = [-1e-4, 1e-4].flatMap { step in
      var shifted = map
      shifted.shift.x += step
      guard model != .translation else { return [shifted] }
      // A small turn about the origin, exact to second order.
      var turned = map
      turned.first += step * SIMD2(-map.first.y, map.first.x) - step * step / 2 * map.first
      turned.second += step * SIMD2(-map.second.y, map.second.x) - step * step / 2 * map.second
      return [shifted, turned]
    }
    #expect(neighbours.allSatisfy { cost($0) > cost(map) })
  }

  @Test(arguments: TransformModel.linear) func fourWrongMatchesInFiveDoNoHarm(model: TransformModel) throws {
    let truth = try #require(Self.truths[model])
    let all = matches(truth, right: 40, wrong: 160, noise: 0.5)
    let consensus = Consensus(model: model, inlierDistance: 3)
    let found = try #require(consensus.find(among: all))
    let grid = try Grid<2>(size: [200, 200])
    #expect(found.agreeing >= 40 && found.agreeing < 50)
    #expect(cornerError(found.map.transform(center: grid.center), truth, on: grid) < 1)
    let again = try #require(consensus.find(among: all))
    #expect(again.map == found.map)
  }

  @Test func whatDoesNotDetermineTheModelIsRefused() {
    let one = PointMatch(fixed: [3, 4], moving: [5, 6])
    let line = (0..<5).map { PointMatch(fixed: [Double($0), 2 * Double($0)], moving: [Double($0), Double($0)]) }
    for model in [TransformModel.rigid, .similarity, .affine] {
      #expect(PlaneMap(model, fitting: [one, one]) == nil)
      #expect(Consensus(model: model, inlierDistance: 3).find(among: [one, one, one]) == nil)
    }
    #expect(PlaneMap(.affine, fitting: line) == nil)
    #expect(PlaneMap(.translation, fitting: []) == nil)
    #expect(Consensus(model: .translation, inlierDistance: 3).find(among: []) == nil)
  }

  /// Everything sent to nearly one place agrees with a map that shrinks to that place; it is not believed.
  @Test(arguments: [TransformModel.similarity, .affine]) func aCollapseIsNoAnswer(model: TransformModel) {
    let collapsed = matches(Affine(linear: .diagonal([0.01, 0.01])), right: 50, wrong: 0)
    #expect((Consensus(model: model, inlierDistance: 0.01).find(among: collapsed)?.agreeing ?? 0) < 4)
  }

  /// Descriptors do not match those of a mirror image, unless one of the grids is mirrored itself.
  @Test func aMirrorImageNeedsAMirroredGrid() throws {
    let truth = Affine<2>(linear: .diagonal([-1, 1]))
    let mirrored = matches(truth, right: 50, wrong: 0)
    #expect((Consensus(model: .affine, inlierDistance: 1).find(among: mirrored)?.agreeing ?? 0) < 10)
    let consensus = Consensus(model: .affine, inlierDistance: 1, sampleAreas: -1)
    #expect(try #require(consensus.find(among: mirrored)).agreeing == 50)
  }
}
