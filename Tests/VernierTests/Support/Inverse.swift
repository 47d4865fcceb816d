import Vernier

struct Singular: Error {}

// `#require` of a value with an integer parameter, in a function generic over it, crashes the 6.3 compiler.

func requireInverse<let rank: Int>(of matrix: Matrix<rank>) throws -> Matrix<rank> {
  guard let inverse = matrix.inverted() else { throw Singular() }
  return inverse
}

func requireInverse<let rank: Int>(of transform: Affine<rank>) throws -> Affine<rank> {
  guard let inverse = transform.inverted() else { throw Singular() }
  return inverse
}
