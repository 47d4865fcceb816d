extension Image {
  /// This image (the moving one) seen through any transform on another grid: `result(p) = self(T(p))`.
  ///
  /// For an ``Affine`` it is the other `resampled`, whose parameters and result it has; where the transform gives no point
  /// (not a number) the value is `outside`.
  public func resampled<Map: SpatialTransform>(
    onto grid: Grid<rank>, through transform: Map, interpolation: Interpolation = .linear, outside: Float = 0,
    threads: Int = 2
  ) -> Image<rank> where Map.Point == Vector<rank> {
    if let affine = transform as? Affine<rank> {
      return resampled(
        onto: grid, through: affine, interpolation: interpolation, outside: outside, threads: threads)
    }
    func moved<let known: Int, Known: SpatialTransform>(_ map: Known.Type, _: Image<known>.Type) -> Image<rank>?
    where Known.Point == Vector<known> {
      guard let map = transform as? Known, let image = self as? Image<known>, let target = grid as? Grid<known> else {
        return nil
      }
      return resample(
        image, onto: target, through: map, interpolation: interpolation, outside: outside, threads: threads)
        as? Image<rank>
    }
    return moved(BSplineTransform<2>.self, Image<2>.self) ?? moved(BSplineTransform<3>.self, Image<3>.self)
      ?? moved(BSplineInverse<2>.self, Image<2>.self) ?? moved(BSplineInverse<3>.self, Image<3>.self)
      ?? resample(
        self, onto: grid, through: transform, interpolation: interpolation, outside: outside, threads: threads)
  }
}

/// The body of `Image.resampled`, which the optimizer specialises at its call sites.
private func resample<let rank: Int, Map: SpatialTransform>(
  _ moving: Image<rank>, onto grid: Grid<rank>, through transform: Map, interpolation: Interpolation, outside: Float,
  threads: Int
) -> Image<rank> where Map.Point == Vector<rank> {
  let moving = moving.mask == nil ? moving : moving.mapSamples { $0.isFinite ? $0 : 0 }
  let source = interpolation == .cubic ? CubicSpline.coefficients(of: moving, threads: threads) : moving.samples
  let movingMask = moving.mask?.map { Float($0 == 0 ? 0 : 1) }
  let (width, rows) = (grid.size[0], grid.count / grid.size[0])
  let chunks = chunkRanges(rows)
  let threads = worthwhileThreads(threads, samples: grid.count)
  let most = (0..<rank).map { Double(moving.size[$0] - 1) + 1e-6 }
  var mask: [UInt8] = []
  let samples = [Float](unsafeUninitializedCapacity: grid.count) { values, count in
    values.preferHugePages()
    count = grid.count
    let values = values.baseAddress!
    mask = [UInt8](unsafeUninitializedCapacity: grid.count) { marks, markCount in
      markCount = grid.count
      let marks = marks.baseAddress!
      source.withUnsafeBufferPointer { input in
        withOptionalBuffer(movingMask) { mask in
          let sampler = Sampler<rank>(input.baseAddress!, size: moving.size)
          let maskSampler = mask.map { Sampler<rank>($0, size: moving.size) }
          forEachChunk(chunks.count, threads: threads) { chunk in
            for row in chunks[chunk] {
              let (z, y) = rank == 3 ? row.quotientAndRemainder(dividingBy: grid.size[1]) : (0, row)
              for x in 0..<width {
                let index = row * width + x
                let point = grid.point(atIndex: Vector { $0 == 0 ? Double(x) : $0 == 1 ? Double(y) : Double(z) })
                let place = moving.grid.index(atPoint: transform(point))
                var inside = true
                // A position that is no number is not inside either.
                for axis in 0..<rank { inside = inside && place[axis] >= -1e-6 && place[axis] <= most[axis] }
                let depth = rank == 3 ? place[rank - 1] : 0
                if inside, let maskSampler {
                  let share =
                    interpolation == .nearest
                    ? maskSampler.nearest(place[0], place[1], depth) : maskSampler.linear(place[0], place[1], depth)
                  inside = share >= 0.999
                }
                marks[index] = inside ? 1 : 0
                guard inside else {
                  values[index] = outside
                  continue
                }
                values[index] =
                  switch interpolation {
                  case .nearest: sampler.nearest(place[0], place[1], depth)
                  case .linear: sampler.linear(place[0], place[1], depth)
                  case .cubic: sampler.cubic(place[0], place[1], depth)
                  }
              }
            }
          }
        }
      }
    }
  }
  return Image(unchecked: grid, samples: samples, mask: mask)
}
