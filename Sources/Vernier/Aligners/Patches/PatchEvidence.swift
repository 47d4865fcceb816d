import Glibc

/// Measures what speaks for and against a motion of small images: what ``EvidenceCollector`` measures of any, from the
/// workspace's levels.
struct PatchEvidence {
  let workspace: PatchWorkspace
  let polish: PatchPolish
  /// The motion at which both images lie in one physical space.
  let identity: PatchMotion

  private var turning: Bool { workspace.sizes.turning }
  private var fixed: PatchLevel { workspace.images.fixed.levels[0] }
  /// Root mean square distance of the corners from the centre, in samples.
  private var cornerRadius: Double { 0.5 * hypot(Double(fixed.width - 1), Double(fixed.height - 1)) }

  /// What a physical unit and a matrix make of it is left to the caller: distances are in samples.
  ///
  /// - Parameter blocks: what the parts say of the best, and of those others that were asked about.
  func collect(_ found: [PatchAlignment.Candidate], blocks: [BlockAgreement], spacing: Double) -> Evidence {
    let best = found[0]
    let fit = workspace.fit(0, of: workspace.images)
    let before = fit.evaluate(identity)
    let covered = fit.evaluate(best.motion, reach: Border.reach).count
    let after = fit.evaluate(best.motion)
    let information = Self.informationCorrelation(fit)
    var edges = edgeAgreement(fit)
    if workspace.levelCount > 1 {
      let coarser = workspace.fit(1, of: workspace.images)
      _ = coarser.evaluate(best.motion)
      edges = max(edges, edgeAgreement(coarser))
    }
    // The best of some thousand correlations of n unrelated samples is near 4 / √n: the ratio of two that are smaller
    // says nothing.
    let chance = 4 / max(fixed.count, 1).squareRoot()
    let second = found.count > 1 ? max(found[1].score, 0) : 0
    let ratio = min((second + chance) / (max(best.score, 0) + chance), 1)
    let steps = polish.covariance(at: best.motion)
    return Evidence(
      overlap: covered / max(fixed.count, 1),
      coverage: covered / max(min(fixed.count, workspace.images.moving.levels[0].count), 1),
      similarityBefore: before.correlation,
      similarityAfter: after.correlation, informationCorrelation: information, edgeAgreement: edges,
      distinctness: distinctness(best.motion), blocks: blocks[0],
      rivalAgreement: BlockAgreement.ratio(of: Array(blocks.dropFirst()), to: blocks[0]), peakRatio: ratio, rival: nil,
      forwardBackward: spacing * forwardBackward(best.motion),
      covariance: steps.map { parameters($0, angle: best.motion.angle, spacing: spacing) },
      cornerDeviation: steps.map { spacing * cornerDeviation($0) }, stopReason: best.stopReason,
      iterations: best.iterations)
  }

  /// √(1 − e^(−2·MI)) of the samples that the fit warped last, with the bias of an empty histogram taken off.
  private static func informationCorrelation(_ fit: PatchFit) -> Double {
    let (fixed, (warped, valid)) = (fit.fixed, fit.result)
    let bins = 12
    var joint = [Float](repeating: 0, count: bins * bins)
    var total: Float = 0
    // Both images have mean 0 and deviation 1: the bins reach from −2½ to 2½.
    let (low, scale): (Float, Float) = (-2.5, Float(bins - 1) / 5)
    joint.withUnsafeMutableBufferPointer { joint in
      for y in 0..<fixed.height {
        for x in 0..<fixed.width {
          let index = y * fixed.stride + x
          guard fixed.weights[index] * valid[index] > 0 else { continue }
          let place = min(max((warped[index] - low) * scale, 0), Float(bins) - 1.001)
          let column = Int(place)
          let share = place - Float(column)
          let row = Int(min(max((fixed.values[index] - low) * scale, 0), Float(bins - 1)) + 0.5) * bins
          joint[row + column] += 1 - share
          joint[row + column + 1] += share
          total += 1
        }
      }
    }
    guard total > 0 else { return 0 }
    var columns = [Float](repeating: 0, count: bins)
    var information = 0.0
    var (rowsUsed, columnsUsed) = (0.0, 0.0)
    for row in 0..<bins { for column in 0..<bins { columns[column] += joint[row * bins + column] } }
    for column in 0..<bins where columns[column] > 0 { columnsUsed += 1 }
    for row in 0..<bins {
      let sum = joint[(row * bins)..<((row + 1) * bins)].reduce(0, +)
      guard sum > 0 else { continue }
      rowsUsed += 1
      for column in 0..<bins where joint[row * bins + column] > 0 {
        let count = joint[row * bins + column]
        information += Double(count / total) * log(Double(count * total / (sum * columns[column])))
      }
    }
    let bias = (rowsUsed - 1) * (columnsUsed - 1) / (2 * Double(total))
    return (1 - exp(-2 * max(information - bias, 0))).squareRoot()
  }

  /// ``EdgeAgreement`` of the samples that the fit warped last.
  private func edgeAgreement(_ fit: PatchFit) -> Double {
    let (level, (warped, valid)) = (fit.fixed, fit.result)
    let stride = level.stride
    var (parallel, all) = (0.0, 0.0)
    for y in 1..<max(level.height - 1, 1) {
      var (rowParallel, rowAll) = (SIMD8<Float>.zero, SIMD8<Float>.zero)
      for x in Swift.stride(from: 0, to: level.width, by: 8) {
        let index = y * stride + x
        func difference(_ plane: UnsafeMutablePointer<Float>, _ step: Int) -> SIMD8<Float> {
          RowMoments.load(plane + (index + step)) - RowMoments.load(plane + (index - step))
        }
        let weight =
          RowMoments.load(level.interior + index) * RowMoments.load(valid + (index - 1))
          * RowMoments.load(valid + (index + 1)) * RowMoments.load(valid + (index - stride))
          * RowMoments.load(valid + (index + stride))
        let (fx, fy) = (difference(level.values, 1), difference(level.values, stride))
        let (mx, my) = (difference(warped, 1), difference(warped, stride))
        let product = fx * mx + fy * my
        rowParallel += weight * product * product
        rowAll += weight * (fx * fx + fy * fy) * (mx * mx + my * my)
      }
      parallel += Double(rowParallel.sum())
      all += Double(rowAll.sum())
    }
    return all > 0 ? (parallel / all - 0.5) / 0.5 : 0
  }

  /// How far the correlation stands above its values under motions displaced from this one by 4 to 12 % of the
  /// diagonal, or turned as far, in standard deviations; the less distinct of both counts.
  private func distinctness(_ motion: PatchMotion) -> Double {
    let fit = workspace.fit(0, of: workspace.images)
    func value(_ motion: PatchMotion) -> Double? {
      let sums = fit.evaluate(motion)
      guard sums.count > 0.2 * min(fit.fixed.count, fit.moving.count) else { return nil }
      return atanh(min(abs(sums.correlation), 0.999_99))
    }
    guard let peak = value(motion) else { return 0 }
    var (shifted, turned): ([Double], [Double]) = ([], [])
    for ring in [0.04, 0.08, 0.12] {
      for index in 0..<8 {
        let angle = 2 * Double.pi * (Double(index) + 10 * ring) / 8
        var displaced = motion
        displaced.shift += 2 * ring * cornerRadius * SIMD2(cos(angle), sin(angle))
        if let other = value(displaced) { shifted.append(other) }
      }
      guard turning else { continue }
      for sign in [-1.0, 1.0] {
        if let other = value(motion.stepped(turn: sign * 3 * ring, step: .zero)) { turned.append(other) }
      }
    }
    return Evidence.distinctness(of: peak, among: [shifted, turned])
  }

  /// The root mean square distance at the corners between where this motion and an independent backward alignment send
  /// them, in samples.
  private func forwardBackward(_ motion: PatchMotion) -> Double {
    let coarse = min(1, workspace.levelCount - 1)
    var backward = motion.inverse
    backward.shift += SIMD2(repeating: 1.5 * workspace.images.fixed.levels[coarse].scale)
    for level in (0...coarse).reversed() {
      backward = workspace.reverseFit(level).minimize(from: backward, tolerance: 0.01, limit: 10).motion
    }
    return backward.inverse.distance(to: motion, radius: cornerRadius)
  }

  /// Root mean square over the corners, in samples.
  private func cornerDeviation(_ steps: InlineArray<9, Double>) -> Double {
    let (halfWidth, halfHeight) = (Double(fixed.width - 1) / 2, Double(fixed.height - 1) / 2)
    // A turn moves a corner by its distance from the centre; across the four corners it goes with no shift.
    let turn = steps[0] * (halfWidth * halfWidth + halfHeight * halfHeight)
    return max(turn + steps[4] + steps[8], 0).squareRoot()
  }

  /// The covariance of rotation (degrees) and translation (physical units) from that of a step.
  private func parameters(_ steps: InlineArray<9, Double>, angle: Double, spacing: Double) -> [[Double]] {
    let (c, s) = (spacing * cos(angle), spacing * sin(angle))
    let rows: [[Double]] = [[180 / .pi, 0, 0], [0, c, -s], [0, s, c]]
    let full = rows.map { left in
      rows.map { right in
        var sum = 0.0
        for a in 0..<3 { for b in 0..<3 { sum += left[a] * steps[a * 3 + b] * right[b] } }
        return sum
      }
    }
    return turning ? full : full.dropFirst().map { Array($0.dropFirst()) }
  }
}
