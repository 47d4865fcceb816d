import Glibc

/// Points of the fixed image and where they lie in the moving image, in physical units: landmarks that a person has
/// set, or a known answer.
public struct PointPairs<let rank: Int>: Sendable {
  /// Of the fixed image.
  public let points: [Vector<rank>]
  /// The points of the moving image that belong to them.
  public let targets: [Vector<rank>]

  /// - Precondition: there are as many targets as points, and at least one.
  public init(points: [Vector<rank>], targets: [Vector<rank>]) {
    precondition(points.count == targets.count && !points.isEmpty, "each point needs its target")
    self.points = points
    self.targets = targets
  }

  /// Points and where a map sends them.
  public init(points: [Vector<rank>], target: (Vector<rank>) -> Vector<rank>) {
    self.init(points: points, targets: points.map(target))
  }

  /// The mean distance between where a transform sends the points and where they belong. ``RegistrationError`` says
  /// more.
  public func meanDistance(_ transform: some SpatialTransform<Vector<rank>>) -> Double {
    zip(points, targets).reduce(0) { $0 + (transform($1.0) - $1.1).length } / Double(points.count)
  }

  /// The transform of a model with the least sum of squared distances, fixed point to moving point, about the points'
  /// mean.
  ///
  /// With p and q the points and their targets less their means:
  ///
  ///     rigid        the rotation R that maximises Σ q · R p, never a mirror
  ///     similarity   the same rotation, scale Σ q · R p / Σ |p|²
  ///     affine       (Σ q pᵀ) (Σ p pᵀ)⁻¹
  ///
  /// In the plane R is the angle atan2(Σ p × q, Σ p · q); in space it is Horn's quaternion (1987,
  /// doi:10.1364/JOSAA.4.000629).
  ///
  /// - Returns: nil where the points do not determine the model, such as fewer than `rank` for a rotation, or points in
  ///   one line; and for a similarity where they mirror each other so well that no positive scale fits.
  public func fit(_ model: TransformModel) -> Affine<rank>? {
    let center = points.reduce(.zero, +) / Double(points.count)
    let target = targets.reduce(.zero, +) / Double(points.count)
    var spread = Matrix<rank> { _, _ in 0 }
    var cross = Matrix<rank> { _, _ in 0 }
    for (point, moved) in zip(points, targets) {
      let (p, q) = (point - center, moved - target)
      spread = spread + Matrix { p[$0] * p[$1] }
      cross = cross + Matrix { q[$0] * p[$1] }
    }
    guard let linear = linear(model, spread: spread, cross: cross) else { return nil }
    return Affine(linear: linear, translation: target - center, center: center)
  }

  private func linear(_ model: TransformModel, spread: Matrix<rank>, cross: Matrix<rank>) -> Matrix<rank>? {
    switch model {
    case .translation: return .identity
    case .rigid: return rotation(cross)
    case .similarity:
      guard let rotation = rotation(cross) else { return nil }
      let scale = (rotation.transposed * cross).trace / spread.trace
      return scale > 0 ? rotation * scale : nil
    case .affine, .homography:
      // Of points in one line, or in one plane, the determinant is rounding alone.
      let size = spread.trace / Double(rank)
      guard spread.determinant > 1e-12 * (0..<rank).reduce(1, { product, _ in product * size }) else { return nil }
      return spread.inverted().map { cross * $0 }
    }
  }

  /// The rotation R that maximises tr(Rᵀ C); nil where several do.
  private func rotation(_ cross: Matrix<rank>) -> Matrix<rank>? {
    let c = cross.rowMajor
    let size = c.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard size > 0 else { return nil }
    guard rank == 3 else {
      let (cosine, sine) = (c[0] + c[3], c[2] - c[1])
      let length = hypot(cosine, sine)
      guard rank == 2, length > 1e-9 * size else { return nil }
      return Matrix(rowMajor: [cosine / length, -sine / length, sine / length, cosine / length])
    }
    // Horn's matrix, whose largest eigenvalue's vector is the quaternion (w, x, y, z).
    let (a, b, d) = (c[7] - c[5], c[2] - c[6], c[3] - c[1])
    let horn = Matrix<4>(rowMajor: [
      c[0] + c[4] + c[8], a, b, d,
      a, c[0] - c[4] - c[8], c[1] + c[3], c[2] + c[6],
      b, c[1] + c[3], c[4] - c[0] - c[8], c[5] + c[7],
      d, c[2] + c[6], c[5] + c[7], c[8] - c[0] - c[4],
    ])
    let (values, vectors) = horn.symmetricEigen()
    let order = (0..<4).sorted { values[$0] > values[$1] }
    guard values[order[0]] - values[order[1]] > 1e-9 * size else { return nil }
    let q = (0..<4).map { vectors[$0, order[0]] }
    let (w, x, y, z) = (q[0], q[1], q[2], q[3])
    return Matrix(rowMajor: [
      w * w + x * x - y * y - z * z, 2 * (x * y - w * z), 2 * (x * z + w * y),
      2 * (x * y + w * z), w * w - x * x + y * y - z * z, 2 * (y * z - w * x),
      2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z,
    ])
  }
}

extension Matrix {
  fileprivate var trace: Double { (0..<rank).reduce(0) { $0 + self[$1, $1] } }

  /// The eigenvalues of a symmetric matrix, and its eigenvectors in columns, by Jacobi's rotations.
  fileprivate func symmetricEigen() -> (values: [Double], vectors: Self) {
    var (matrix, vectors) = (self, Self.identity)
    for _ in 0..<50 {
      var outside = 0.0
      for row in 0..<rank { for column in 0..<row { outside += matrix[row, column] * matrix[row, column] } }
      if outside == 0 { break }
      for p in 0..<rank {
        for q in (p + 1)..<max(rank, p + 1) where matrix[p, q] != 0 {
          let ratio = (matrix[q, q] - matrix[p, p]) / (2 * matrix[p, q])
          let tangent = (ratio < 0 ? -1 : 1) / (abs(ratio) + (ratio * ratio + 1).squareRoot())
          let cosine = 1 / (tangent * tangent + 1).squareRoot()
          let turn = Self { row, column in
            switch (row, column) {
            case (p, p), (q, q): cosine
            case (p, q): tangent * cosine
            case (q, p): -tangent * cosine
            default: row == column ? 1 : 0
            }
          }
          matrix = turn.transposed * matrix * turn
          (matrix[p, q], matrix[q, p]) = (0, 0)
          vectors = vectors * turn
        }
      }
    }
    return ((0..<rank).map { matrix[$0, $0] }, vectors)
  }
}
