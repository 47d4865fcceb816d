import Glibc

/// The least-squares fit of a rigid motion, gain and offset between two levels: Levenberg–Marquardt on the mean of both
/// images' gradients (Benhimane and Malis 2004), as ``LeastSquares`` does for images of any size, rank and model,
/// without its cost for each call.
struct PatchFit {
  let fixed: PatchLevel
  let moving: PatchLevel
  /// Whether the angle is fitted, too.
  let turns: Bool
  private let warped: UnsafeMutablePointer<Float>
  private let valid: UnsafeMutablePointer<Float>

  /// - Parameter scratch: made for the fixed level.
  init(moving: PatchLevel, to fixed: PatchLevel, turns: Bool, scratch: PatchScratch) {
    self.fixed = fixed
    self.moving = moving
    self.turns = turns
    warped = scratch.values
    valid = scratch.valid
  }

  struct Outcome {
    var motion: PatchMotion
    var sums: GainOffsetSums
    var iterations: Int
    var stopReason: StopReason
  }

  /// - Parameters:
  ///   - tolerance: stops when a step moves the rim by less than this, in samples of the level.
  ///   - limit: of accepted steps.
  func minimize(from start: PatchMotion, tolerance: Double, limit: Int) -> Outcome {
    var motion = start
    var sums = evaluate(motion)
    var cost = 1 - sums.correlation * sums.correlation
    let least = leastCount
    guard sums.count >= least else {
      return Outcome(motion: motion, sums: sums, iterations: 0, stopReason: .lostOverlap)
    }
    let radius = 0.5 * hypot(Double(fixed.width), Double(fixed.height))
    var damping = 1e-3
    for iteration in 0..<limit {
      let equations = PatchEquations(self, gain: sums.gain, offset: sums.offset)
      var moved = 0.0
      var improved = false
      for _ in 0..<5 {
        guard let step = equations.solved(damping: damping, turns: turns) else {
          damping *= 100
          continue
        }
        moved = abs(step.turn) * radius + abs(step.shift.x) + abs(step.shift.y)
        let candidate = motion.stepped(turn: step.turn, step: fixed.scale * step.shift)
        let trial = evaluate(candidate)
        let trialCost = 1 - trial.correlation * trial.correlation
        if trial.count >= least, trialCost < cost {
          (motion, sums, cost) = (candidate, trial, trialCost)
          damping = max(damping * 0.1, 1e-8)
          improved = true
          break
        }
        if moved < tolerance { break }
        damping = max(damping * 10, 1e-3)
      }
      if !improved || moved < tolerance {
        return Outcome(
          motion: motion, sums: sums, iterations: iteration + (improved ? 1 : 0),
          stopReason: moved < tolerance ? .converged : .noImprovement)
      }
    }
    return Outcome(motion: motion, sums: sums, iterations: limit, stopReason: .iterationLimit)
  }

  /// Samples that must overlap: a tenth of what the smaller image has.
  var leastCount: Double { max(0.1 * min(fixed.count, moving.count), 12) }

  /// Warps the moving level through a motion and sums up over what both hold.
  ///
  /// - Parameter reach: how far the moving level reaches beyond its outermost centres, in samples: a fit looks between
  ///   these alone, where values are interpolated.
  func evaluate(_ motion: PatchMotion, reach: Double = 0) -> GainOffsetSums {
    warp(PatchMap(motion, fixed: fixed, moving: moving), reach: reach)
    return sums()
  }

  /// Sums up over what both images hold, as warped last.
  func sums() -> GainOffsetSums {
    var sums = GainOffsetSums()
    let (stride, width) = (fixed.stride, fixed.width)
    for y in 0..<fixed.height {
      let row = y * stride
      var (n, f, m) = (SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero)
      var (ff, mm, fm) = (n, n, n)
      for x in Swift.stride(from: 0, to: width, by: 8) {
        let weight = RowMoments.load(fixed.weights + row + x) * RowMoments.load(valid + row + x)
        let a = RowMoments.load(fixed.values + row + x)
        let b = RowMoments.load(warped + row + x)
        let (wa, wb) = (weight * a, weight * b)
        n += weight
        f += wa
        m += wb
        ff += wa * a
        mm += wb * b
        fm += wa * b
      }
      sums += GainOffsetSums(
        count: Double(n.sum()), fixed: Double(f.sum()), moving: Double(m.sum()), fixedSquared: Double(ff.sum()),
        movingSquared: Double(mm.sum()), product: Double(fm.sum()))
    }
    return sums
  }

  /// The warped samples and where they are valid, in the fixed level's layout, as ``evaluate(_:)`` left them.
  var result: (values: UnsafeMutablePointer<Float>, valid: UnsafeMutablePointer<Float>) { (warped, valid) }

  private func warp(_ map: PatchMap, reach: Double) {
    let (width, stride) = (fixed.width, fixed.stride)
    let (dx, dy) = (Float(map.cosine), Float(map.sine))
    let (lastX, lastY) = (Double(moving.width - 1), Double(moving.height - 1))
    let (source, below) = (UnsafePointer(moving.values), UnsafePointer(moving.values + moving.stride))
    let ramp = SIMD8<Float>(0, 1, 2, 3, 4, 5, 6, 7)
    for y in 0..<fixed.height {
      let (line, marks) = (warped + y * stride, valid + y * stride)
      let startX = map.x0 - map.sine * Double(y)
      let startY = map.y0 + map.cosine * Double(y)
      var (low, high) = (0.0, Double(width - 1))
      Self.limit(&low, &high, start: startX, step: map.cosine, last: lastX, reach: reach)
      Self.limit(&low, &high, start: startY, step: map.sine, last: lastY, reach: reach)
      let begin = low <= high ? Float(low.rounded(.up)) : Float(width)
      let end = low <= high ? Float(high.rounded(.down)) : -1
      for x in Swift.stride(from: 0, to: width, by: 8) {
        let places = Float(x) + ramp
        let inside = (places .>= begin) .& (places .<= end)
        var values = SIMD8<Float>.zero
        var weights = SIMD8<Float>.zero.replacing(with: 1, where: inside)
        if any(inside) {
          let px = Self.limited(Float(startX) + places * dx, to: Float(lastX))
          let py = Self.limited(Float(startY) + places * dy, to: Float(lastY))
          let (column, row) = (Self.floor(px), Self.floor(py))
          let index = row.whole &* Int32(truncatingIfNeeded: moving.stride) &+ column.whole
          var (a, b, c, d) = (values, values, values, values)
          for lane in 0..<8 {
            let place = Int(index[lane])
            (a[lane], b[lane]) = (source[place], source[place + 1])
            (c[lane], d[lane]) = (below[place], below[place + 1])
          }
          let upper = a + (px - column.value) * (b - a)
          let lower = c + (px - column.value) * (d - c)
          if !moving.isWhole {
            var cells = SIMD8<Float>.zero
            for lane in 0..<8 { cells[lane] = moving.cells[Int(index[lane])] }
            weights *= cells
          }
          values = weights * (upper + (py - row.value) * (lower - upper))
        }
        UnsafeMutableRawPointer(line + x).storeBytes(of: values, as: SIMD8<Float>.self)
        UnsafeMutableRawPointer(marks + x).storeBytes(of: weights, as: SIMD8<Float>.self)
      }
    }
  }

  @inline(__always)
  private static func limited(_ position: SIMD8<Float>, to last: Float) -> SIMD8<Float> {
    position.replacing(with: 0, where: position .< 0).replacing(with: last, where: position .> last)
  }

  /// The sample before a position of 0 … 2²², or for a whole position perhaps the one before that, from which
  /// interpolation goes all the way: adding 1.5 · 2²³ leaves the nearest whole number in the lowest bits.
  @inline(__always)
  private static func floor(_ position: SIMD8<Float>) -> (whole: SIMD8<Int32>, value: SIMD8<Float>) {
    let magic: Float = 12_582_912
    let shifted = position - 0.5 + magic
    let bits = unsafeBitCast(shifted, to: SIMD8<Int32>.self) &- Int32(bitPattern: magic.bitPattern)
    return (bits, shifted - magic)
  }

  /// Narrows a row's range of x to where start + x · step lies in −reach … last + reach.
  @inline(__always)
  private static func limit(
    _ low: inout Double, _ high: inout Double, start: Double, step: Double, last: Double, reach: Double
  ) {
    let tolerance = reach + Border.tolerance
    guard abs(step) > 1e-12 else {
      if start < -tolerance || start > last + tolerance { high = -1 }
      return
    }
    let (first, second) = ((-tolerance - start) / step, (last + tolerance - start) / step)
    low = max(low, min(first, second))
    high = min(high, max(first, second))
  }
}

/// Memory for the warped samples of one level, zero where no fit writes.
final class PatchScratch {
  private let memory: FourierBuffer
  let values: UnsafeMutablePointer<Float>
  let valid: UnsafeMutablePointer<Float>

  init(for level: PatchLevel) {
    let plane = level.stride * (level.height + 2) + 8
    memory = FourierBuffer(reals: 2 * plane)
    values = memory.reals + level.stride
    valid = values + plane
  }
}
