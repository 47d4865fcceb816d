/// Symmetric equations of many unknowns of which each meets only some before it: normal equations of a chain.
///
/// Of each row what lies between its first element and the diagonal is kept, the envelope, which Cholesky's factor
/// fills and never leaves (Jennings 1966). With n rows of width w a solution takes n w² steps and n w numbers.
struct EnvelopeSystem {
  /// The column of each row's first element.
  let firsts: [Int]
  private let starts: [Int]
  private var values: [Double]
  var right: [Double]

  /// - Parameter firsts: the column of each row's first element, at most the row's own.
  init(firsts: [Int]) {
    self.firsts = firsts
    var starts: [Int] = []
    var count = 0
    for (row, first) in firsts.enumerated() {
      starts.append(count - first)
      count += row - first + 1
    }
    self.starts = starts
    values = [Double](repeating: 0, count: count)
    right = [Double](repeating: 0, count: firsts.count)
  }

  /// An element on or below the diagonal.
  ///
  /// - Precondition: the column lies between the row's first and the row itself.
  subscript(row: Int, column: Int) -> Double {
    get { values[starts[row] + column] }
    set { values[starts[row] + column] = newValue }
  }

  /// The solution; nil where the matrix is not positive definite. A pivot below 10⁻¹² of its diagonal counts as
  /// singular.
  consuming func solved() -> [Double]? {
    let count = firsts.count
    for row in 0..<count {
      for column in firsts[row]...row {
        var sum = self[row, column]
        let diagonal = sum
        for inner in max(firsts[row], firsts[column])..<max(column, firsts[row], firsts[column]) {
          sum -= self[row, inner] * self[column, inner]
        }
        if column < row {
          self[row, column] = sum / self[column, column]
        } else {
          guard sum > 1e-12 * diagonal, sum > 0, sum.isFinite else { return nil }
          self[row, row] = sum.squareRoot()
        }
      }
    }
    var solution = right
    for row in 0..<count {
      for column in firsts[row]..<row { solution[row] -= self[row, column] * solution[column] }
      solution[row] /= self[row, row]
    }
    for row in (0..<count).reversed() {
      solution[row] /= self[row, row]
      for column in firsts[row]..<row { solution[column] -= self[row, column] * solution[row] }
    }
    return solution
  }
}
