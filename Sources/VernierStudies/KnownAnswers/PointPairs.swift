import Vernier

/// A known answer: points of the fixed image and where they lie in the moving image.
struct PointPairs<let rank: Int>: Sendable {
  let points: [Vector<rank>]
  let answers: [Vector<rank>]

  /// - Precondition: as many answers as points, and at least one.
  init(points: [Vector<rank>], answers: [Vector<rank>]) {
    precondition(points.count == answers.count && !points.isEmpty, "each point needs its answer")
    self.points = points
    self.answers = answers
  }

  init(points: [Vector<rank>], answer: (Vector<rank>) -> Vector<rank>) {
    self.init(points: points, answers: points.map(answer))
  }

  /// The mean distance between where a transform sends the points and where they lie.
  func meanDistance(_ transform: Affine<rank>) -> Double {
    zip(points, answers).reduce(0) { $0 + (transform($1.0) - $1.1).length } / Double(points.count)
  }

  /// The same answers, all shifted alike so that their mean is where the transform has it.
  func shifted(toFit transform: Affine<rank>) -> Self {
    let gap = zip(points, answers).reduce(Vector<rank>.zero) { $0 + (transform($1.0) - $1.1) } / Double(points.count)
    return Self(points: points, answers: answers.map { $0 + gap })
  }

  /// The transform of a model with the least sum of squared distances (for rigid and similarity see Umeyama 1991,
  /// doi:10.1109/34.88573): what the model can express of the answer.
  ///
  /// - Precondition: for models above translation the points span the space, and the answer does not mirror it.
  func bestFit(_ model: TransformModel) -> Affine<rank> {
    let center = points.reduce(.zero, +) / Double(points.count)
    let target = answers.reduce(.zero, +) / Double(points.count)
    var spread = Matrix<rank> { _, _ in 0 }
    var cross = Matrix<rank> { _, _ in 0 }
    for (point, answer) in zip(points, answers) {
      let (p, q) = (point - center, answer - target)
      spread = spread + Matrix { p[$0] * p[$1] }
      cross = cross + Matrix { q[$0] * p[$1] }
    }
    let linear: Matrix<rank>
    switch model {
    case .translation: linear = .identity
    case .rigid: linear = Self.rotationFactor(of: cross)
    case .similarity:
      let rotation = Self.rotationFactor(of: cross)
      let along = (rotation.transposed * cross).trace
      linear = rotation * (spread.trace > 0 ? along / spread.trace : 1)
    case .affine: linear = spread.inverted().map { cross * $0 } ?? .identity
    }
    return Affine(linear: linear, translation: target - center, center: center)
  }

  /// The orthogonal factor of a matrix's polar decomposition, by Newton's iteration (Higham 1986, doi:10.1137/0907079).
  private static func rotationFactor(of matrix: Matrix<rank>) -> Matrix<rank> {
    let size = matrix.rowMajor.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard size > 0 else { return .identity }
    var factor = matrix * (1 / size)
    for _ in 0..<60 {
      guard let inverse = factor.inverted() else { return .identity }
      factor = (factor + inverse.transposed) * 0.5
    }
    return factor
  }
}

extension Matrix {
  var trace: Double { (0..<rank).reduce(0) { $0 + self[$1, $1] } }
}

extension Grid {
  /// `count` points along each axis of the part of the grid between two shares of its extent.
  func lattice(_ count: Int, over share: ClosedRange<Double> = 0...1) -> [Vector<rank>] {
    let total = (0..<rank).reduce(1) { product, _ in product * count }
    return (0..<total).map { number in
      var rest = number
      return point(
        atIndex: Vector { axis in
          let step = rest % count
          rest /= count
          let place =
            share.lowerBound + (share.upperBound - share.lowerBound) * Double(step) / Double(max(count - 1, 1))
          return place * Double(size[axis] - 1)
        })
    }
  }
}
