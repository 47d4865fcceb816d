/// Finds by how much one view is shifted against another, by phase correlation.
///
/// The peaks of the correlations of the faded views give whole shifts. A cyclic shift stands for up to four; each is
/// judged by the normalized cross-correlation over the samples that both views hold there. The best are measured
/// again on what overlaps alone, where the windows fall on the same structures, to 1/100 of a sample.
struct ShiftSearch {
  struct Shift {
    /// The fixed view at i shows what the moving one shows at i + offset.
    var offset: Vector<2>
    /// ``significance(_:share:)`` of the correlation at the nearest whole shift.
    var score: Double
  }

  /// The fixed image's view, and its copies under ``tapers``.
  let fixed: Image<2>
  private let faded: [Image<2>]
  /// The windows under which peaks are looked for: Hann's shows the right one more clearly where little is amiss, the
  /// other also where only borders overlap.
  static let tapers = [Taper.hann, .border]
  /// The least share of the smaller view's valid samples that must overlap; less than 1/20 is an edge, not a picture.
  var leastOverlap = 0.05
  /// How many peaks of a correlation are looked at.
  var peaks = 4

  init(fixed: Image<2>) {
    self.fixed = fixed
    faded = Self.tapers.map { $0.applied(to: fixed) }
  }

  /// The best few shifts, best first.
  ///
  /// - Parameter faded: the moving image's views under ``tapers``, on the same lattice as `moving`.
  func shifts(of moving: Image<2>, faded movingFaded: [Image<2>], atMost count: Int) -> [Shift] {
    let transform = RealTransform.of(
      width: RealTransform.fastSize(atLeast: max(fixed.width, moving.width)),
      height: RealTransform.fastSize(atLeast: max(fixed.height, moving.height)))
    var places: [SIMD2<Int>] = []
    for (still, other) in zip(faded, movingFaded) {
      let spectrum = Self.spectrum(still, other, transform, damping: CrossPowerSpectrum.searching)
      places += spectrum.highest(peaks).filter { !places.contains($0) }
    }
    let whole = places.flatMap { place -> [(shift: SIMD2<Int>, score: Double)] in
      let x = [place.x, place.x < 0 ? place.x + transform.width : place.x - transform.width]
      let y = [place.y, place.y < 0 ? place.y + transform.height : place.y - transform.height]
      return x.flatMap { x in y.compactMap { y in judged(SIMD2(x, y), moving).map { (SIMD2(x, y), $0) } } }
    }
    return whole.enumerated().sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
      .prefix(count).map { Shift(offset: refined($0.element.shift, moving), score: $0.element.score) }
  }

  private static func spectrum(
    _ fixed: Image<2>, _ moving: Image<2>, _ transform: RealTransform, damping: Float
  ) -> CrossPowerSpectrum {
    func placed(_ image: Image<2>) -> FourierBuffer {
      let buffer = FourierBuffer(reals: transform.width * transform.height)
      for y in 0..<image.height {
        for x in 0..<image.width { buffer.reals[y * transform.width + x] = image.samples[y * image.width + x] }
      }
      return buffer
    }
    return CrossPowerSpectrum(
      fixed: placed(fixed), moving: placed(moving), transform: transform, damping: damping)
  }

  /// How strongly the views agree at a whole shift; nil where too little of them overlaps to say.
  private func judged(_ shift: SIMD2<Int>, _ moving: Image<2>) -> Double? {
    guard let overlap = Overlap(fixed: fixed.size, moving: moving.size, shift: shift) else { return nil }
    func valid(_ image: Image<2>) -> Int { image.mask?.count { $0 != 0 } ?? image.grid.count }
    let smaller = min(valid(fixed), valid(moving))
    let least = max(Int(leastOverlap * Double(smaller)), 16)
    guard let found = overlap.correlation(fixed, moving, least: least) else { return nil }
    return significance(found.value, share: min(Double(found.count) / Double(smaller), 1))
  }

  /// A whole shift to 1/100 of a sample, from the overlap alone.
  private func refined(_ shift: SIMD2<Int>, _ moving: Image<2>) -> Vector<2> {
    let whole = Vector<2>([Double(shift.x), Double(shift.y)])
    guard let overlap = Overlap(fixed: fixed.size, moving: moving.size, shift: shift),
      overlap.columns.count >= 4, overlap.rows.count >= 4, let parts = overlap.cut(fixed, moving)
    else { return whole }
    let transform = RealTransform.of(
      width: RealTransform.fastSize(atLeast: overlap.columns.count),
      height: RealTransform.fastSize(atLeast: overlap.rows.count))
    let spectrum = Self.spectrum(
      Taper.hann.applied(to: parts.fixed), Taper.hann.applied(to: parts.moving), transform,
      damping: CrossPowerSpectrum.measuring)
    // The windows were apart before: the peak may lie a sample off.
    let nearby = (-2...2).map(Double.init)
    let coarse = spectrum.upsampled(columns: nearby, rows: nearby)
    guard let best = coarse.indices.max(by: { coarse[$0] < coarse[$1] }) else { return whole }
    return whole + spectrum.peak(near: [nearby[best % 5], nearby[best / 5]])
  }
}
