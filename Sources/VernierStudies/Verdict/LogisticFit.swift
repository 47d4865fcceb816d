import Glibc

/// Logistic regression with a ridge penalty, by Newton's method.
struct LogisticFit {
  /// In the features' own units, the constant first.
  let coefficients: [Double]

  /// - Parameters:
  ///   - features: one row a pair; the first feature is the constant 1.
  ///   - outcomes: whether the alignment was right.
  ///   - ridge: the penalty on squared coefficients of standardised features; keeps them finite where the classes
  ///     separate.
  init(features: [[Double]], outcomes: [Bool], ridge: Double) {
    let count = features[0].count
    let total = Double(features.count)
    var means = [Double](repeating: 0, count: count)
    var deviations = [Double](repeating: 1, count: count)
    for column in 1..<count {
      let mean = features.reduce(0) { $0 + $1[column] } / total
      let variance = features.reduce(0) { $0 + ($1[column] - mean) * ($1[column] - mean) } / total
      means[column] = mean
      deviations[column] = variance > 1e-12 ? variance.squareRoot() : 1
    }
    let rows = features.map { row in (0..<count).map { $0 == 0 ? 1 : (row[$0] - means[$0]) / deviations[$0] } }
    var weights = [Double](repeating: 0, count: count)
    for _ in 0..<60 {
      var gradient = [Double](repeating: 0, count: count)
      var hessian = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
      for (row, outcome) in zip(rows, outcomes) {
        let probability = 1 / (1 + exp(-zip(weights, row).reduce(0) { $0 + $1.0 * $1.1 }))
        let error = probability - (outcome ? 1 : 0)
        let curvature = probability * (1 - probability)
        for i in 0..<count {
          gradient[i] += error * row[i]
          for j in 0..<count { hessian[i][j] += curvature * row[i] * row[j] }
        }
      }
      for index in 1..<count {
        gradient[index] += ridge * weights[index]
        hessian[index][index] += ridge
      }
      let step = Self.solve(hessian, gradient)
      for index in 0..<count { weights[index] -= step[index] }
      if step.allSatisfy({ abs($0) < 1e-10 }) { break }
    }
    var raw = (0..<count).map { $0 == 0 ? weights[0] : weights[$0] / deviations[$0] }
    for column in 1..<count { raw[0] -= raw[column] * means[column] }
    coefficients = raw
  }

  /// Gaussian elimination with partial pivoting.
  private static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
    var rows = zip(matrix, right).map { $0 + [$1] }
    let count = right.count
    for column in 0..<count {
      let pivot = (column..<count).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
      rows.swapAt(pivot, column)
      guard abs(rows[column][column]) > 1e-12 else { continue }
      for row in 0..<count where row != column {
        let factor = rows[row][column] / rows[column][column]
        for index in column...count { rows[row][index] -= factor * rows[column][index] }
      }
    }
    return (0..<count).map { abs(rows[$0][$0]) > 1e-12 ? rows[$0][count] / rows[$0][$0] : 0 }
  }
}
