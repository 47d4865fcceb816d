/// Dense symmetric equations of a few unknowns: the normal equations of a step.
struct SymmetricSystem {
  /// The number of unknowns.
  let count: Int
  /// Row-major, `count` × `count`.
  var matrix: [Double]
  var right: [Double]

  init(count: Int) {
    self.count = count
    matrix = [Double](repeating: 0, count: count * count)
    right = [Double](repeating: 0, count: count)
  }

  /// Solves (matrix + damping · diagonal) x = right by Cholesky, or nil where that is not positive definite.
  func solved(damping: Double = 0) -> [Double]? {
    guard let lower = factor(damping: damping) else { return nil }
    return backSubstitute(lower, right)
  }

  /// The inverse of the matrix, row-major, or nil where it is not positive definite.
  func inverted() -> [Double]? {
    guard let lower = factor(damping: 0) else { return nil }
    var inverse = [Double](repeating: 0, count: count * count)
    for column in 0..<count {
      var unit = [Double](repeating: 0, count: count)
      unit[column] = 1
      for (row, value) in backSubstitute(lower, unit).enumerated() { inverse[row * count + column] = value }
    }
    return inverse
  }

  /// The Cholesky factor of the damped matrix; a pivot below 10⁻¹² of its diagonal counts as singular.
  private func factor(damping: Double) -> [Double]? {
    var lower = [Double](repeating: 0, count: count * count)
    for row in 0..<count {
      for column in 0...row {
        var sum = matrix[row * count + column]
        if row == column { sum += damping * sum }
        let diagonal = sum
        for inner in 0..<column { sum -= lower[row * count + inner] * lower[column * count + inner] }
        if row == column {
          guard sum > 1e-12 * diagonal, sum > 0, sum.isFinite else { return nil }
          lower[row * count + row] = sum.squareRoot()
        } else {
          lower[row * count + column] = sum / lower[column * count + column]
        }
      }
    }
    return lower
  }

  private func backSubstitute(_ lower: [Double], _ values: [Double]) -> [Double] {
    var x = values
    for row in 0..<count {
      for inner in 0..<row { x[row] -= lower[row * count + inner] * x[inner] }
      x[row] /= lower[row * count + row]
    }
    for row in (0..<count).reversed() {
      for inner in (row + 1)..<max(count, row + 1) { x[row] -= lower[inner * count + row] * x[inner] }
      x[row] /= lower[row * count + row]
    }
    return x
  }
}
