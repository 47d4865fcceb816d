/// Fills a fixed grid with an image's values through an affine map: the kernel of resampling and refinement.
///
/// Works on unsafe pointers into buffers that the caller keeps alive. Rows are independent, so that the result does not
/// depend on the number of threads.
struct Warp<let rank: Int> {
  var map: IndexMap<rank>
  var fixedSize: Size<rank>
  var movingSize: Size<rank>
  var interpolation: Interpolation
  /// How far the moving image reaches beyond its outermost centres, in samples.
  var reach = Border.reach

  /// - Parameters:
  ///   - moving: samples, or spline coefficients when the interpolation is cubic.
  ///   - movingMask: 1 where the moving image holds data and 0 elsewhere, or nil for everywhere. A position is valid
  ///     where all the samples that linear interpolation weighs are.
  ///   - values: receives the interpolated values, `outside` where there are none.
  ///   - valid: receives 1 where there is a value, else 0.
  func run(
    _ moving: UnsafePointer<Float>, movingMask: UnsafePointer<Float>?, into values: UnsafeMutablePointer<Float>,
    valid: UnsafeMutablePointer<Float>, outside: Float, threads: Int
  ) {
    let width = fixedSize[0]
    let rows = fixedSize.product / width
    let sampler = Sampler<rank>(moving, size: movingSize)
    let maskSampler = movingMask.map { Sampler<rank>($0, size: movingSize) }
    let chunks = chunkRanges(rows)
    forEachChunk(chunks.count, threads: threads) { chunk in
      for row in chunks[chunk] {
        let start = map.rowStart(row, size: fixedSize)
        // Between the centres the kernels need not ask where the image ends.
        let (range, inner) = map.ranges(start: start, count: width, size: movingSize, reach: reach)
        let line = values + row * width
        let marks = valid + row * width
        (line).update(repeating: outside, count: range.lowerBound)
        (marks).update(repeating: 0, count: range.lowerBound)
        (marks + range.lowerBound).update(repeating: 1, count: range.count)
        (line + range.upperBound).update(repeating: outside, count: width - range.upperBound)
        (marks + range.upperBound).update(repeating: 0, count: width - range.upperBound)
        let shifted =
          onlyShifts ? ShiftedRow(of: moving, size: movingSize, start: start, range: inner, interpolation) : nil
        shifted?.fill(line)
        let before = inner.lowerBound..<(shifted?.range.lowerBound ?? inner.upperBound)
        let after = (shifted?.range.upperBound ?? inner.upperBound)..<inner.upperBound
        let left = range.lowerBound..<(inner.isEmpty ? range.upperBound : inner.lowerBound)
        let right = (inner.isEmpty ? range.upperBound : inner.upperBound)..<range.upperBound
        switch interpolation {
        case .nearest:
          fill(line, inner, start) { sampler.nearest($0, $1, $2) }
          fill(line, left, start) { sampler.nearest($0, $1, $2) }
          fill(line, right, start) { sampler.nearest($0, $1, $2) }
        case .linear:
          fillLinearly(line, before, start, sampler)
          fillLinearly(line, after, start, sampler)
          fill(line, left, start) { held($0, $1, $2, sampler) }
          fill(line, right, start) { held($0, $1, $2, sampler) }
        case .cubic:
          fill(line, before, start) { sampler.cubic($0, $1, $2) }
          fill(line, after, start) { sampler.cubic($0, $1, $2) }
          fill(line, left, start) { mirrored($0, $1, $2, sampler) }
          fill(line, right, start) { mirrored($0, $1, $2, sampler) }
        }
        if let maskSampler {
          for x in range where maskValue(maskSampler, start, x) < 0.999 {
            line[x] = outside
            marks[x] = 0
          }
        }
      }
    }
  }

  /// Whether a step along a row is a step along a row of the moving image, to 10⁻⁷ samples at the row's end.
  private var onlyShifts: Bool {
    (0..<rank).allSatisfy {
      abs(map.linear[$0, 0] - ($0 == 0 ? 1 : 0)) * Double(fixedSize[0]) < 1e-7
    }
  }

  @inline(__always)
  private func fill(
    _ line: UnsafeMutablePointer<Float>, _ range: Range<Int>, _ start: Vector<rank>,
    _ sample: (Double, Double, Double) -> Float
  ) {
    let (x0, y0, z0) = (start[0], start[1], rank == 3 ? start[rank - 1] : 0)
    let (dx, dy, dz) = (map.linear[0, 0], map.linear[1, 0], rank == 3 ? map.linear[rank - 1, 0] : 0)
    for x in range {
      let t = Double(x)
      line[x] = sample(x0 + t * dx, y0 + t * dy, z0 + t * dz)
    }
  }

  @inline(__always)
  private func held(_ x: Double, _ y: Double, _ z: Double, _ sampler: Sampler<rank>) -> Float {
    let at = sampler.held(x, y, z)
    return sampler.linear(at.0, at.1, at.2)
  }

  @inline(__always)
  private func mirrored(_ x: Double, _ y: Double, _ z: Double, _ sampler: Sampler<rank>) -> Float {
    let at = sampler.mirrored(x, y, z)
    return sampler.cubic(at.0, at.1, at.2)
  }

  /// As ``fill(_:_:_:_:)`` with linear interpolation, four positions at a time in space.
  @inline(__always)
  private func fillLinearly(
    _ line: UnsafeMutablePointer<Float>, _ range: Range<Int>, _ start: Vector<rank>, _ sampler: Sampler<rank>
  ) {
    guard rank == 3 else { return fill(line, range, start) { sampler.linear($0, $1, $2) } }
    let (x0, y0, z0) = (start[0], start[1], start[rank - 1])
    let (dx, dy, dz) = (map.linear[0, 0], map.linear[1, 0], map.linear[rank - 1, 0])
    let vectors = range.count / 4
    for vector in 0..<vectors {
      let x = range.lowerBound + 4 * vector
      let t = Double(x) + SIMD4<Double>(0, 1, 2, 3)
      UnsafeMutableRawPointer(line + x).storeBytes(
        of: sampler.linear(x0 + t * dx, y0 + t * dy, z0 + t * dz), as: SIMD4<Float>.self)
    }
    fill(line, (range.lowerBound + 4 * vectors)..<range.upperBound, start) { sampler.linear($0, $1, $2) }
  }

  @inline(__always)
  private func maskValue(_ sampler: Sampler<rank>, _ start: Vector<rank>, _ x: Int) -> Float {
    let t = Double(x)
    let z = rank == 3 ? start[rank - 1] + t * map.linear[rank - 1, 0] : 0
    let at = sampler.held(start[0] + t * map.linear[0, 0], start[1] + t * map.linear[1, 0], z)
    return interpolation == .nearest ? sampler.nearest(at.0, at.1, at.2) : sampler.linear(at.0, at.1, at.2)
  }
}
