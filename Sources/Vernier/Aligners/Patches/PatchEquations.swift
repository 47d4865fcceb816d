/// The normal equations of a step (turn, x, y, gain, offset) from the motion that a ``PatchFit`` evaluated last.
struct PatchEquations {
  /// Upper triangle of the 5 × 5 matrix, row by row.
  private(set) var matrix = InlineArray<15, Double>(repeating: 0)
  private(set) var right = InlineArray<5, Double>(repeating: 0)
  /// Samples that count: those whose neighbours are valid in both images.
  private(set) var count = 0.0
  /// Σ residual².
  private(set) var squares = 0.0

  /// - Parameter crossed: multiplies one image's gradient with the other's, so that independent noise adds nothing to
  ///   the matrix on average: right for a covariance, while steps are safer with the mean's square.
  init(_ fit: PatchFit, gain: Double, offset: Double, crossed: Bool = false) {
    let (fixed, stride) = (fit.fixed, fit.fixed.stride)
    let (warped, valid) = fit.result
    let (alpha, beta) = (SIMD8(repeating: Float(gain)), SIMD8(repeating: Float(offset)))
    let ramp = SIMD8<Float>(0, 1, 2, 3, 4, 5, 6, 7)
    let (middleX, middleY) = (Float(fixed.width - 1) / 2, Float(fixed.height - 1) / 2)
    var (tt, tx, ty, xx, xy, yy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    var (tf, xf, yf, t1, x1, y1) = (tt, tt, tt, tt, tt, tt)
    var (tr, xr, yr, ff, f1, fr, r1, rr, n) = (tt, tt, tt, tt, tt, tt, tt, tt, tt)
    for y in 1..<max(fixed.height - 1, 1) {
      let row = y * stride
      let dy = SIMD8(repeating: Float(y) - middleY)
      var (vtt, vtx, vty, vxx, vxy, vyy) = (
        SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero,
        SIMD8<Float>.zero
      )
      var (vtf, vxf, vyf, vt1, vx1, vy1) = (vtt, vtt, vtt, vtt, vtt, vtt)
      var (vtr, vxr, vyr, vff, vf1, vfr, vr1, vrr, vn) = (vtt, vtt, vtt, vtt, vtt, vtt, vtt, vtt, vtt)
      for x in Swift.stride(from: 0, to: fixed.width, by: 8) {
        let index = row + x
        func load(_ plane: UnsafeMutablePointer<Float>, _ shift: Int) -> SIMD8<Float> {
          RowMoments.load(plane + (index + shift))
        }
        let weight =
          load(fixed.interior, 0) * load(valid, 0) * load(valid, 1) * load(valid, -1) * load(valid, stride)
          * load(valid, -stride)
        let f = load(fixed.values, 0)
        let residual = weight * (load(warped, 0) - alpha * f - beta)
        let fixedX = alpha * (load(fixed.values, 1) - load(fixed.values, -1))
        let fixedY = alpha * (load(fixed.values, stride) - load(fixed.values, -stride))
        let movedX = load(warped, 1) - load(warped, -1)
        let movedY = load(warped, stride) - load(warped, -stride)
        let dx = SIMD8(repeating: Float(x) - middleX) + ramp
        let gx = 0.25 * weight * (fixedX + movedX)
        let gy = 0.25 * weight * (fixedY + movedY)
        let gt = gy * dx - gx * dy
        if crossed {
          let (ax, ay) = (0.5 * weight * fixedX, 0.5 * weight * fixedY)
          let (bx, by) = (0.5 * weight * movedX, 0.5 * weight * movedY)
          let (at, bt) = (ay * dx - ax * dy, by * dx - bx * dy)
          vtt += at * bt
          vtx += 0.5 * (at * bx + bt * ax)
          vty += 0.5 * (at * by + bt * ay)
          vxx += ax * bx
          vxy += 0.5 * (ax * by + bx * ay)
          vyy += ay * by
        } else {
          vtt += gt * gt
          vtx += gt * gx
          vty += gt * gy
          vxx += gx * gx
          vxy += gx * gy
          vyy += gy * gy
        }
        vtf += gt * f
        vxf += gx * f
        vyf += gy * f
        vt1 += gt
        vx1 += gx
        vy1 += gy
        vtr += gt * residual
        vxr += gx * residual
        vyr += gy * residual
        let wf = weight * f
        vff += wf * f
        vf1 += wf
        vfr += f * residual
        vr1 += residual
        vrr += residual * residual
        vn += weight
      }
      tt += Double(vtt.sum())
      tx += Double(vtx.sum())
      ty += Double(vty.sum())
      xx += Double(vxx.sum())
      xy += Double(vxy.sum())
      yy += Double(vyy.sum())
      tf += Double(vtf.sum())
      xf += Double(vxf.sum())
      yf += Double(vyf.sum())
      t1 += Double(vt1.sum())
      x1 += Double(vx1.sum())
      y1 += Double(vy1.sum())
      tr += Double(vtr.sum())
      xr += Double(vxr.sum())
      yr += Double(vyr.sum())
      ff += Double(vff.sum())
      f1 += Double(vf1.sum())
      fr += Double(vfr.sum())
      r1 += Double(vr1.sum())
      rr += Double(vrr.sum())
      n += Double(vn.sum())
    }
    matrix = [tt, tx, ty, -tf, -t1, xx, xy, -xf, -x1, yy, -yf, -y1, ff, f1, n]
    right = [-tr, -xr, -yr, fr, r1]
    count = n
    squares = rr
  }

  /// The equations of a step without a change of gain, with the gradients of another image.
  ///
  /// - Parameter gradientsOf: a plane in the layout of `level`, on the scale of `warped`; it counts where it and its
  ///   neighbours are `valid`.
  init(
    level: PatchLevel, gradientsOf plane: UnsafeMutablePointer<Float>, valid: UnsafeMutablePointer<Float>,
    warped: UnsafeMutablePointer<Float>, gain: Float, offset: Float
  ) {
    let stride = level.stride
    let ramp = SIMD8<Float>(0, 1, 2, 3, 4, 5, 6, 7)
    let (middleX, middleY) = (Float(level.width - 1) / 2, Float(level.height - 1) / 2)
    var (tt, tx, ty, xx, xy, yy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    var (t1, x1, y1, tr, xr, yr, r1, n) = (tt, tt, tt, tt, tt, tt, tt, tt)
    for y in 1..<max(level.height - 1, 1) {
      let dy = SIMD8(repeating: Float(y) - middleY)
      var (vtt, vtx, vty, vxx, vxy, vyy) = (
        SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero,
        SIMD8<Float>.zero
      )
      var (vt1, vx1, vy1, vtr, vxr, vyr, vr1, vn) = (vtt, vtt, vtt, vtt, vtt, vtt, vtt, vtt)
      for x in Swift.stride(from: 0, to: level.width, by: 8) {
        let index = y * stride + x
        func load(_ plane: UnsafeMutablePointer<Float>, _ shift: Int) -> SIMD8<Float> {
          RowMoments.load(plane + (index + shift))
        }
        let weight = load(valid, 0) * load(valid, 1) * load(valid, -1) * load(valid, stride) * load(valid, -stride)
        let residual = weight * (load(warped, 0) - gain * load(level.values, 0) - offset)
        let dx = SIMD8(repeating: Float(x) - middleX) + ramp
        let gx = 0.5 * weight * (load(plane, 1) - load(plane, -1))
        let gy = 0.5 * weight * (load(plane, stride) - load(plane, -stride))
        let gt = gy * dx - gx * dy
        vtt += gt * gt
        vtx += gt * gx
        vty += gt * gy
        vxx += gx * gx
        vxy += gx * gy
        vyy += gy * gy
        vt1 += gt
        vx1 += gx
        vy1 += gy
        vtr += gt * residual
        vxr += gx * residual
        vyr += gy * residual
        vr1 += residual
        vn += weight
      }
      tt += Double(vtt.sum())
      tx += Double(vtx.sum())
      ty += Double(vty.sum())
      xx += Double(vxx.sum())
      xy += Double(vxy.sum())
      yy += Double(vyy.sum())
      t1 += Double(vt1.sum())
      x1 += Double(vx1.sum())
      y1 += Double(vy1.sum())
      tr += Double(vtr.sum())
      xr += Double(vxr.sum())
      yr += Double(vyr.sum())
      r1 += Double(vr1.sum())
      n += Double(vn.sum())
    }
    // A gain that stands alone: its row has nothing but a diagonal.
    matrix = [tt, tx, ty, 0, -t1, xx, xy, 0, -x1, yy, 0, -y1, 1, 0, n]
    right = [-tr, -xr, -yr, 0, r1]
    count = n
  }

  /// The step in samples of the level, or nil where the images do not determine it.
  func solved(damping: Double, turns: Bool) -> (turn: Double, shift: SIMD2<Double>)? {
    guard let factor = factor(damping: damping, turns: turns) else { return nil }
    let solution = substitute(factor, right, from: turns ? 0 : 1)
    return (turns ? solution[0] : 0, SIMD2(solution[1], solution[2]))
  }

  /// The block of the inverse matrix that belongs to turn, x and y, row by row; nil where the images do not determine
  /// them.
  func inverse(turns: Bool) -> InlineArray<9, Double>? {
    guard let factor = factor(damping: 0, turns: turns) else { return nil }
    var block = InlineArray<9, Double>(repeating: 0)
    for column in (turns ? 0 : 1)..<3 {
      var unit = InlineArray<5, Double>(repeating: 0)
      unit[column] = 1
      let solution = substitute(factor, unit, from: turns ? 0 : 1)
      for row in (turns ? 0 : 1)..<3 { block[row * 3 + column] = solution[row] }
    }
    return block
  }

  private func element(_ row: Int, _ column: Int) -> Double {
    let (low, high) = (min(row, column), max(row, column))
    return matrix[low * 5 - low * (low - 1) / 2 + high - low]
  }

  /// The Cholesky factor of the damped matrix.
  private func factor(damping: Double, turns: Bool) -> InlineArray<25, Double>? {
    var lower = InlineArray<25, Double>(repeating: 0)
    let first = turns ? 0 : 1
    for row in first..<5 {
      for column in first...row {
        var sum = element(row, column)
        if row == column { sum *= 1 + damping }
        let diagonal = sum
        for inner in first..<column { sum -= lower[row * 5 + inner] * lower[column * 5 + inner] }
        if row == column {
          guard sum > 1e-9 * diagonal, sum > 0, sum.isFinite else { return nil }
          lower[row * 5 + row] = sum.squareRoot()
        } else {
          lower[row * 5 + column] = sum / lower[column * 5 + column]
        }
      }
    }
    return lower
  }

  private func substitute(
    _ lower: InlineArray<25, Double>, _ values: InlineArray<5, Double>, from first: Int
  ) -> InlineArray<5, Double> {
    var x = values
    for row in first..<5 {
      for inner in first..<row { x[row] -= lower[row * 5 + inner] * x[inner] }
      x[row] /= lower[row * 5 + row]
    }
    for row in (first..<5).reversed() {
      for inner in (row + 1)..<max(5, row + 1) { x[row] -= lower[inner * 5 + row] * x[inner] }
      x[row] /= lower[row * 5 + row]
    }
    return x
  }
}
