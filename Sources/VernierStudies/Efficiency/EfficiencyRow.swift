import Glibc
import Vernier

/// How near one method comes to the bound under one condition.
struct EfficiencyRow: Sendable {
  /// Pairs with an answer that is not off; the others are counted, and left out of all else but the medians.
  let count: Int
  let off: Int
  /// Along one axis, in pixels.
  let shift: Part
  /// In degrees.
  let rotation: Part

  struct Part: Sendable {
    /// The root mean square error.
    let error: Double
    /// The square root of the mean bound over the same pairs.
    let bound: Double
    /// The same where the scene is unknown, see ``UnknownScene``.
    let attainable: Double
    /// The root mean square of each pair's error over its own bound, and of what is attainable over the bound.
    let perPair: Double
    let attainablePerPair: Double
    /// The root of the median squared error over the bound, among all pairs, by what the median would be at the bound.
    /// A pair without an answer counts as infinitely far off.
    let byMedian: Double

    /// A squared error, the bound on its mean, and what is attainable of it.
    struct Pair {
      var square: Double
      var bound: Double
      var attainable: Double
    }

    /// - Parameters:
    ///   - pairs: those that count.
    ///   - squares: of all pairs the squared error by the bound, χ² distributed at the bound.
    ///   - median: of that distribution.
    init(_ pairs: [Pair], squares: [Double], median: Double) {
      func root(_ value: (Pair) -> Double) -> Double {
        Statistics(pairs.map(value)).mean.squareRoot()
      }
      error = root(\.square)
      bound = root(\.bound)
      attainable = root(\.attainable)
      perPair = root { $0.square / $0.bound }
      attainablePerPair = root { $0.attainable / $0.bound }
      byMedian = (Statistics(squares).median / median).squareRoot()
    }

    /// 1 is the limit.
    var ratio: Double { error / bound }
    var attainableRatio: Double { attainable / bound }
  }

  /// - Parameter results: for each pair the bound and what a method answered; nil where it gave no answer.
  init(_ results: [(sample: EfficiencyCondition.Sample, found: Affine<2>?)]) {
    var shifts: [Part.Pair] = []
    var rotations: [Part.Pair] = []
    var shiftSquares: [Double] = []
    var rotationSquares: [Double] = []
    for (sample, found) in results {
      guard let found else {
        shiftSquares.append(.infinity)
        rotationSquares.append(.infinity)
        continue
      }
      let grid = sample.pair.fixed.grid
      let bound = sample.bound
      let gap = found(grid.center) - sample.pair.truth(grid.center)
      let turn = RigidError.difference(
        found.parameters.rotation[0], sample.pair.truth.parameters.rotation[0])
      shiftSquares.append(bound.squaredDistance(of: gap))
      rotationSquares.append(turn * turn / bound.rotation)
      guard !RigidError(of: found, from: sample.pair.truth, on: grid).isOff else { continue }
      let excess = sample.excess * sample.excess
      shifts.append(
        Part.Pair(square: gap.dot(gap) / 2, bound: bound.translation, attainable: bound.translation * excess))
      rotations.append(
        Part.Pair(square: turn * turn, bound: bound.rotation, attainable: bound.rotation * excess))
    }
    count = shifts.count
    off = results.count - count
    shift = Part(shifts, squares: shiftSquares, median: Self.medianOfTwo)
    rotation = Part(rotations, squares: rotationSquares, median: Self.medianOfOne)
  }

  /// The medians of χ² with one degree of freedom and with two.
  private static let medianOfOne = 0.454_936_423_119_572_7
  private static let medianOfTwo = 2 * M_LN2
}
