import VernierText

/// A linear transform as it is told to people.
struct TransformText: Sendable {
  /// The model's parameter names, `rotation` and `scale` first, and their values.
  var names: [String]
  var values: [Double]
  var deviations: [Double?]
  /// The parameters of the next best candidate.
  var rival: [Double]?
  var center: [Double]
  /// Homogeneous, fixed point to moving point.
  var matrix: [[Double]]
  /// Whether the matrix is that of a homography, of which the parameters tell the linear part.
  var isPerspective: Bool
  /// The unit of the parameters that are lengths, and of the centre.
  var unit: LengthUnit
  /// The mean distance of two samples of the fixed image, in pixels or millimetres.
  var sample: Double

  /// A parameter with its standard deviation and unit.
  func parameter(_ index: Int) -> String {
    values[index].fixed(places(index), deviation: deviations[index]) + unitSuffix(index)
  }

  /// The parameters in one line, such as `rotation 12.300°, translation (1.50, −2.00) px`.
  func sentence(_ values: [Double]) -> String {
    var parts: [String] = []
    for kind in ["rotation", "scale", "shear", "translation"] {
      let found = names.indices.filter { names[$0].hasPrefix(kind) }
      guard !found.isEmpty else { continue }
      let numbers = found.map { values[$0].fixed(places($0) - 1) }
      let text = found.count == 1 ? numbers[0] : "(" + numbers.joined(separator: ", ") + ")"
      parts.append(kind + " " + text + unitSuffix(found[0]))
    }
    return parts.joined(separator: ", ")
  }

  /// The values of all parameters of a kind in one text, without deviations.
  func summary(of kind: String) -> String? {
    let found = names.indices.filter { names[$0].hasPrefix(kind) }
    guard !found.isEmpty else { return nil }
    return found.map { values[$0].fixed(2) }.joined(separator: ", ") + unitSuffix(found[0])
  }

  /// The matrix with every digit, as JSON.
  var matrixJSON: String {
    "[" + matrix.map { JSON.numbers($0).text(marksDoubles: true) }.joined(separator: ",\n ") + "]"
  }

  private func places(_ index: Int) -> Int {
    names[index].hasPrefix("scale") || names[index].hasPrefix("shear") ? 5 : 3
  }

  private func unitSuffix(_ index: Int) -> String {
    if names[index].hasPrefix("rotation") { return "°" }
    return names[index].hasPrefix("translation") ? " " + unit.symbol : ""
  }
}
