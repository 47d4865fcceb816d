extension Image {
  /// This image (the moving one) seen through a transform on another grid: `result(p) = self(T(p))`.
  ///
  /// The image has data up to half a sample beyond its outermost centres, where their values go on, as in ITK; see
  /// `docs/conventions.md`.
  ///
  /// - Parameters:
  ///   - grid: the fixed image's grid.
  ///   - transform: fixed point to moving point. Where it gives no point (not a number), there is no sample.
  ///   - interpolation: linear unless told; `nearest` for labels.
  ///   - outside: what stands where the moving image has no sample.
  ///   - threads: threads to use at most; the result does not depend on it.
  /// - Returns: the resampled image; its mask marks the samples that came from within this image and its mask.
  public func resampled(
    onto grid: Grid<rank>, through transform: some SpatialTransform<Vector<rank>>,
    interpolation: Interpolation = .linear, outside: Background = 0, threads: Int = 2
  ) -> Image<rank> {
    let work = Resampling(
      moving: self, grid: grid, transform: Transform(transform), interpolation: interpolation, outside: outside,
      threads: threads)
    return Ranks.open(rank, work) { (work: Resampling<2>) in
      work.run()
    } space: { (work: Resampling<3>) in
      work.run()
    }
  }

  /// As the other, by an affine map.
  public func resampled(
    onto grid: Grid<rank>, through transform: Affine<rank>, interpolation: Interpolation = .linear,
    outside: Background = 0, threads: Int = 2
  ) -> Image<rank> {
    resampled(
      onto: grid, through: Transform(transform), interpolation: interpolation, outside: outside, threads: threads)
  }
}

/// One image seen through one transform on one grid.
private struct Resampling<let rank: Int> {
  let moving: Image<rank>
  let grid: Grid<rank>
  let transform: Transform<rank>
  let interpolation: Interpolation
  let outside: Background
  let threads: Int

  func run() -> Image<rank> {
    // What a mask leaves out may be anything, but zero times anything must be zero.
    let moving = moving.mask == nil ? moving : moving.mapSamples { $0.isFinite ? $0 : 0 }
    let source = interpolation == .cubic ? CubicSpline.coefficients(of: moving, threads: threads) : moving.samples
    let movingMask = moving.mask?.map { Float($0 == 0 ? 0 : 1) }
    var valid: [Float] = []
    let samples = [Float](unsafeUninitializedCapacity: grid.count) { values, count in
      values.preferHugePages()
      count = grid.count
      valid = [Float](unsafeUninitializedCapacity: grid.count) { marks, markCount in
        marks.preferHugePages()
        markCount = grid.count
        source.withUnsafeBufferPointer { input in
          withOptionalBuffer(movingMask) { mask in
            fill(input.baseAddress!, mask, values.baseAddress!, marks.baseAddress!)
            if case .nearest = outside {
              continueBorder(input.baseAddress!, mask, values.baseAddress!, marks.baseAddress!)
            }
          }
        }
      }
    }
    return Image(unchecked: grid, samples: samples, mask: valid.map { $0 > 0 ? 1 : 0 })
  }

  private func fill(
    _ source: UnsafePointer<Float>, _ mask: UnsafePointer<Float>?, _ values: UnsafeMutablePointer<Float>,
    _ marks: UnsafeMutablePointer<Float>
  ) {
    if let affine = transform.affine {
      let warp = Warp(
        map: IndexMap(affine, fixed: grid, moving: moving.grid), fixedSize: grid.size, movingSize: moving.size,
        interpolation: interpolation)
      warp.run(source, movingMask: mask, into: values, valid: marks, outside: outside.value, threads: threads)
    } else {
      fillRows(source, mask, values, marks)
    }
  }

  private func fillRows(
    _ source: UnsafePointer<Float>, _ mask: UnsafePointer<Float>?, _ values: UnsafeMutablePointer<Float>,
    _ marks: UnsafeMutablePointer<Float>
  ) {
    let sampler = Sampler<rank>(source, size: moving.size)
    let maskSampler = mask.map { Sampler<rank>($0, size: moving.size) }
    forEachRow { points, first in
      sample(points, sampler, maskSampler, into: values + first, marks + first)
    }
  }

  /// Puts the border's values where nothing was found, as far as there is a nearest place with a value.
  private func continueBorder(
    _ source: UnsafePointer<Float>, _ mask: UnsafePointer<Float>?, _ values: UnsafeMutablePointer<Float>,
    _ marks: UnsafePointer<Float>
  ) {
    let sampler = Sampler<rank>(source, size: moving.size)
    let maskSampler = mask.map { Sampler<rank>($0, size: moving.size) }
    forEachRow(lacking: marks) { points, first in
      for x in points.indices where marks[first + x] == 0 && points[x].isFinite {
        let place = moving.grid.index(atPoint: points[x])
        let at = sampler.held(place[0], place[1], rank == 3 ? place[rank - 1] : 0)
        if let maskSampler, maskSampler.nearest(at.0, at.1, at.2) == 0 { continue }
        values[first + x] =
          switch interpolation {
          case .nearest: sampler.nearest(at.0, at.1, at.2)
          case .linear: sampler.linear(at.0, at.1, at.2)
          case .cubic: sampler.cubic(at.0, at.1, at.2)
          }
      }
    }
  }

  /// Hands each row's points in the moving image to `body`, with the place of its first sample; where marks are given, of
  /// the rows in which one is 0. The transform says where a row goes, which may take one call of a map that is known at
  /// run time only.
  @inline(__always)
  private func forEachRow(
    lacking marks: UnsafePointer<Float>? = nil,
    _ body: (_ points: UnsafeMutableBufferPointer<Vector<rank>>, _ first: Int) -> Void
  ) {
    let width = grid.size[0]
    let chunks = chunkRanges(grid.count / width)
    let step = grid.step(along: 0)
    forEachChunk(chunks.count, threads: worthwhileThreads(threads, samples: grid.count)) { chunk in
      withUnsafeTemporaryAllocation(of: Vector<rank>.self, capacity: width) { points in
        points.initialize(repeating: .zero)
        for row in chunks[chunk] {
          if let marks, !UnsafeBufferPointer(start: marks + row * width, count: width).contains(0) { continue }
          let (z, y) = rank == 3 ? row.quotientAndRemainder(dividingBy: grid.size[1]) : (0, row)
          let start = grid.point(atIndex: Vector { $0 == 0 ? 0 : $0 == 1 ? Double(y) : Double(z) })
          var span = MutableSpan(_unsafeElements: points)
          transform.base.map(rowFrom: start, step: step, into: &span)
          body(points, row * width)
        }
      }
    }
  }

  @inline(__always)
  private func sample(
    _ points: UnsafeMutableBufferPointer<Vector<rank>>, _ sampler: Sampler<rank>, _ maskSampler: Sampler<rank>?,
    into line: UnsafeMutablePointer<Float>, _ marks: UnsafeMutablePointer<Float>
  ) {
    let (grid, reach) = (moving.grid, Border.reach + Border.tolerance)
    let last = Vector<rank> { Double(grid.size[$0] - 1) }
    var first = 0
    if rank == 3, interpolation == .linear, maskSampler == nil {
      // Four points that all lie between the centres are read at once.
      while first + 4 <= points.count {
        var (x, y, z) = (SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero)
        for lane in 0..<4 {
          let place = grid.index(atPoint: points[first + lane])
          (x[lane], y[lane], z[lane]) = (place[0], place[1], place[rank - 1])
        }
        let inside =
          (x .>= 0) .& (y .>= 0) .& (z .>= 0) .& (x .<= last[0]) .& (y .<= last[1]) .& (z .<= last[rank - 1])
        guard all(inside) else {
          sample(points, first..<(first + 4), sampler, maskSampler, into: line, marks, last, reach)
          first += 4
          continue
        }
        UnsafeMutableRawPointer(line + first).storeBytes(of: sampler.linear(x, y, z), as: SIMD4<Float>.self)
        (marks + first).update(repeating: 1, count: 4)
        first += 4
      }
    }
    sample(points, first..<points.count, sampler, maskSampler, into: line, marks, last, reach)
  }

  @inline(__always)
  private func sample(
    _ points: UnsafeMutableBufferPointer<Vector<rank>>, _ range: Range<Int>, _ sampler: Sampler<rank>,
    _ maskSampler: Sampler<rank>?, into line: UnsafeMutablePointer<Float>, _ marks: UnsafeMutablePointer<Float>,
    _ last: Vector<rank>, _ reach: Double
  ) {
    let grid = moving.grid
    for x in range {
      let place = grid.index(atPoint: points[x])
      var inside = true
      // A position that is no number is not inside either.
      for axis in 0..<rank { inside = inside && place[axis] >= -reach && place[axis] <= last[axis] + reach }
      guard inside else {
        line[x] = outside.value
        marks[x] = 0
        continue
      }
      let at = sampler.held(place[0], place[1], rank == 3 ? place[rank - 1] : 0)
      if let maskSampler {
        let share =
          interpolation == .nearest
          ? maskSampler.nearest(at.0, at.1, at.2) : maskSampler.linear(at.0, at.1, at.2)
        guard share >= 0.999 else {
          line[x] = outside.value
          marks[x] = 0
          continue
        }
      }
      marks[x] = 1
      switch interpolation {
      case .nearest: line[x] = sampler.nearest(at.0, at.1, at.2)
      case .linear: line[x] = sampler.linear(at.0, at.1, at.2)
      case .cubic:
        let inner = sampler.mirrored(place[0], place[1], rank == 3 ? place[rank - 1] : 0)
        line[x] = sampler.cubic(inner.0, inner.1, inner.2)
      }
    }
  }
}

/// The base address of an array that may be absent.
func withOptionalBuffer<Element, Result>(
  _ array: [Element]?, _ body: (UnsafePointer<Element>?) throws -> Result
) rethrows -> Result {
  guard let array else { return try body(nil) }
  return try array.withUnsafeBufferPointer { try body($0.baseAddress) }
}
