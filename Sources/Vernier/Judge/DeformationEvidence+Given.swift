import Glibc

extension DeformationEvidence {
  /// What is known of a map that somebody else made: its folding at the samples of the fixed image, and how alike the
  /// images are with it and with the affine map alone.
  init<let rank: Int>(
    of map: Transform<rank>, beside affine: Affine<rank>, moving: Image<rank>, to fixed: Image<rank>, metric: Metric,
    threads: Int
  ) {
    func correlation(_ moved: Image<rank>) -> Double {
      var sums = GainOffsetSums()
      for place in fixed.samples.indices where fixed.isValid(place) && moved.isValid(place) {
        sums += GainOffsetSums(fixed: Double(fixed.samples[place]), moving: Double(moved.samples[place]))
      }
      return sums.correlation
    }
    let before = correlation(moving.resampled(onto: fixed.grid, through: affine, threads: threads))
    let after = correlation(moving.resampled(onto: fixed.grid, through: map, threads: threads))
    func cost(_ correlation: Double) -> Double { 0.5 * log(1e-4 + 1 - correlation * correlation) }
    self.init(
      folding: map.folding(on: fixed.grid, threads: threads), metric: metric, costBefore: cost(before),
      costAfter: cost(after), similarityBefore: before, similarityAfter: after, iterations: 0, stopReason: .given)
  }
}
