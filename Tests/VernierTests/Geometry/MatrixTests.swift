import Testing
import Vernier

@Suite struct MatrixTests {
  static let seeds: [UInt64] = Array(1...8)

  @Test func productWithAVectorTakesRows() {
    let matrix = Matrix<2>(rowMajor: [1, 2, 3, 4])
    #expect(matrix * Vector<2>([1, 10]) == [21, 43])
    #expect(matrix[0, 1] == 2 && matrix[1, 0] == 3)
    #expect(matrix.transposed == Matrix(rowMajor: [1, 3, 2, 4]))
    #expect(matrix.rowMajor == [1, 2, 3, 4])
  }

  @Test func determinantsOfKnownMatrices() {
    #expect(Matrix<2>(rowMajor: [1, 2, 3, 4]).determinant == -2)
    #expect(abs(Matrix<3>(rowMajor: [2, 0, 1, 1, 3, 2, 1, 1, 1]).determinant) < 1e-15)
    #expect(Matrix<3>.diagonal([2, 3, 4]).determinant == 24)
    #expect(Matrix<3>(rowMajor: [0, 1, 0, 1, 0, 0, 0, 0, 1]).determinant == -1)
  }

  @Test func singularMatricesHaveNoInverse() {
    #expect(Matrix<2>(rowMajor: [0, 0, 0, 0]).inverted() == nil)
    #expect(Matrix<2>(rowMajor: [1, 2, 2, 4]).inverted() == nil)
    #expect(Matrix<3>(rowMajor: [1, 0, 0, 0, .nan, 0, 0, 0, 1]).inverted() == nil)
    #expect(Matrix<3>(rowMajor: [1, 0, 0, 0, .infinity, 0, 0, 0, 1]).inverted() == nil)
  }

  @Test func aZeroOnTheDiagonalNeedsOnlyAPivot() throws {
    let swap = Matrix<3>(rowMajor: [0, 1, 0, 1, 0, 0, 0, 0, 1])
    let inverse = try #require(swap.inverted())
    #expect(inverse == swap)
  }

  @Test(arguments: seeds) func inverseUndoesInThePlane(seed: UInt64) throws {
    try checkAlgebra(seed, rank: Matrix<2>.self)
  }
  @Test(arguments: seeds) func inverseUndoesInSpace(seed: UInt64) throws {
    try checkAlgebra(seed, rank: Matrix<3>.self)
  }

  private func checkAlgebra<let rank: Int>(_ seed: UInt64, rank _: Matrix<rank>.Type) throws {
    var random = SplitMix64(seed: seed)
    let affine: Affine<rank> = random.affine()
    let other: Affine<rank> = random.affine()
    let (left, right) = (affine.linear, other.linear)
    let inverse = try requireInverse(of: left)
    #expect(difference(left * inverse, .identity) < 1e-13)
    #expect(difference(inverse * left, .identity) < 1e-13)
    let product = (left * right).determinant
    #expect(abs(product - left.determinant * right.determinant) < 1e-12 * abs(product))
    #expect(abs(left.transposed.determinant - left.determinant) < 1e-12 * abs(left.determinant))
    #expect(difference((left * right).transposed, right.transposed * left.transposed) < 1e-14)
    #expect(difference((left + right) - right, left) < 1e-15)
    let point: Vector<rank> = random.vector(in: -10...10)
    #expect(difference((left * right) * point, left * (right * point)) < 1e-12)
  }
}
