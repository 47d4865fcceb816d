import Glibc
import Testing

@testable import Vernier

@Suite struct PatchMotionTests {
  private func applied(_ motion: PatchMotion, to p: SIMD2<Double>) -> SIMD2<Double> {
    let (c, s) = (cos(motion.angle), sin(motion.angle))
    return SIMD2(c * p.x - s * p.y, s * p.x + c * p.y) + motion.shift
  }

  private func length(_ v: SIMD2<Double>) -> Double { hypot(v.x, v.y) }

  private func random(_ random: inout SplitMix64) -> PatchMotion {
    PatchMotion(
      angle: random.uniform(-7...7), shift: SIMD2(random.uniform(-40...40), random.uniform(-40...40)))
  }

  @Test func theInverseBringsPointsBack() {
    var generator = SplitMix64(seed: 611)
    for _ in 0..<50 {
      let motion = random(&generator)
      let point = SIMD2(generator.uniform(-60...60), generator.uniform(-60...60))
      #expect(length(applied(motion.inverse, to: applied(motion, to: point)) - point) < 1e-12 * 200)
      #expect(motion.inverse.inverse.distance(to: motion, radius: 60) < 1e-12)
    }
  }

  @Test func aStepActsFirst() {
    var generator = SplitMix64(seed: 612)
    for _ in 0..<50 {
      let motion = random(&generator)
      let step = PatchMotion(angle: generator.uniform(-0.4...0.4), shift: SIMD2(generator.uniform(-3...3), 1.5))
      let point = SIMD2(generator.uniform(-60...60), generator.uniform(-60...60))
      let stepped = motion.stepped(turn: step.angle, step: step.shift)
      #expect(length(applied(stepped, to: point) - applied(motion, to: applied(step, to: point))) < 1e-11)
    }
  }

  /// The mean over points on a circle is the whole spread's: a turn moves each as far.
  @Test func theDistanceIsARootMeanSquare() {
    var generator = SplitMix64(seed: 613)
    for _ in 0..<20 {
      let (one, other) = (random(&generator), random(&generator))
      let squares = (0..<12).map { index -> Double in
        let angle = 2 * Double.pi * Double(index) / 12
        let point = 25 * SIMD2(cos(angle), sin(angle))
        let apart = length(applied(one, to: point) - applied(other, to: point))
        return apart * apart
      }
      let mean = (squares.reduce(0, +) / 12).squareRoot()
      #expect(abs(one.distance(to: other, radius: 25) - mean) < 1e-10)
      var whole = one
      whole.angle += 4 * .pi
      #expect(one.distance(to: whole, radius: 25) < 1e-12)
    }
  }

  /// A level's map says of its samples what the motion says of the picture's, whatever halving an odd size leaves out.
  @Test(arguments: [[64, 64, 64, 64], [67, 53, 49, 90]]) func aMapIsTheMotionOfALevelsSamples(sizes: [Int]) {
    let fixed = Patch(width: sizes[0], height: sizes[1], coarsest: 16)
    let moving = Patch(width: sizes[2], height: sizes[3], coarsest: 16)
    var generator = SplitMix64(seed: 614)
    for (still, other) in zip(fixed.levels, moving.levels) {
      let motion = random(&generator)
      let map = PatchMap(motion, fixed: still, moving: other)
      for (x, y) in [(0.0, 0.0), (7, 3), (2.5, 11)] {
        let full = SIMD2(x, y) * still.scale + 0.5 * (still.scale - 1)
        let expected = applied(motion, to: full - still.fullCenter) + other.fullCenter
        let found = SIMD2(map.cosine * x - map.sine * y + map.x0, map.sine * x + map.cosine * y + map.y0)
        #expect(length(found * other.scale + 0.5 * (other.scale - 1) - expected) < 1e-10)
      }
    }
    #expect(fixed.levels.count > 2)
  }
}
