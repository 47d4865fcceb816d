extension Image {
  /// This image (the moving one) seen through a transform on another grid: `result(p) = self(T(p))`.
  ///
  /// - Parameters:
  ///   - grid: the fixed image's grid.
  ///   - transform: fixed point to moving point.
  ///   - interpolation: linear unless told; `nearest` for labels.
  ///   - outside: the value where the moving image has no sample.
  ///   - threads: threads to use at most; the result does not depend on it.
  /// - Returns: the resampled image; its mask marks the samples that came from within this image and its mask.
  public func resampled(
    onto grid: Grid<rank>, through transform: Affine<rank>, interpolation: Interpolation = .linear,
    outside: Float = 0, threads: Int = 2
  ) -> Image<rank> {
    if let plane = self as? Image<2>, let target = grid as? Grid<2>, let map = transform as? Affine<2>,
      let moved = resample(
        plane, onto: target, through: map, interpolation: interpolation, outside: outside, threads: threads)
        as? Image<rank>
    {
      return moved
    }
    if let volume = self as? Image<3>, let target = grid as? Grid<3>, let map = transform as? Affine<3>,
      let moved = resample(
        volume, onto: target, through: map, interpolation: interpolation, outside: outside, threads: threads)
        as? Image<rank>
    {
      return moved
    }
    return resample(
      self, onto: grid, through: transform, interpolation: interpolation, outside: outside, threads: threads)
  }
}

/// The body of `Image.resampled`, which the optimizer specialises for ranks 2 and 3 at its call sites.
private func resample<let rank: Int>(
  _ moving: Image<rank>, onto grid: Grid<rank>, through transform: Affine<rank>, interpolation: Interpolation,
  outside: Float, threads: Int
) -> Image<rank> {
  // What a mask leaves out may be anything, but zero times anything must be zero.
  let moving = moving.mask == nil ? moving : moving.mapSamples { $0.isFinite ? $0 : 0 }
  let source = interpolation == .cubic ? CubicSpline.coefficients(of: moving, threads: threads) : moving.samples
  let movingMask = moving.mask?.map { Float($0 == 0 ? 0 : 1) }
  let warp = Warp(
    map: IndexMap(transform, fixed: grid, moving: moving.grid), fixedSize: grid.size, movingSize: moving.size,
    interpolation: interpolation)
  var valid: [Float] = []
  let samples = [Float](unsafeUninitializedCapacity: grid.count) { values, count in
    values.preferHugePages()
    count = grid.count
    valid = [Float](unsafeUninitializedCapacity: grid.count) { marks, markCount in
      marks.preferHugePages()
      markCount = grid.count
      source.withUnsafeBufferPointer { input in
        withOptionalBuffer(movingMask) { mask in
          warp.run(
            input.baseAddress!, movingMask: mask, into: values.baseAddress!, valid: marks.baseAddress!,
            outside: outside, threads: threads)
        }
      }
    }
  }
  return Image(unchecked: grid, samples: samples, mask: valid.map { $0 > 0 ? 1 : 0 })
}

/// The base address of an array that may be absent.
func withOptionalBuffer<Element, Result>(
  _ array: [Element]?, _ body: (UnsafePointer<Element>?) throws -> Result
) rethrows -> Result {
  guard let array else { return try body(nil) }
  return try array.withUnsafeBufferPointer { try body($0.baseAddress) }
}
