import Vernier
import VernierText

/// A map that is not linear, as a page draws it: what it does beside its linear part, on a lattice over the fixed
/// image.
///
/// With A the linear part and T the map, the lattice point p goes to A⁻¹(T(p)), and volumes change there by
/// det(∂T/∂p) / det(∂A/∂p).
struct DeformationField: Sendable {
  /// Lattice points along the displayed axes.
  private let counts: [Int]
  /// For each lattice point, x fastest, its displacement in displayed samples and the determinant.
  private let displacements: [[Double]]
  private let determinants: [Double]
  /// Determinants are drawn from 1 / range to range.
  private let range: Double
  private let largest: Double
  private let unit: String

  /// - Returns: nil where the map is linear, or its linear part cannot be undone.
  init?<let rank: Int>(
    _ map: Transform<rank>, beside linear: Affine<rank>, on grid: Grid<rank>, as layout: Layout, unit: LengthUnit
  ) {
    guard map.affine == nil, let back = linear.inverted() else { return nil }
    let scale = linear.linear.determinant
    let size = layout.displayed
    let most = rank == 2 ? 64 : 24
    let longest = size.max() ?? 1
    let counts = size.map { $0 == 1 ? 1 : max(2, ($0 * most + longest / 2) / longest) }
    var displacements: [[Double]] = []
    var determinants: [Double] = []
    var largest = 0.0
    for index in 0..<counts.reduce(1, *) {
      var rest = index
      let place = counts.indices.map { axis in
        defer { rest /= counts[axis] }
        return counts[axis] == 1 ? 0 : Double(rest % counts[axis]) * Double(size[axis] - 1) / Double(counts[axis] - 1)
      }
      let from = layout.index(ofDisplayed: place)
      let point = grid.point(atIndex: Vector { from[$0] })
      let image = back(map(point))
      let to = layout.displayed(
        index: grid.index(atPoint: image).elements + [Double](repeating: 0, count: 3 - rank))
      displacements.append(zip(to, place).map { $0 - $1 })
      determinants.append(map.jacobian(at: point).determinant / scale)
      if image.isFinite { largest = max(largest, (image - point).length) }
    }
    let changes = determinants.filter { $0 > 0 }.map { max($0, 1 / $0) }.sorted()
    let usual = changes.isEmpty ? 1 : changes[changes.count * 49 / 50]
    range = [1.05, 1.1, 1.25, 1.5, 2].first { $0 >= usual } ?? 4
    (self.counts, self.displacements, self.determinants) = (counts, displacements, determinants)
    (self.largest, self.unit) = (unit(largest), unit.symbol)
  }

  var json: JSON {
    func short(_ value: Double) -> Double { value.isFinite ? (100 * value).rounded() / 100 : 0 }
    return [
      "counts": .array(counts.map(JSON.integer)), "range": .number(range),
      "displacements": .numbers(displacements.flatMap { $0.map(short) }),
      "determinants": .numbers(determinants.map { $0.isFinite ? (1000 * $0).rounded() / 1000 : 1 }),
    ]
  }

  /// What the colours and the lines are, as HTML.
  var legend: String {
    let folds = determinants.contains { $0 <= 0 }
    return """
      The lines were straight and evenly spaced in the fixed image; they are drawn where the map puts them, beside its \
      linear part and to scale: \(largest.fixed(largest < 10 ? 2 : 1)) \(unit) at most. Colours tell how \
      \(counts[2] > 1 ? "volumes" : "areas") change (the Jacobian determinant): \((1 / range).fixed(2)) \
      <i class="ramp" aria-hidden="true"></i>\(range.fixed(2)) times\
      \(folds ? "; <i class=\"fold\"></i>turned inside out" : "; nowhere is space turned inside out").
      """
  }
}
