import Glibc

extension Affine {
  /// A linear transform taken apart: linear part = rotation · scale · shear.
  public struct Parameters: Sendable, Equatable {
    /// Degrees. In the plane one angle, positive from x towards y; in space the angles about x, y and z of
    /// R = Rz · Ry · Rx.
    public let rotation: [Double]
    /// The scale along each axis. A reflection shows as a negative last scale.
    public let scale: [Double]
    /// The upper triangle of a unit triangular matrix: xy; in space xy, xz, yz.
    public let shear: [Double]
    public var translation: Vector<rank>
    public var center: Vector<rank>

    /// - Precondition: there is a rotation and a shear for each pair of axes, and a scale for each axis.
    package init(
      rotation: [Double], scale: [Double], shear: [Double], translation: Vector<rank>, center: Vector<rank>
    ) {
      let pairs = rank * (rank - 1) / 2
      precondition(rotation.count == pairs && scale.count == rank && shear.count == pairs)
      self.rotation = rotation
      self.scale = scale
      self.shear = shear
      self.translation = translation
      self.center = center
    }
  }

  /// The transform with the given parameters.
  public init(_ parameters: Parameters) {
    var linear = Matrix<rank>.identity
    for (angle, plane) in zip(parameters.rotation, rotationPlanes(rank: rank)) {
      linear = Self.rotation(radians: angle * .pi / 180, from: plane.from, to: plane.to) * linear
    }
    var shear = Matrix<rank>.identity
    var next = 0
    for row in 0..<rank {
      for column in (row + 1)..<max(rank, row + 1) {
        shear[row, column] = parameters.shear[next]
        next += 1
      }
    }
    self.init(
      linear: linear * .diagonal(Vector(parameters.scale)) * shear,
      translation: parameters.translation, center: parameters.center)
  }

  /// The parameters of this transform, by QR decomposition of its linear part.
  ///
  /// Angles lie in −180°…180° (about y in −90°…90°, as for all Euler angles).
  public var parameters: Parameters {
    // Gram–Schmidt on the columns: linear = Q · upper triangular.
    var orthogonal = Matrix<rank>.identity
    var upper = Matrix<rank> { _, _ in 0 }
    for column in 0..<rank {
      var vector = Vector<rank> { linear[$0, column] }
      for previous in 0..<column {
        let axis = Vector<rank> { orthogonal[$0, previous] }
        // Twice is enough to keep the basis orthogonal for ill-conditioned matrices.
        for _ in 0..<2 {
          let along = axis.dot(vector)
          upper[previous, column] += along
          vector -= axis * along
        }
      }
      let length = vector.length
      upper[column, column] = length
      for row in 0..<rank { orthogonal[row, column] = length > 0 ? vector[row] / length : 0 }
    }
    if orthogonal.determinant < 0 {
      let last = rank - 1
      for row in 0..<rank { orthogonal[row, last] = -orthogonal[row, last] }
      upper[last, last] = -upper[last, last]
    }
    let degrees = 180 / Double.pi
    let rotation: [Double] =
      if rank == 2 {
        [atan2(orthogonal[1, 0], orthogonal[0, 0]) * degrees]
      } else {
        [
          atan2(orthogonal[2, 1], orthogonal[2, 2]) * degrees,
          atan2(-orthogonal[2, 0], hypot(orthogonal[2, 1], orthogonal[2, 2])) * degrees,
          atan2(orthogonal[1, 0], orthogonal[0, 0]) * degrees,
        ]
      }
    var shear: [Double] = []
    for row in 0..<rank {
      for column in (row + 1)..<max(rank, row + 1) {
        shear.append(upper[row, row] != 0 ? upper[row, column] / upper[row, row] : 0)
      }
    }
    return Parameters(
      rotation: rotation, scale: (0..<rank).map { upper[$0, $0] }, shear: shear,
      translation: translation, center: center)
  }

  /// The rotation in the plane of two axes: positive turns `from` towards `to`.
  static func rotation(radians: Double, from: Int, to: Int) -> Matrix<rank> {
    var matrix = Matrix<rank>.identity
    matrix[from, from] = cos(radians)
    matrix[to, to] = cos(radians)
    matrix[to, from] = sin(radians)
    matrix[from, to] = -sin(radians)
    return matrix
  }

  /// The parameters of a model in its own order: rotation, scale, shear, translation.
  public func parameterVector(of model: TransformModel) -> [Double] {
    let all = parameters
    return switch model {
    case .translation: all.translation.elements
    case .rigid: all.rotation + all.translation.elements
    case .similarity:
      all.rotation + [all.scale.reduce(0, +) / Double(rank)] + all.translation.elements
    case .affine, .homography: all.rotation + all.scale + all.shear + all.translation.elements
    }
  }
}

extension Affine.Parameters where rank == 2 {
  /// Parameters in the plane: the angle in degrees, positive from x towards y, and the shear xy.
  public init(
    rotation: Double, scale: Vector<2> = [1, 1], shear: Double = 0, translation: Vector<2> = .zero,
    center: Vector<2> = .zero
  ) {
    self.init(
      rotation: [rotation], scale: scale.elements, shear: [shear], translation: translation, center: center)
  }
}

extension Affine.Parameters where rank == 3 {
  /// Parameters in space: the angles about x, y and z in degrees, and the shears xy, xz, yz.
  public init(
    rotation: Vector<3>, scale: Vector<3> = [1, 1, 1], shear: Vector<3> = .zero, translation: Vector<3> = .zero,
    center: Vector<3> = .zero
  ) {
    self.init(
      rotation: rotation.elements, scale: scale.elements, shear: shear.elements, translation: translation,
      center: center)
  }
}
