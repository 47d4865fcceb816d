import Glibc

/// The squared correlation of two images in a window around each sample, and the forces that raise it.
///
/// With f̂ and m̂ the intensities less the window's mean over its deviation, and ρ the window's correlation, the best
/// fit of m̂ to f̂ leaves r = f̂ − ρ m̂. A step δ of the moved image changes ρ m̂ by J·δ with J = ρ ∇m̂, so that the
/// least squares of r ask for Σ J r over Σ J Jᵀ, which Gauss and Newton's method takes as Σ |J|². Where the intensities
/// run against each other ρ < 0 turns m̂, so that contrasts may be reversed, here or everywhere.
///
/// Windows are boxes of 2 · `radius` + 1 samples a side; their sums are drawn along, a slice at a time. Samples of
/// weight 0 take no part in any.
struct LocalCorrelation: Sendable {
  let extent: FlowExtent
  let radius: Int
  /// What is added to each window's variance, so that the noise of flat parts is no structure.
  let floor: Float

  /// - Parameters:
  ///   - fixed: intensities of mean 0 and deviation 1, 0 where the weight is.
  ///   - moved: the same of the other image.
  ///   - weights: 1 where a sample counts, else 0.
  ///   - forces: receives J r in three places and |J|² in the fourth; nil where none are wanted.
  ///   - correlations: receives ρ² of each window; nil where they are not wanted.
  /// - Returns: the mean ρ² of the samples that count.
  @discardableResult
  func callAsFunction(
    _ fixed: UnsafePointer<Float>, _ moved: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    forces: FlowField?, correlations: UnsafeMutablePointer<Float>? = nil, threads: Int
  ) -> Double {
    // Each slab sums the slices before and after it, too: few slabs are less work.
    let chunks = chunkRanges(extent.z, chunks: max(1, min(16, extent.z / (6 * (2 * radius + 1)))))
    var totals = [SIMD2<Double>](repeating: .zero, count: chunks.count)
    totals.withUnsafeMutableBufferPointer { totals in
      let results = totals.baseAddress!
      forEachChunk(chunks.count, threads: threads) { chunk in
        let slab = CorrelationSlab(
          self, fixed: fixed, moved: moved, weights: weights, forces: forces?.vectors, correlations: correlations)
        results[chunk] = slab.run(chunks[chunk])
      }
    }
    let total = totals.reduce(.zero, +)
    return total.y > 0 ? total.x / total.y : 0
  }
}

/// The windows of some slices, worked through one after another.
private final class CorrelationSlab {
  private let extent: FlowExtent
  private let radius: Int
  private let floor: Float
  private let fixed: UnsafePointer<Float>
  private let moved: UnsafePointer<Float>
  private let weights: UnsafePointer<Float>
  private let forces: UnsafeMutablePointer<SIMD4<Float>>?
  private let correlations: UnsafeMutablePointer<Float>?
  /// Slices of the window.
  private let depth: Int
  /// Σ w, Σ f, Σ m, Σ f², Σ m², Σ f m in a slice's windows: of each slice, and of all in the window.
  private let ring: UnsafeMutablePointer<Float>
  private let window: UnsafeMutablePointer<Float>
  /// Rows summed along x; a padded row; what a row's windows say.
  private let rows: UnsafeMutablePointer<Float>
  private let padded: UnsafeMutablePointer<Float>
  private let said: UnsafeMutablePointer<Float>

  init(
    _ measure: LocalCorrelation, fixed: UnsafePointer<Float>, moved: UnsafePointer<Float>,
    weights: UnsafePointer<Float>, forces: UnsafeMutablePointer<SIMD4<Float>>?,
    correlations: UnsafeMutablePointer<Float>?
  ) {
    extent = measure.extent
    radius = measure.radius
    floor = measure.floor
    (self.fixed, self.moved, self.weights) = (fixed, moved, weights)
    (self.forces, self.correlations) = (forces, correlations)
    depth = 2 * radius + 1
    let slice = extent.slice
    ring = .allocate(capacity: depth * 6 * slice)
    window = .allocate(capacity: 6 * slice)
    rows = .allocate(capacity: slice + extent.x)
    padded = .allocate(capacity: extent.x + 2 * radius)
    said = .allocate(capacity: 4 * extent.x)
    window.initialize(repeating: 0, count: 6 * slice)
    padded.initialize(repeating: 0, count: extent.x + 2 * radius)
  }

  deinit {
    ring.deallocate()
    window.deallocate()
    rows.deallocate()
    padded.deallocate()
    said.deallocate()
  }

  /// - Returns: the sum of ρ² and the count of the samples that count.
  func run(_ range: Range<Int>) -> SIMD2<Double> {
    var total = SIMD2<Double>.zero
    for z in (range.lowerBound - radius)..<(range.lowerBound + radius) { take(z, sign: 1) }
    for z in range {
      take(z + radius, sign: 1)
      for y in 0..<extent.y {
        weigh(row: y)
        total += summed(row: y, z)
        if let forces { write(row: y, z, into: forces) }
      }
      take(z - radius, sign: -1)
    }
    return total
  }

  /// Adds a slice to the window, or takes it out again.
  private func take(_ z: Int, sign: Float) {
    guard z >= 0, z < extent.z else { return }
    let count = 6 * extent.slice
    let slot = ring + z % depth * count
    if sign > 0 { fill(slot, z) }
    for place in 0..<count { window[place] = window[place].addingProduct(slot[place], sign) }
  }

  /// The sums of a slice's windows within it.
  private func fill(_ slot: UnsafeMutablePointer<Float>, _ z: Int) {
    let (width, slice) = (extent.x, extent.slice)
    let start = z * slice
    for kind in 0..<6 {
      for y in 0..<extent.y {
        let (f, m, w) = (fixed + start + y * width, moved + start + y * width, weights + start + y * width)
        let line = padded + radius
        switch kind {
        case 0: for x in 0..<width { line[x] = w[x] }
        case 1: for x in 0..<width { line[x] = f[x] * w[x] }
        case 2: for x in 0..<width { line[x] = m[x] * w[x] }
        case 3: for x in 0..<width { line[x] = f[x] * f[x] * w[x] }
        case 4: for x in 0..<width { line[x] = m[x] * m[x] * w[x] }
        default: for x in 0..<width { line[x] = f[x] * m[x] * w[x] }
        }
        let sum = rows + y * width
        for x in 0..<width { sum[x] = padded[x] }
        for tap in 1..<depth {
          let shifted = padded + tap
          for x in 0..<width { sum[x] += shifted[x] }
        }
      }
      let target = slot + kind * slice
      let running = rows + slice
      for x in 0..<width { running[x] = 0 }
      for y in 0..<min(radius, extent.y) { add(rows + y * width, to: running, 1) }
      for y in 0..<extent.y {
        if y + radius < extent.y { add(rows + (y + radius) * width, to: running, 1) }
        if y > radius { add(rows + (y - radius - 1) * width, to: running, -1) }
        memcpy(target + y * width, running, 4 * width)
      }
    }
  }

  @inline(__always)
  private func add(_ row: UnsafePointer<Float>, to running: UnsafeMutablePointer<Float>, _ sign: Float) {
    for x in 0..<extent.x { running[x] = running[x].addingProduct(row[x], sign) }
  }

  /// What the windows around a row's samples say: a and b of σ_f r = f − a m + b, 1 / σ_f², ρ².
  private func weigh(row y: Int) {
    let (width, slice) = (extent.x, extent.slice)
    let sums = window + y * width
    let (f, m, ff) = (sums + slice, sums + 2 * slice, sums + 3 * slice)
    let (mm, fm) = (sums + 4 * slice, sums + 5 * slice)
    let (factor, offset, precision, square) = (said, said + width, said + 2 * width, said + 3 * width)
    for x in 0..<width {
      let share = 1 / (sums[x] > 1 ? sums[x] : 1)
      let (meanF, meanM) = (f[x] * share, m[x] * share)
      let (rawF, rawM) = (ff[x] * share - meanF * meanF, mm[x] * share - meanM * meanM)
      let varianceF = (rawF > 0 ? rawF : 0) + floor
      let varianceM = (rawM > 0 ? rawM : 0) + floor
      let scale = 1 / (varianceF * varianceM).squareRoot()
      let correlation = (fm[x] * share - meanF * meanM) * scale
      let slope = correlation * varianceF * scale
      factor[x] = slope
      offset[x] = slope * meanM - meanF
      precision[x] = 1 / varianceF
      square[x] = correlation * correlation
    }
  }

  private func summed(row y: Int, _ z: Int) -> SIMD2<Double> {
    let width = extent.x
    let start = z * extent.slice + y * width
    let (w, square) = (weights + start, said + 3 * width)
    var (sum, count) = (SIMD8<Float>.zero, SIMD8<Float>.zero)
    var x = 0
    while x + 8 <= width {
      let eight = UnsafeRawPointer(w + x).loadUnaligned(as: SIMD8<Float>.self)
      sum += eight * UnsafeRawPointer(square + x).loadUnaligned(as: SIMD8<Float>.self)
      count += eight
      x += 8
    }
    var total = SIMD2(Double(sum.sum()), Double(count.sum()))
    while x < width {
      total += SIMD2(Double(w[x] * square[x]), Double(w[x]))
      x += 1
    }
    if let correlations { memcpy(correlations + start, square, 4 * width) }
    return total
  }

  private func write(row y: Int, _ z: Int, into forces: UnsafeMutablePointer<SIMD4<Float>>) {
    let (width, slice) = (extent.x, extent.slice)
    let start = z * slice + y * width
    let (up, down) = (y > 0 ? width : 0, y < extent.y - 1 ? width : 0)
    let (below, above) = (z > 0 ? slice : 0, z < extent.z - 1 ? slice : 0)
    let (factor, offset, precision) = (said, said + width, said + 2 * width)
    for x in 0..<width {
      let index = start + x
      let (left, right) = (index - (x > 0 ? 1 : 0), index + (x < width - 1 ? 1 : 0))
      let residual = fixed[index] - factor[x] * moved[index] + offset[x]
      let weight =
        weights[index] * weights[left] * weights[right] * weights[index - up] * weights[index + down]
        * weights[index - below] * weights[index + above]
      let gradient = SIMD4(
        moved[right] - moved[left], moved[index + down] - moved[index - up], moved[index + above] - moved[index - below],
        0)
      let along = gradient * (0.5 * factor[x])
      let whole = precision[x] * weight
      var force = along * (residual * whole)
      force.w = (along * along).sum() * whole
      forces[index] = force
    }
  }
}
