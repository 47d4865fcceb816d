import Testing

@testable import Vernier

/// The Fourier sums against sums over the overlap, for every shift.
@Suite struct MaskedCorrelationTests {
  struct Picture {
    var width: Int
    var height: Int
    var samples: [Float]
    var mask: [Float]

    /// Unit variance and zero mean over its mask, zero outside, as the search hands them in.
    init(width: Int, height: Int, hole: Bool, random: inout SplitMix64) {
      self.width = width
      self.height = height
      mask = (0..<width * height).map { hole && ($0 % width < 3 || ($0 / width) % 5 == 2) ? 0 : 1 }
      let raw = mask.map { $0 * Float(random.uniform(-1...1)) }
      let count = mask.reduce(0, +)
      let mean = raw.reduce(0, +) / count
      let variance = zip(raw, mask).reduce(0) { $0 + $1.1 * ($1.0 - mean) * ($1.0 - mean) } / count
      samples = zip(raw, mask).map { $1 * ($0 - mean) / variance.squareRoot() }
    }

    func at(_ x: Int, _ y: Int) -> (Double, Bool) {
      guard x >= 0, y >= 0, x < width, y < height, mask[y * width + x] > 0 else { return (0, false) }
      return (Double(samples[y * width + x]), true)
    }
  }

  @Test(arguments: [false, true]) func everyShiftIsTheBruteForceCorrelation(hole: Bool) {
    var random = SplitMix64(seed: hole ? 1 : 2)
    let fixed = Picture(width: 13, height: 11, hole: hole, random: &random)
    let moving = Picture(width: 10, height: 15, hole: hole, random: &random)
    let padded = 32
    let correlation = MaskedCorrelation(
      fixed: fixed.samples, mask: fixed.mask, width: 13, height: 11, paddedWidth: padded, paddedHeight: padded)
    #expect(correlation.fixedCount == fixed.mask.reduce(0, +))
    let workspace = MaskedCorrelation.Workspace(correlation.transform)
    for y in 0..<moving.height {
      for x in 0..<moving.width {
        let value = moving.samples[y * moving.width + x]
        workspace.moving.reals[y * padded + x] = value
        workspace.movingSquared.reals[y * padded + x] = value * value
        workspace.movingMask.reals[y * padded + x] = moving.mask[y * moving.width + x]
      }
    }
    correlation.correlate(workspace)
    var compared = 0
    for shiftY in -14...14 {
      for shiftX in -12...12 {
        var (n, f, m, ff, mm, fm) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        for y in 0..<fixed.height {
          for x in 0..<fixed.width {
            let (a, inFixed) = fixed.at(x, y)
            let (b, inMoving) = moving.at(x + shiftX, y + shiftY)
            guard inFixed, inMoving else { continue }
            n += 1
            f += a
            m += b
            ff += a * a
            mm += b * b
            fm += a * b
          }
        }
        let index = (shiftY + padded) % padded * padded + (shiftX + padded) % padded
        #expect(abs(Double(workspace.counts.reals[index]) - n) < 1e-3, "overlap at (\(shiftX), \(shiftY))")
        let found = MaskedCorrelation.correlation(workspace, at: index, least: 8)
        guard n > 8.5 else { continue }
        let (fixedVariance, movingVariance) = (ff / n - f / n * f / n, mm / n - m / n * m / n)
        let expected = (fm / n - f / n * m / n) / (fixedVariance * movingVariance).squareRoot()
        #expect(abs(Double(found.value) - expected) < 1e-4, "NCC at (\(shiftX), \(shiftY))")
        compared += 1
      }
    }
    #expect(compared > 200)
  }

  @Test func flatOverlapsCorrelateWithNothing() {
    // Half of the fixed image is constant: an overlap with that half alone has no correlation, not an infinite one.
    let side = 16
    let samples = (0..<side * side).map { $0 % side < 8 ? Float(0) : Float(($0 * 37) % 11 - 5) / 2 }
    let ones = [Float](repeating: 1, count: side * side)
    let correlation = MaskedCorrelation(
      fixed: samples, mask: ones, width: side, height: side, paddedWidth: 32, paddedHeight: 32)
    let workspace = MaskedCorrelation.Workspace(correlation.transform)
    for y in 0..<side {
      for x in 0..<side {
        workspace.moving.reals[y * 32 + x] = samples[y * side + x]
        workspace.movingSquared.reals[y * 32 + x] = samples[y * side + x] * samples[y * side + x]
        workspace.movingMask.reals[y * 32 + x] = 1
      }
    }
    correlation.correlate(workspace)
    // f(p) against m(p + 9): only the flat columns 0…6 of the fixed image remain.
    #expect(MaskedCorrelation.correlation(workspace, at: 9, least: 8).value == 0)
    #expect(abs(MaskedCorrelation.correlation(workspace, at: 0, least: 8).value - 1) < 1e-4)
    #expect(MaskedCorrelation.correlation(workspace, at: 0, least: 1000).value == 0, "too little overlap")
  }

  @Test(arguments: [(1, 8), (8, 8), (9, 16), (41, 48), (49, 64), (65, 72), (129, 144)])
  func paddingHasSmallFactors(least: Int, expected: Int) {
    #expect(RealTransform.fastSize(atLeast: least) == expected)
  }
}
