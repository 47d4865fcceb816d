extension Refiner {
  /// Refines by NCC and by mutual information at low resolution, and goes on with the one that explains the images
  /// better.
  ///
  /// Both scores measure a correlation, see ``significance(_:share:)``: where intensities are linearly related they agree, and NCC
  /// is the more precise; where they are not, information is clearly higher. Where the two lead to different places, information
  /// also has to prefer its own.
  ///
  /// In space the empty ground around a head correlates so well that NCC may be the higher across contrasts too, while it leads some millimetres
  /// astray. There information is gone on with also where it falls by more than 1 % at NCC's nearby place, unless NCC is 1.7 times as high, as only a linear
  /// relation makes it.
  func refineByEither(_ candidates: [Candidate<rank>]) -> [Candidate<rank>] {
    let coarse = coarseLevel()
    var level = coarse
    var linear = refined(candidates, metric: .crossCorrelation, level: level, limit: 30, keeping: 4)
    var anyRelation = refined(candidates, metric: .mutualInformation, level: level, limit: 30, keeping: 4)
    if level > 0 {
      level -= 1
      linear = refined(linear, metric: .crossCorrelation, level: level, limit: 15, keeping: 2)
      anyRelation = refined(anyRelation, metric: .mutualInformation, level: level, limit: 15, keeping: 2)
    }
    guard let first = linear.first, let second = anyRelation.first else {
      return linear
    }
    var toBeat = 1.11 * first.score
    if !isNear(first.transform, second.transform) {
      toBeat = max(toBeat, information(level).score(first.transform))
    } else if rank == 3, first.score < 1.7 * second.score {
      toBeat = min(toBeat, 1.01 * information(level).score(first.transform))
    }
    return second.score > toBeat
      ? finish(anyRelation, metric: .mutualInformation, from: level)
      : finish(linear, metric: .crossCorrelation, from: level)
  }
}
