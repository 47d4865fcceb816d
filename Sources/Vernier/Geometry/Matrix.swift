/// A square matrix of `rank` rows: the linear part of a transform, the direction cosines of a volume.
public struct Matrix<let rank: Int>: Sendable {
  var rows: InlineArray<rank, Vector<rank>>

  /// The matrix whose element in row `row` and column `column` is `element(row, column)`.
  public init(_ element: (_ row: Int, _ column: Int) throws -> Double) rethrows {
    rows = InlineArray(repeating: .zero)
    for row in 0..<rank { rows[row] = try Vector { try element(row, $0) } }
  }

  /// A matrix from its elements in row-major order.
  ///
  /// - Precondition: `elements` has `rank` × `rank` elements.
  public init(rowMajor elements: [Double]) {
    precondition(elements.count == rank * rank, "a \(rank)×\(rank) matrix needs \(rank * rank) elements")
    self.init { elements[$0 * rank + $1] }
  }

  public static var identity: Self { Self { $0 == $1 ? 1 : 0 } }

  public static func diagonal(_ elements: Vector<rank>) -> Self {
    Self { $0 == $1 ? elements[$0] : 0 }
  }

  public subscript(row: Int, column: Int) -> Double {
    get { rows[row][column] }
    set { rows[row][column] = newValue }
  }

  /// The elements in row-major order.
  public var rowMajor: [Double] { (0..<rank).flatMap { rows[$0].elements } }

  public var transposed: Self { Self { self[$1, $0] } }

  public static func * (left: Self, right: Self) -> Self {
    Self { row, column in
      var sum = 0.0
      for inner in 0..<rank { sum += left[row, inner] * right[inner, column] }
      return sum
    }
  }

  public static func * (left: Self, right: Vector<rank>) -> Vector<rank> {
    Vector { left.rows[$0].dot(right) }
  }

  public static func * (left: Self, right: Double) -> Self { Self { left[$0, $1] * right } }
  public static func + (left: Self, right: Self) -> Self { Self { left[$0, $1] + right[$0, $1] } }
  public static func - (left: Self, right: Self) -> Self { Self { left[$0, $1] - right[$0, $1] } }

  /// The determinant, by Gaussian elimination with partial pivoting.
  public var determinant: Double { eliminated().determinant }

  /// The inverse, or nil where the matrix is singular to working precision.
  public func inverted() -> Self? { eliminated().inverse }

  private func eliminated() -> (determinant: Double, inverse: Self?) {
    var left = self
    var right = Self.identity
    var determinant = 1.0
    for column in 0..<rank {
      var pivot = column
      for row in column..<rank where abs(left[row, column]) > abs(left[pivot, column]) { pivot = row }
      let value = left[pivot, column]
      guard abs(value) > 1e-300, value.isFinite else { return (0, nil) }
      if pivot != column {
        (left.rows[pivot], left.rows[column]) = (left.rows[column], left.rows[pivot])
        (right.rows[pivot], right.rows[column]) = (right.rows[column], right.rows[pivot])
        determinant = -determinant
      }
      determinant *= value
      left.rows[column] = left.rows[column] / value
      right.rows[column] = right.rows[column] / value
      for row in 0..<rank where row != column {
        let factor = left[row, column]
        left.rows[row] -= left.rows[column] * factor
        right.rows[row] -= right.rows[column] * factor
      }
    }
    return (determinant, right)
  }
}

extension Matrix: Equatable {
  public static func == (left: Self, right: Self) -> Bool {
    (0..<rank).allSatisfy { left.rows[$0] == right.rows[$0] }
  }
}
