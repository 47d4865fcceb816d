import Glibc
import Vernier

/// The map on which most matches agree, by random samples (RANSAC; Fischler and Bolles 1981,
/// doi:10.1145/358669.358692).
///
/// Samples are compared by their truncated squared errors, Σ min(e², `inlierDistance`²) (MSAC; Torr and Zisserman 2000,
/// doi:10.1006/cviu.1999.0832): like the number of agreeing matches, but a match that agrees better counts for more. A
/// least-squares fit to the matches that agree can only lower it.
///
/// One estimator for every model: a model differs only in how many matches determine it and in its least-squares fit.
/// OpenCV has the like for similarity and affine alone.
struct Consensus: Sendable {
  var model: TransformModel
  /// A match agrees with a map that misses it by no more, physical units.
  var inlierDistance: Double
  /// With this probability some sample held right matches alone. 0.999 misses once in a thousand pairs, for half as
  /// many samples again as 0.99 takes.
  var confidence = 0.999
  /// Samples at most: enough for an affine map where one match in ten is right, ln(1 − 0.999) / ln(1 − 0.1³) ≈ 6900.
  var sampleLimit = 10_000
  /// The signed area of a fixed sample over that of a moving one: times the determinant of a map, it is that between
  /// samples.
  var sampleAreas = 1.0
  /// The determinants between samples in which a free scale is believed: lengths between a quarter and four times and
  /// no mirror image, because descriptors match no further, while maps that shrink all to a point agree with many wrong
  /// matches.
  var credibleDeterminants = 1.0 / 16...16

  /// Matches that determine the model.
  static func sampleSize(_ model: TransformModel) -> Int {
    switch model {
    case .translation: 1
    case .rigid, .similarity: 2
    case .affine, .homography: 3
    }
  }

  /// The least-squares map of the matches that agree best, and their number; nil where no sample determines a map. The
  /// same seed gives the same bits.
  func find(among matches: [PointMatch], seed: UInt64 = 1) -> (map: PlaneMap, agreeing: Int)? {
    let size = Self.sampleSize(model)
    guard matches.count >= size else { return nil }
    var random = SplitMix64(seed: seed)
    var best: (map: PlaneMap, support: Support)?
    var needed = sampleLimit
    var drawn = 0
    while drawn < needed {
      drawn += 1
      guard let map = PlaneMap(model, fitting: sample(of: size, from: matches, using: &random)), isCredible(map)
      else { continue }
      let support = Support(of: map, matches, within: inlierDistance)
      if let best, support.cost >= best.support.cost { continue }
      best = (map, support)
      needed = min(sampleLimit, samplesNeeded(share: Double(support.count) / Double(matches.count), size: size))
    }
    return best.map { polished($0.map, $0.support, matches) }
  }

  /// Fits all matches that agree and looks which agree with the fit, as long as the cost falls.
  private func polished(_ map: PlaneMap, _ support: Support, _ matches: [PointMatch]) -> (map: PlaneMap, agreeing: Int)
  {
    var map = map
    var support = support
    for _ in 0..<20 {
      let agreeing = matches.filter { map.squaredError($0) <= inlierDistance * inlierDistance }
      guard let fit = PlaneMap(model, fitting: agreeing), isCredible(fit) else { break }
      let next = Support(of: fit, matches, within: inlierDistance)
      guard next.cost < support.cost else { break }
      (map, support) = (fit, next)
    }
    return (map, support.count)
  }

  /// ln(1 − confidence) / ln(1 − shareⁿ): samples of n matches until one is likely to be free of wrong ones.
  private func samplesNeeded(share: Double, size: Int) -> Int {
    let pure = pow(share, Double(size))
    guard pure < 1 else { return 1 }
    return Int(min(log(1 - confidence) / log1p(-pure), Double(sampleLimit)).rounded(.up))
  }

  /// Different matches, drawn evenly.
  private func sample(
    of size: Int, from matches: [PointMatch], using random: inout SplitMix64
  ) -> [PointMatch] {
    var numbers: [Int] = []
    while numbers.count < size {
      let number = Int.random(in: matches.indices, using: &random)
      if !numbers.contains(number) { numbers.append(number) }
    }
    return numbers.map { matches[$0] }
  }

  private func isCredible(_ map: PlaneMap) -> Bool {
    model == .translation || model == .rigid || credibleDeterminants.contains(map.determinant * sampleAreas)
  }
}

/// How well matches agree with a map.
private struct Support {
  /// The matches that the map misses by no more than the distance.
  var count = 0
  /// Σ min(e², distance²).
  var cost = 0.0

  init(of map: PlaneMap, _ matches: [PointMatch], within distance: Double) {
    let most = distance * distance
    for match in matches {
      let square = map.squaredError(match)
      if square <= most { count += 1 }
      cost += min(square, most)
    }
  }
}
