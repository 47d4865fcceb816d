import Glibc

/// Gaussian smoothing of a ``FlowField``, an axis at a time, each cut off at 2.5 standard deviations. Beyond the border
/// the outermost vectors go on.
struct FlowSmoothing: Sendable {
  /// Of each axis the weights from the middle outwards; one alone leaves it as it is.
  private let kernels: [[Float]]

  /// - Parameter deviations: σ along x, y and z, in samples.
  init(_ deviations: SIMD4<Float>) {
    kernels = (0..<3).map { axis in
      let deviation = deviations[axis]
      guard deviation > 0.15 else { return [1] }
      let weights = (0...Int((2.5 * deviation).rounded(.up))).map {
        exp(-Float($0 * $0) / (2 * deviation * deviation))
      }
      let total = weights[0] + 2 * weights.dropFirst().reduce(0, +)
      return weights.map { $0 / total }
    }
  }

  /// Smooths a field in place.
  ///
  /// - Parameter scratch: memory of the same extent.
  func apply(to field: FlowField, scratch: FlowField, threads: Int) {
    let extent = field.extent
    smoothSlices(field, into: scratch, threads: threads)
    let slice = 4 * extent.slice
    let (source, target) = (floats(scratch), floats(field))
    let kernel = extent.z > 1 ? kernels[2] : [1]
    // Bands of a slice, so that what a sum needs stays in the cache.
    let bands = chunkRanges(slice / 4, chunks: max(1, slice / 8192))
    forEachChunk(bands.count, threads: threads) { band in
      let (first, count) = (4 * bands[band].lowerBound, 4 * bands[band].count)
      for z in 0..<extent.z {
        weigh(kernel, into: target + z * slice + first, count: count) { tap in
          UnsafePointer(source + min(max(z + tap, 0), extent.z - 1) * slice + first)
        }
      }
    }
  }

  /// Along x and y.
  private func smoothSlices(_ field: FlowField, into result: FlowField, threads: Int) {
    let extent = field.extent
    let row = 4 * extent.x
    let (source, target) = (floats(field), floats(result))
    let across = extent.y > 1 ? kernels[1] : [1]
    let chunks = chunkRanges(extent.z)
    forEachChunk(chunks.count, threads: threads) { chunk in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: row * extent.y) { rows in
        let rows = rows.baseAddress!
        for z in chunks[chunk] {
          for y in 0..<extent.y {
            smoothRow(source + (z * extent.y + y) * row, into: rows + y * row, count: extent.x)
          }
          for y in 0..<extent.y {
            weigh(across, into: target + (z * extent.y + y) * row, count: row) { tap in
              UnsafePointer(rows + min(max(y + tap, 0), extent.y - 1) * row)
            }
          }
        }
      }
    }
  }

  private func smoothRow(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int) {
    let margin = kernels[0].count - 1
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 4 * (count + 2 * margin)) { padded in
      let padded = padded.baseAddress!
      for place in 0..<margin {
        for lane in 0..<4 {
          padded[4 * place + lane] = source[lane]
          padded[4 * (margin + count + place) + lane] = source[4 * (count - 1) + lane]
        }
      }
      memcpy(padded + 4 * margin, source, 16 * count)
      weigh(kernels[0], into: target, count: 4 * count) { UnsafePointer(padded + 4 * (margin + $0)) }
    }
  }

  /// The weighted sum of rows: that of tap 0, and pairs of those before and after it.
  @inline(__always)
  private func weigh(
    _ kernel: [Float], into target: UnsafeMutablePointer<Float>, count: Int, _ row: (Int) -> UnsafePointer<Float>
  ) {
    let (middle, first) = (row(0), kernel[0])
    for place in 0..<count { target[place] = middle[place] * first }
    for tap in 1..<max(kernel.count, 1) {
      let (before, after, weight) = (row(-tap), row(tap), kernel[tap])
      for place in 0..<count { target[place] = target[place].addingProduct(before[place] + after[place], weight) }
    }
  }

  private func floats(_ field: FlowField) -> UnsafeMutablePointer<Float> {
    UnsafeMutableRawPointer(field.vectors).assumingMemoryBound(to: Float.self)
  }
}
