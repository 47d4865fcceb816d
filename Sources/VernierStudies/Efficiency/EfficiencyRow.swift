import Vernier

/// How near one method comes to the bound under one condition.
struct EfficiencyRow: Sendable {
  /// Pairs with an answer that is not off; the others are counted, and left out of all else here.
  let count: Int
  let off: Int
  /// Root mean square errors: the shift's along an axis in pixels, the rotation's in degrees.
  let translation: Double
  let rotation: Double
  /// The square roots of the mean bounds over the same pairs.
  let translationBound: Double
  let rotationBound: Double
  /// The root mean squares of each pair's error over its own bound.
  let translationPerPair: Double
  let rotationPerPair: Double

  /// - Parameter results: for each pair the bound and what a method answered; nil where it gave no answer.
  init(_ results: [(sample: EfficiencyCondition.Sample, found: Affine<2>?)]) {
    var sums = [Double](repeating: 0, count: 6)
    var count = 0
    for (sample, found) in results {
      let grid = sample.pair.fixed.grid
      guard let found, !RigidError(of: found, from: sample.pair.truth, on: grid).isOff else { continue }
      let gap = found(grid.center) - sample.pair.truth(grid.center)
      let turn = RigidError.difference(
        found.parameters.rotation[0], sample.pair.truth.parameters.rotation[0])
      let squares = [gap.dot(gap) / 2, turn * turn]
      let bounds = [sample.bound.translation, sample.bound.rotation]
      for part in 0..<2 {
        sums[part] += squares[part]
        sums[2 + part] += bounds[part]
        sums[4 + part] += squares[part] / bounds[part]
      }
      count += 1
    }
    let roots = sums.map { count > 0 ? ($0 / Double(count)).squareRoot() : .nan }
    self.count = count
    off = results.count - count
    (translation, rotation) = (roots[0], roots[1])
    (translationBound, rotationBound) = (roots[2], roots[3])
    (translationPerPair, rotationPerPair) = (roots[4], roots[5])
  }

  /// 1 is the limit.
  var translationRatio: Double { translation / translationBound }
  var rotationRatio: Double { rotation / rotationBound }
}
