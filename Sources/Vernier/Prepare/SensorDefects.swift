import Glibc

/// What a camera adds to every picture at the same place, whatever it looks at: single samples that are stuck, and
/// patterns of its rows and columns. An alignment would lock onto it and find that nothing moved.
enum SensorDefects {
  /// Two pictures without single samples that stand out from all around them, and without the pattern of rows or
  /// columns that both have at the same place; images of other ranks as they are.
  static func removed<let rank: Int>(
    from fixed: Image<rank>, _ moving: Image<rank>
  ) -> (fixed: Image<rank>, moving: Image<rank>) {
    typealias Pair = (fixed: Image<2>, moving: Image<2>)
    let found = Ranks.inPlane(rank, (fixed: fixed, moving: moving), as: (fixed: Image<rank>, moving: Image<rank>).self)
    {
      (pair: Pair) -> Pair? in
      let (still, other) = (pair.fixed.withoutIsolatedSamples(), pair.moving.withoutIsolatedSamples())
      guard still.size == other.size else { return (still, other) }
      return withoutCommonStripes(still, other)
    }
    return found ?? (fixed, moving)
  }

  /// Both pictures without the stripes along either axis that they share.
  private static func withoutCommonStripes(
    _ fixed: Image<2>, _ moving: Image<2>
  ) -> (fixed: Image<2>, moving: Image<2>) {
    var pair = (fixed: fixed, moving: moving)
    for axis in 0..<2 {
      guard let still = Stripes(of: pair.fixed, across: axis), still.isPattern,
        let other = Stripes(of: pair.moving, across: axis), other.isPattern, still.correlation(with: other) > 0.5
      else { continue }
      pair = (still.removed(from: pair.fixed), other.removed(from: pair.moving))
    }
    return pair
  }
}

/// What all samples of a row, or of a column, have in common beyond their surroundings.
private struct Stripes {
  /// 0 for columns, stripes one beside the other along x; 1 for rows.
  let axis: Int
  /// The mean of each column or row.
  private let means: [Double]
  /// Of the variance between neighbouring columns or rows, how much is the stripes'.
  let share: Double
  private let fine: [Double]

  /// - Returns: nil where the picture is too small to tell.
  init?(of image: Image<2>, across axis: Int) {
    let (count, length) = (image.size[axis], image.size[1 - axis])
    guard count >= 24, length >= 24 else { return nil }
    let (step, line) = axis == 0 ? (1, image.width) : (image.width, 1)
    var (sums, counts) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    var (differences, numbers) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    var (square, total) = (0.0, 0.0)
    for along in 0..<length {
      for place in 0..<count {
        let index = place * step + along * line
        guard image.isValid(index) else { continue }
        sums[place] += Double(image.samples[index])
        counts[place] += 1
        guard place > 0, place < count - 1, image.isValid(index - step), image.isValid(index + step) else { continue }
        let neighbours = image.samples[index - step] + image.samples[index + step]
        let difference = Double(image.samples[index]) - 0.5 * Double(neighbours)
        differences[place] += difference
        numbers[place] += 1
        square += difference * difference
        total += 1
      }
    }
    guard total > 0, square > 0 else { return nil }
    fine = zip(differences, numbers).map { $1 > 0 ? $0 / $1 : 0 }
    share = zip(fine, numbers).reduce(0) { $0 + $1.0 * $1.0 * $1.1 } / square
    let overall = sums.reduce(0, +) / max(counts.reduce(0, +), 1)
    means = zip(sums, counts).map { $1 > 0 ? $0 / $1 : overall }
    self.axis = axis
  }

  /// What each column or row has beyond the mean of those around it.
  private var profile: [Float] {
    let count = means.count
    // Wide enough that a pattern's own mean is near 0, narrow enough that the scene's means stay.
    let deviation = 4.0
    let reach = Int(2 * deviation)
    return means.indices.map { place in
      var (sum, weights) = (0.0, 0.0)
      for other in max(place - reach, 0)...min(place + reach, count - 1) {
        let away = Double(other - place) / deviation
        let weight = exp(-0.5 * away * away)
        sum += weight * means[other]
        weights += weight
      }
      return Float(means[place] - sum / weights)
    }
  }

  /// Whether these are a sensor's and not the scene's: they make up a quarter of the variance between neighbours, which
  /// a scene's long lines rarely do, and each differs from the next, while a scene is smooth. The second differences of
  /// independent numbers correlate by −⅔ from one to the next, those of a smooth profile by nearly 1.
  var isPattern: Bool {
    let square = fine.reduce(0) { $0 + $1 * $1 }
    let next = zip(fine, fine.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    return share > 0.25 && next < -0.3 * square
  }

  /// The correlation of two pictures' stripes at the same place, −1…1.
  func correlation(with other: Self) -> Double {
    var (product, own, others) = (0.0, 0.0, 0.0)
    for (here, there) in zip(fine, other.fine) {
      product += here * there
      own += here * here
      others += there * there
    }
    return own > 0 && others > 0 ? product / (own * others).squareRoot() : 0
  }

  func removed(from image: Image<2>) -> Image<2> {
    let profile = profile
    var samples = image.samples
    for index in samples.indices {
      samples[index] -= profile[axis == 0 ? index % image.width : index / image.width]
    }
    return Image(unchecked: image.grid, samples: samples, mask: image.mask)
  }
}
