import Glibc
import Testing

@testable import Vernier

@Suite struct PatchSearchTests {
  private func loaded(_ image: Image<2>) -> PatchLevel {
    let patch = Patch(width: image.width, height: image.height, coarsest: 128)
    patch.load(image)
    return patch.levels[0]
  }

  private func pair(
    fixed: [Int], moving: [Int], degrees: Double, shift: Vector<2>, seed: UInt64
  ) throws -> (fixed: PatchLevel, moving: PatchLevel) {
    let (fixedGrid, movingGrid) = (try Grid<2>(size: fixed), try Grid<2>(size: moving))
    let truth = SmallPairs.truth(degrees: degrees, shift: shift, from: fixedGrid, to: movingGrid)
    let pair = try SmallPairs.field(on: fixedGrid, seed: seed).pair(truth: truth, on: fixedGrid, moving: movingGrid)
    return (loaded(pair.fixed), loaded(pair.moving))
  }

  /// Right angles and whole shifts lie on the search's own lattice: 25 × 25 samples turn on a canvas of 35 × 35.
  @Test(arguments: [-90.0, 0, 90, 180], [[25, 25], [27, 21]])
  func rightAnglesAreExact(degrees: Double, size: [Int]) throws {
    for (index, shift) in ([[0, 0], [6, -4]] as [Vector<2>]).enumerated() {
      let pair = try pair(fixed: size, moving: [25, 25], degrees: degrees, shift: shift, seed: UInt64(620 + index))
      let search = PatchSearch(moving: pair.moving, fixed: pair.fixed, turning: true)
      let peaks = search.run(moving: pair.moving, to: pair.fixed, keeping: 5)
      let best = try #require(peaks.first)
      let truth = PatchMotion(angle: degrees * .pi / 180, shift: SIMD2(shift[0], shift[1]))
      #expect(best.motion.distance(to: truth, radius: 12) < 1e-9)
      #expect(peaks.dropFirst().allSatisfy { $0.score < 0.1 * best.score })
    }
  }

  @Test func aTranslationsSearchIsExact() throws {
    for (index, shift) in ([[0, 0], [9, -11]] as [Vector<2>]).enumerated() {
      let pair = try pair(fixed: [41, 33], moving: [41, 33], degrees: 0, shift: shift, seed: UInt64(630 + index))
      let search = PatchSearch(moving: pair.moving, fixed: pair.fixed, turning: false)
      let best = try #require(search.run(moving: pair.moving, to: pair.fixed, keeping: 3).first)
      #expect(best.motion.angle == 0 && best.motion.shift == SIMD2(shift[0], shift[1]))
    }
  }

  /// 20 motions for each choice of sizes. One of the three best is near: measured are 1.23 samples, of which the
  /// refinement reaches twice as many.
  @Test(arguments: [[24, 24, 24, 24], [23, 19, 24, 17], [16, 24, 21, 21]]) func anyMotionIsFound(sizes: [Int]) throws {
    var random = SplitMix64(seed: 640)
    for seed in UInt64(1)...20 {
      let (degrees, shift) = (random.uniform(-180...180), random.vector(in: -4...4) as Vector<2>)
      let pair = try pair(
        fixed: [sizes[0], sizes[1]], moving: [sizes[2], sizes[3]], degrees: degrees, shift: shift, seed: 640 + seed)
      let search = PatchSearch(moving: pair.moving, fixed: pair.fixed, turning: true)
      let peaks = search.run(moving: pair.moving, to: pair.fixed, keeping: 3)
      let truth = PatchMotion(angle: degrees * .pi / 180, shift: SIMD2(shift[0], shift[1]))
      let nearest = try #require(peaks.map { $0.motion.distance(to: truth, radius: 10) }.min())
      #expect(nearest < 2, "seed \(seed)")
    }
  }

  @Test func theCanvasHoldsThePictureTurnedByAnyAngle() {
    let level = PatchLevel(width: 13, height: 21, scale: 1, fullCenter: SIMD2(6, 10))
    let turns = PatchTurns(width: 13, height: 21, stride: level.stride, count: 9)
    #expect(turns.angles.count == 9 && turns.angles[0] == 0 && turns.angles[8] < 0.5 * .pi)
    #expect(turns.turns[0].places.count == 13 * 21)
    for turn in turns.turns {
      // As many canvas samples as the picture has area, but for its border.
      #expect(abs(turn.places.count - 12 * 20) < 2 * (12 + 20))
      #expect(turn.runs.allSatisfy { $0.columns.lowerBound >= 0 && $0.columns.upperBound <= turns.side })
      #expect(turn.runs.reduce(0) { $0 + $1.columns.count } == turn.places.count)
    }
  }

  /// Linear interpolation keeps a ramp exact.
  @Test func aTurnedRampIsARamp() throws {
    let ramp = try SmallPairs.drawn(width: 19, height: 15) { x, y in 3 * x - 2 * y }
    let level = loaded(ramp)
    let turns = PatchTurns(width: 19, height: 15, stride: level.stride, count: 7)
    let stride = turns.side + 8
    var values = [Float](repeating: 7, count: stride * turns.side)
    var weights = values
    for (index, angle) in turns.angles.enumerated() {
      turns.write(level, turnedBy: index, into: &values, weights: &weights, stride: stride)
      let middle = Double(turns.side - 1) / 2
      let slope = Double(level.values[1] - level.values[0]) / 3
      for y in 0..<turns.side {
        for x in 0..<turns.side {
          let (dx, dy) = (Double(x) - middle, Double(y) - middle)
          let (px, py) = (cos(angle) * dx - sin(angle) * dy, sin(angle) * dx + cos(angle) * dy)
          let inside = abs(px) < 9.001 && abs(py) < 7.001
          let found = values[y * stride + x]
          #expect(inside ? abs(Double(found) - slope * (3 * px - 2 * py)) < 1e-5 : found == 0)
          #expect(weights[y * stride + x] == (inside ? 1 : 0))
        }
      }
    }
  }
}
