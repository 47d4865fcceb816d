extension Refiner {
  /// Refines by NCC and by mutual information at low resolution, and goes on with the one that explains the images
  /// better.
  ///
  /// Both scores measure a correlation, see ``significance(_:share:)``: where intensities are linearly related they
  /// agree, and NCC is the more precise; where they are not, information is clearly higher. Where the two lead to
  /// different places, information also has to prefer its own. From a single start the edges decide between two places:
  /// one of the two may have walked far away to the only place where it is high, and neither climbs by the edges.
  ///
  /// In space the empty ground around a head correlates so well that NCC may be the higher across contrasts too, while
  /// it leads some millimetres astray, or turns a symmetric object around. Where the object itself shows no linear
  /// relation there, its samples at NCC's place correlating by less than 0.4, information is gone on with unless it
  /// prefers that place too.
  ///
  /// Where in space NCC is the higher at the coarse level already, in one place with information, and the object itself
  /// shows a linear relation, information is not pursued further. In the plane that would be too early: frames and
  /// surrounds correlate at low resolution.
  func refineByEither(_ candidates: [Candidate<rank>]) -> [Candidate<rank>] {
    var level = coarseLevel()
    var linear = refined(candidates, metric: .crossCorrelation, level: level, limit: 30, keeping: 4)
    var anyRelation = refined(candidates, metric: .mutualInformation, level: level, limit: 30, keeping: 4)
    if level > 0 {
      let isLinear = isPlainlyLinear(linear.first, anyRelation.first, level: level)
      level -= 1
      linear = refined(linear, metric: .crossCorrelation, level: level, limit: 15, keeping: 2)
      if isLinear { return finish(linear, metric: .crossCorrelation, from: level) }
      anyRelation = refined(anyRelation, metric: .mutualInformation, level: level, limit: 15, keeping: 2)
    }
    guard let first = linear.first, let second = anyRelation.first else {
      return linear
    }
    var toBeat = informationMargin * first.score
    if rank == 3, foregroundCorrelation(first.linear, level: level) < 0.4 { toBeat = 0 }
    if !isNear(first.linear, second.linear) {
      if candidates.count == 1 {
        return edgeAgreement(second.linear, level: level) > edgeAgreement(first.linear, level: level)
          ? finish(anyRelation, metric: .mutualInformation, from: level)
          : finish(linear, metric: .crossCorrelation, from: level)
      }
      toBeat = max(toBeat, information(level).score(first.linear))
    }
    return second.score > toBeat
      ? finish(anyRelation, metric: .mutualInformation, from: level)
      : finish(linear, metric: .crossCorrelation, from: level)
  }

  /// Whether a finer level will not call for information: it is no higher here, in the same place, and the object's own
  /// correlation is clear.
  private func isPlainlyLinear(_ linear: Candidate<rank>?, _ anyRelation: Candidate<rank>?, level: Int) -> Bool {
    guard rank == 3, let linear, let anyRelation, anyRelation.score <= linear.score,
      isNear(linear.linear, anyRelation.linear)
    else { return false }
    return foregroundCorrelation(linear.linear, level: level) >= 0.8
  }

  private func edgeAgreement(_ transform: Affine<rank>, level: Int) -> Double {
    let pair = pair(level)
    return EdgeAgreement(pair.fixed, pair.moving.resampled(onto: pair.fixed.grid, through: transform, threads: threads))
      .value
  }

  /// The NCC over what is brighter than Otsu's threshold in the fixed image; negative where it contradicts that of all
  /// samples.
  private func foregroundCorrelation(_ transform: Affine<rank>, level: Int) -> Double {
    let pair = pair(level)
    let threshold = pair.fixed.otsuThreshold()
    let moved = pair.moving.resampled(onto: pair.fixed.grid, through: transform, threads: threads)
    var (all, foreground) = (GainOffsetSums(), GainOffsetSums())
    for index in moved.samples.indices {
      guard pair.fixed.mask == nil || pair.fixed.mask![index] != 0, moved.mask == nil || moved.mask![index] != 0
      else { continue }
      let sample = GainOffsetSums(fixed: Double(pair.fixed.samples[index]), moving: Double(moved.samples[index]))
      all += sample
      if pair.fixed.samples[index] > threshold { foreground += sample }
    }
    return all.correlation < 0 ? -foreground.correlation : foreground.correlation
  }
}
