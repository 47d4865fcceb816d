import Glibc

/// Logistic regression with a ridge penalty and bounds on the signs of the coefficients.
///
/// Newton's method on the coefficients that are free. One at its bound of 0 is not free while the gradient pushes it
/// beyond; a step that leads beyond a bound ends there, and is halved until the sum of both falls (projected Newton: D. P.
/// Bertsekas, SIAM Journal on Control and Optimization 20, 1982).
struct LogisticFit {
  /// In the features' own units, the constant first.
  let coefficients: [Double]

  /// What a coefficient may be.
  enum Sign { case any, notNegative, notPositive }

  /// - Parameters:
  ///   - features: one row a pair; the first feature is the constant 1.
  ///   - outcomes: whether the alignment was right.
  ///   - signs: of the coefficients; nil where each may have any.
  ///   - ridge: the penalty on squared coefficients of standardised features; keeps them finite where the classes
  ///     separate.
  init(features: [[Double]], outcomes: [Bool], signs: [Sign]? = nil, ridge: Double) {
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
    let problem = Problem(rows: rows, outcomes: outcomes, signs: signs, ridge: ridge)
    var weights = [Double](repeating: 0, count: count)
    for _ in 0..<100 {
      let step = problem.step(from: weights)
      let before = problem.cost(weights)
      var share = 1.0
      var next = problem.bounded(zip(weights, step).map { $0 - share * $1 })
      while problem.cost(next) > before, share > 1e-6 {
        share /= 2
        next = problem.bounded(zip(weights, step).map { $0 - share * $1 })
      }
      let moved = zip(weights, next).map { abs($0 - $1) }.max() ?? 0
      weights = next
      if moved < 1e-10 { break }
    }
    var raw = (0..<count).map { $0 == 0 ? weights[0] : weights[$0] / deviations[$0] }
    for column in 1..<count { raw[0] -= raw[column] * means[column] }
    coefficients = raw
  }

  /// The cost to be made least, of standardised features.
  private struct Problem {
    let rows: [[Double]]
    let outcomes: [Bool]
    let signs: [Sign]?
    let ridge: Double

    /// − ln of the likelihood, and half the ridge's penalty.
    func cost(_ weights: [Double]) -> Double {
      var cost = weights.dropFirst().reduce(0) { $0 + 0.5 * ridge * $1 * $1 }
      for (row, outcome) in zip(rows, outcomes) {
        let sum = zip(weights, row).reduce(0) { $0 + $1.0 * $1.1 }
        let against = outcome ? -sum : sum
        // ln(1 + e^x) without overflow.
        cost += max(against, 0) + log1p(exp(-abs(against)))
      }
      return cost
    }

    func bounded(_ weights: [Double]) -> [Double] {
      guard let signs else { return weights }
      return zip(weights, signs).map { weight, sign in
        switch sign {
        case .any: weight
        case .notNegative: max(weight, 0)
        case .notPositive: min(weight, 0)
        }
      }
    }

    /// What to take off the weights: Newton's step of the free ones, 0 for the others.
    func step(from weights: [Double]) -> [Double] {
      let count = weights.count
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
      let free = (0..<count).filter { index in
        guard let signs, weights[index] == 0 else { return true }
        switch signs[index] {
        case .any: return true
        case .notNegative: return gradient[index] < 0
        case .notPositive: return gradient[index] > 0
        }
      }
      let solved = LogisticFit.solve(free.map { row in free.map { hessian[row][$0] } }, free.map { gradient[$0] })
      var step = [Double](repeating: 0, count: count)
      for (index, value) in zip(free, solved) { step[index] = value }
      return step
    }
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
