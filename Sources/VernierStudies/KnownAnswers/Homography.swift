import Vernier

/// A projective map of the plane, as a 3 × 3 matrix on column vectors (x, y, 1).
struct Homography: Equatable {
  let matrix: Matrix<3>

  init(_ matrix: Matrix<3>) { self.matrix = matrix }

  /// Reads three rows of three numbers; lines that begin with `#` are left out.
  ///
  /// - Returns: nil when there are not nine finite numbers.
  init?(parsing text: String) {
    let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }
    let words = lines.flatMap { $0.split { $0 == " " || $0 == "\t" || $0 == "," } }
    let numbers = words.compactMap { Double($0) }.filter(\.isFinite)
    guard words.count == 9, numbers.count == 9 else { return nil }
    matrix = Matrix(rowMajor: numbers)
  }

  /// The image of a point; not finite where it lies at infinity.
  func callAsFunction(_ point: Vector<2>) -> Vector<2> {
    let mapped = matrix * Vector<3>([point[0], point[1], 1])
    return Vector([mapped[0] / mapped[2], mapped[1] / mapped[2]])
  }

  func inverted() -> Homography? { matrix.inverted().map(Homography.init) }
}
