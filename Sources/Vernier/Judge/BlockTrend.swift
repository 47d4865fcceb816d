/// Where blocks lie beside the places that a transform gives them, as a smooth function of the place: what the transform's
/// model leaves, such as a perspective.
///
/// A polynomial of the second degree, or a mere shift where the blocks are few, fitted by least squares that let a block
/// count the less the farther it is from the others' trend.
struct BlockTrend<let rank: Int> {
  private let middle: Vector<rank>
  private let scale: Double
  private let isCurved: Bool
  /// The outermost centres of the blocks that it is drawn through.
  private let box: (low: Vector<rank>, high: Vector<rank>)
  /// A row of coefficients for each axis.
  private let coefficients: [[Double]]

  /// - Returns: nil where fewer than four blocks say where they lie.
  init?(of blocks: [BlockMatching<rank>.Block], size: Size<rank>) {
    let known = blocks.filter { $0.deviation < 1.5 }
    guard known.count >= 4 else { return nil }
    let middle = Vector<rank> { Double(size[$0] - 1) / 2 }
    let scale = Double(size.max() ?? 1) / 2
    let isCurved = known.count >= 3 * Self.terms
    let count = isCurved ? Self.terms : 1
    let rows = known.map { Self.row(at: ($0.center - middle) * (1 / scale), curved: isCurved) }
    var fitted = [[Double]](repeating: [Double](repeating: 0, count: count), count: rank)
    for _ in 0..<12 {
      var system = SymmetricSystem(count: count)
      var rights = [[Double]](repeating: [Double](repeating: 0, count: count), count: rank)
      for (row, block) in zip(rows, known) {
        var distance = 0.0
        for axis in 0..<rank {
          let expected = (0..<count).reduce(0.0) { $0 + fitted[axis][$1] * row[$1] }
          distance += (block.shift[axis] - expected) * (block.shift[axis] - expected)
        }
        let weight = 1 / ((1 + distance / 4) * (0.25 + block.deviation * block.deviation))
        for first in 0..<count {
          for axis in 0..<rank { rights[axis][first] += weight * row[first] * block.shift[axis] }
          for second in 0..<count { system.matrix[first * count + second] += weight * row[first] * row[second] }
        }
      }
      // Bends are rarer than shifts: what nothing shows is not drawn.
      for term in 0..<count { system.matrix[term * count + term] += term == 0 ? 0.01 : 1 }
      for axis in 0..<rank {
        system.right = rights[axis]
        guard let solution = system.solved() else { return nil }
        fitted[axis] = solution
      }
    }
    (self.middle, self.scale, self.isCurved) = (middle, scale, isCurved)
    box = (
      Vector { axis in known.map { $0.center[axis] }.min() ?? 0 },
      Vector { axis in known.map { $0.center[axis] }.max() ?? 0 }
    )
    coefficients = fitted
  }

  private static var terms: Int { 1 + rank + rank * (rank + 1) / 2 }

  private static func row(at place: Vector<rank>, curved: Bool) -> [Double] {
    guard curved else { return [1] }
    var row = [1.0] + place.elements
    for first in 0..<rank { for second in first..<rank { row.append(place[first] * place[second]) } }
    return row
  }

  /// The nearest place within the blocks that it is drawn through, to half a block beyond their centres.
  func held(_ index: Vector<rank>) -> Vector<rank> {
    let margin = rank == 2 ? 8.0 : 4
    return Vector { min(max(index[$0], box.low[$0] - margin), box.high[$0] + margin) }
  }

  /// In samples.
  func shift(at index: Vector<rank>) -> Vector<rank> {
    let row = Self.row(at: (index - middle) * (1 / scale), curved: isCurved)
    return Vector { axis in zip(coefficients[axis], row).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  /// What of ``shift(at:)`` is of a degree, 0 to 2.
  func shift(at index: Vector<rank>, ofDegree degree: Int) -> Vector<rank> {
    let row = Self.row(at: (index - middle) * (1 / scale), curved: isCurved)
    let terms = [0..<1, 1..<(1 + rank), (1 + rank)..<Self.terms][degree].clamped(to: 0..<row.count)
    return Vector { axis in terms.reduce(0) { $0 + coefficients[axis][$1] * row[$1] } }
  }

  /// The median distance between where blocks that say so lie and the trend, in samples.
  func typicalDistance(of blocks: [BlockMatching<rank>.Block]) -> Double {
    let distances = blocks.filter { $0.deviation < 1.5 }.map { ($0.shift - shift(at: $0.center)).length }.sorted()
    return distances.isEmpty ? 0 : distances[distances.count / 2]
  }
}
