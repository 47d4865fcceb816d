import Glibc
import Testing

@testable import Vernier

@Suite struct PatchEquationsTests {
  /// 0.4° and a tenth of a sample.
  private static let truth = PatchMotion(angle: 0.4 * .pi / 180, shift: SIMD2(0.11, -0.08))

  /// Calls `body` with the fit of a smooth picture's pair whose truth is a small motion.
  private func withSmallPair(masked: Bool, turns: Bool = true, _ body: (PatchFit) throws -> Void) throws {
    let shift = Self.truth.shift
    let pair = try SmallPairs.pair(side: 48, degrees: 0.4, shift: [shift.x, shift.y], seed: 651)
    let fixed = masked ? try pair.fixed.maskedBlock(corner: [4, 7], size: [38, 35]) : pair.fixed
    try withFit(of: pair.moving, to: fixed, turns: turns, body)
  }

  private func withFit(of moving: Image<2>, to fixed: Image<2>, turns: Bool, _ body: (PatchFit) throws -> Void) throws {
    let patches = [fixed, moving].map { image in
      let patch = Patch(width: image.width, height: image.height, coarsest: 128)
      patch.load(image)
      return patch
    }
    let scratch = PatchScratch(for: patches[0].levels[0])
    try withExtendedLifetime(scratch) {
      try body(PatchFit(moving: patches[1].levels[0], to: patches[0].levels[0], turns: turns, scratch: scratch))
    }
  }

  private func equations(_ fit: PatchFit, at motion: PatchMotion = .identity) -> PatchEquations {
    let sums = fit.evaluate(motion)
    return PatchEquations(fit, gain: sums.gain, offset: sums.offset)
  }

  /// Measured: 0.0027 of 0.22 samples are left.
  @Test(arguments: [true, false]) func oneStepLeadsToTheTruth(masked: Bool) throws {
    try withSmallPair(masked: masked) { fit in
      let step = try #require(equations(fit).solved(damping: 0, turns: true))
      let found = PatchMotion.identity.stepped(turn: step.turn, step: step.shift)
      #expect(PatchMotion.identity.distance(to: Self.truth, radius: 24) > 0.2)
      #expect(found.distance(to: Self.truth, radius: 24) < 0.005)
    }
  }

  /// The right-hand side is minus half the gradient of Σ residual², but for the gradients being both images' mean.
  @Test func theRightHandSideIsTheGradient() throws {
    try withSmallPair(masked: true) { fit in
      let sums = fit.evaluate(.identity)
      let right = PatchEquations(fit, gain: sums.gain, offset: sums.offset).right
      let epsilon = 0.02
      func squares(_ sign: Double, _ index: Int) -> Double {
        let amount = (0..<5).map { $0 == index ? sign * epsilon : 0 }
        let motion = PatchMotion.identity.stepped(turn: amount[0] / 24, step: SIMD2(amount[1], amount[2]))
        _ = fit.evaluate(motion)
        return PatchEquations(fit, gain: sums.gain + amount[3], offset: sums.offset + amount[4]).squares
      }
      let numeric = (0..<5).map { (squares(-1, $0) - squares(1, $0)) / (4 * epsilon) }
      let found = (0..<5).map { $0 == 0 ? right[0] / 24 : right[$0] }
      let scale = numeric.map(abs).max() ?? 0
      #expect(difference(found, numeric) < 0.1 * scale, "\(found) \(numeric)")
    }
  }

  @Test func theCovarianceBlockInvertsTheMatrix() throws {
    try withSmallPair(masked: false) { fit in
      let equations = equations(fit)
      var system = SymmetricSystem(count: 5)
      var next = 0
      for row in 0..<5 {
        for column in row..<5 {
          system.matrix[row * 5 + column] = equations.matrix[next]
          system.matrix[column * 5 + row] = equations.matrix[next]
          next += 1
        }
      }
      for index in 0..<5 { system.right[index] = equations.right[index] }
      let step = try #require(equations.solved(damping: 0, turns: true))
      let solution = try #require(system.solved(damping: 0))
      #expect(difference([step.turn, step.shift.x, step.shift.y], Array(solution[0..<3])) < 1e-12)
      let block = try #require(equations.inverse(turns: true))
      for column in 0..<3 {
        for index in 0..<5 { system.right[index] = index == column ? 1 : 0 }
        let expected = try #require(system.solved(damping: 0))
        #expect(difference((0..<3).map { block[$0 * 3 + column] }, Array(expected[0..<3])) < 1e-12)
      }
    }
  }

  @Test func whatDoesNotShowIsNotDetermined() throws {
    let stripes = try SmallPairs.drawn(width: 32, height: 32) { x, _ in 100 + 40 * sin(0.7 * x) }
    try withFit(of: stripes, to: stripes, turns: true) { fit in
      #expect(equations(fit).solved(damping: 0, turns: true) == nil)
      #expect(equations(fit).inverse(turns: false) == nil)
    }
  }

  @Test func aTranslationHasNoTurn() throws {
    try withSmallPair(masked: false, turns: false) { fit in
      let outcome = fit.minimize(from: .identity, tolerance: 0.001, limit: 20)
      #expect(outcome.motion.angle == 0 && outcome.stopReason == .converged)
      let block = try #require(equations(fit, at: outcome.motion).inverse(turns: false))
      #expect((0..<3).allSatisfy { block[$0] == 0 && block[3 * $0] == 0 } && block[4] > 0 && block[8] > 0)
    }
  }
}
