/// A square matrix of `rank` rows: the linear part of a transform, the direction cosines of a volume.
@frozen
public struct Matrix<let rank: Int>: Sendable {
  @usableFromInline var rows: InlineArray<rank, Vector<rank>>

  /// The matrix whose element in row `row` and column `column` is `element(row, column)`.
  @inlinable
  public init(_ element: (_ row: Int, _ column: Int) throws -> Double) rethrows {
    rows = InlineArray(repeating: .zero)
    for row in 0..<rank { for column in 0..<rank { rows[row][column] = try element(row, column) } }
  }

  /// A matrix from its elements in row-major order.
  ///
  /// - Precondition: `elements` has `rank` × `rank` elements.
  @inlinable
  public init(rowMajor elements: [Double]) {
    precondition(elements.count == rank * rank, "a matrix has as many elements as its rank squared")
    self.init { elements[$0 * rank + $1] }
  }

  @inlinable
  public static var zero: Self { Self { _, _ in 0 } }

  @inlinable
  public static var identity: Self { Self { $0 == $1 ? 1 : 0 } }

  @inlinable
  public static func diagonal(_ elements: Vector<rank>) -> Self {
    Self { $0 == $1 ? elements[$0] : 0 }
  }

  @inlinable
  public subscript(row: Int, column: Int) -> Double {
    get { rows[row][column] }
    set { rows[row][column] = newValue }
  }

  /// The elements in row-major order.
  @inlinable
  public var rowMajor: [Double] { (0..<rank).flatMap { rows[$0].elements } }

  @inlinable
  public var transposed: Self { Self { self[$1, $0] } }

  /// Whether every element is a finite number.
  @inlinable
  public var isFinite: Bool {
    var finite = true
    for row in 0..<rank { finite = finite && rows[row].isFinite }
    return finite
  }

  @inlinable
  public static func * (left: Self, right: Self) -> Self {
    Self { row, column in
      var sum = 0.0
      for inner in 0..<rank { sum += left[row, inner] * right[inner, column] }
      return sum
    }
  }

  @inlinable
  public static func * (left: Self, right: Vector<rank>) -> Vector<rank> {
    var product = Vector<rank>.zero
    for row in 0..<rank { product[row] = left.rows[row].dot(right) }
    return product
  }

  @inlinable
  public static func * (left: Self, right: Double) -> Self {
    var product = left
    for row in 0..<rank { product.rows[row] = left.rows[row] * right }
    return product
  }

  @inlinable
  public static func + (left: Self, right: Self) -> Self {
    var sum = left
    for row in 0..<rank { sum.rows[row] += right.rows[row] }
    return sum
  }

  @inlinable
  public static func - (left: Self, right: Self) -> Self {
    var difference = left
    for row in 0..<rank { difference.rows[row] -= right.rows[row] }
    return difference
  }

  /// The determinant, by Gaussian elimination with partial pivoting.
  @inlinable
  public var determinant: Double { eliminated().determinant }

  /// The inverse, or nil where the matrix is singular to working precision.
  @inlinable
  public func inverted() -> Self? { eliminated().inverse }

  @inlinable
  func eliminated() -> (determinant: Double, inverse: Self?) {
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
  @inlinable
  public static func == (left: Self, right: Self) -> Bool {
    for row in 0..<rank where left.rows[row] != right.rows[row] { return false }
    return true
  }
}

extension Matrix: ExpressibleByArrayLiteral {
  /// A matrix from its rows, as in `let turn: Matrix<2> = [[0, -1], [1, 0]]`.
  ///
  /// - Precondition: the literal has `rank` rows.
  @inlinable
  public init(arrayLiteral rows: Vector<rank>...) {
    precondition(rows.count == rank, "a matrix has as many rows as its rank")
    self.init { rows[$0][$1] }
  }
}
