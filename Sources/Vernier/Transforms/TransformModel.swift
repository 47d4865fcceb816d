/// The parametrisation of a transform for estimation, from fewest to most parameters.
public enum TransformModel: String, Sendable, Codable, CaseIterable {
  /// Shifts alone: 2 parameters in the plane, 3 in space.
  case translation
  /// Rotation and shifts: 3 or 6.
  case rigid
  /// Rotation, one scale and shifts: 4 or 7.
  case similarity
  /// Rotation, a scale an axis, shears and shifts: 6 or 12.
  case affine
  /// The plane's homographies, of pictures alone: 8. Its parameters are told as those of its linear part at the centre.
  case homography

  /// The models of linear transforms.
  public static let linear: [TransformModel] = [.translation, .rigid, .similarity, .affine]

  /// The number of parameters in `rank` dimensions.
  public func parameterCount(rank: Int) -> Int {
    let rotations = rank * (rank - 1) / 2
    return switch self {
    case .translation: rank
    case .rigid: rotations + rank
    case .similarity: rotations + 1 + rank
    case .affine: rank * rank + rank
    case .homography: (rank + 1) * (rank + 1) - 1
    }
  }

  /// The names of the parameters in their order: rotation, scale, shear, translation.
  public func parameterNames(rank: Int) -> [String] {
    let axes = ["x", "y", "z"].prefix(rank)
    let rotations = rank == 2 ? ["rotation"] : axes.map { "rotation \($0)" }
    let shears = rank == 2 ? ["shear"] : ["shear xy", "shear xz", "shear yz"]
    let translations = axes.map { "translation \($0)" }
    return switch self {
    case .translation: translations
    case .rigid: rotations + translations
    case .similarity: rotations + ["scale"] + translations
    case .affine, .homography: rotations + axes.map { "scale \($0)" } + shears + translations
    }
  }

  /// The directions in which an estimate moves: generators of the model's group at the identity.
  ///
  /// A step x changes a transform T to T ∘ exp(Σ xᵢ Gᵢ). Each generator is a velocity field
  /// v(p) = `linear` · (p − center) + `translation`. Angles are radians. Of homographies those of the linear part.
  func generators<let rank: Int>(center: Vector<rank>) -> [Generator<rank>] {
    var generators: [Generator<rank>] = []
    func add(_ element: (Int, Int) -> Double) {
      generators.append(Generator(linear: Matrix(element), translation: .zero))
    }
    switch self {
    case .translation: break
    case .rigid, .similarity:
      for (from, to) in rotationPlanes(rank: rank) {
        add { $0 == to && $1 == from ? 1 : $0 == from && $1 == to ? -1 : 0 }
      }
      if self == .similarity { add { $0 == $1 ? 1 : 0 } }
    case .affine, .homography:
      for row in 0..<rank { for column in 0..<rank { add { $0 == row && $1 == column ? 1 : 0 } } }
    }
    for axis in 0..<rank {
      generators.append(
        Generator(linear: Matrix { _, _ in 0 }, translation: Vector { $0 == axis ? 1 : 0 }))
    }
    return generators
  }
}

/// One direction of motion: the velocity field v(p) = linear · (p − center) + translation.
struct Generator<let rank: Int>: Sendable {
  var linear: Matrix<rank>
  var translation: Vector<rank>
}

/// The planes of rotation in the order of the parameters: in the plane x towards y; in space about x, y and z.
func rotationPlanes(rank: Int) -> [(from: Int, to: Int)] {
  rank == 2 ? [(0, 1)] : [(1, 2), (2, 0), (0, 1)]
}

extension Affine {
  /// This transform after a step along the generators of a model: T ∘ exp(Σ xᵢ Gᵢ).
  ///
  /// The result stays in the model's group: a rigid transform stays rigid to rounding.
  func stepped(by step: [Double], along generators: [Generator<rank>]) -> Self {
    var linear = Matrix<rank> { _, _ in 0 }
    var translation = Vector<rank>.zero
    for (amount, generator) in zip(step, generators) {
      linear = linear + generator.linear * amount
      translation += generator.translation * amount
    }
    // exp [L t; 0 0] = [e^L, (Σ Lᵏ/(k+1)!) t; 0 1] by its series after halving until it is small.
    var halvings = 0
    var norm = linear.rowMajor.reduce(0) { $0 + abs($1) }
    while norm > 0.25 {
      norm /= 2
      halvings += 1
    }
    let small = linear * (1 / Double(1 << halvings))
    var exponential = Matrix<rank>.identity
    var integral = Matrix<rank>.identity
    var term = Matrix<rank>.identity
    for order in 1...12 {
      term = term * small * (1 / Double(order))
      exponential = exponential + term
      integral = integral + term * (1 / Double(order + 1))
    }
    var moved = integral * (translation * (1 / Double(1 << halvings)))
    for _ in 0..<halvings {
      moved = exponential * moved + moved
      exponential = exponential * exponential
    }
    let increment = Affine(linear: exponential, translation: moved, center: center)
    return composed(after: increment)
  }
}

extension TransformModel {
  /// The model with the fewest parameters that describes a linear map, to 10⁻⁶ of its coefficients.
  public init<let rank: Int>(simplestOf map: Affine<rank>) {
    let gram = map.linear.transposed * map.linear
    let scale = (0..<rank).reduce(0.0) { $0 + gram[$1, $1] } / Double(rank)
    func isNear(_ left: Matrix<rank>, _ right: Matrix<rank>) -> Bool {
      (left - right).rowMajor.allSatisfy { abs($0) < 1e-6 * max(scale, 1) }
    }
    if isNear(map.linear, .identity) {
      self = .translation
    } else if map.linear.determinant > 0, isNear(gram, .identity * scale) {
      self = abs(scale - 1) < 2e-6 ? .rigid : .similarity
    } else {
      self = .affine
    }
  }
}
