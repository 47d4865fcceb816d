/// How much a free-form deformation bends: the mean of its squared second derivatives (Rueckert et al. 1999, equation
/// 8), exact, without a unit.
///
///     E(u) = H² / V ∫ Σ_ab |∂²u / ∂a ∂b|² dV,   V the volume that the spline is defined on, H a length
///
/// An integral of products of B-splines is a matrix of 7 bands along each axis, so that E is a quadratic form in the
/// control points, applied an axis at a time. Affine displacements have E = 0.
struct BendingEnergy<let rank: Int>: Sendable {
  private let size: [Int]
  /// For each axis and order of derivative the bands: at i · 7 + d the integral over the products of the splines i and
  /// i + d − 3.
  private let bands: [[[Float]]]
  /// The orders of the derivatives along each axis in a term, and its factor.
  private let terms: [(orders: [Int], factor: Float)]

  /// - Parameters:
  ///   - controls: the control grid.
  ///   - length: H.
  init(on controls: Grid<rank>, length: Double) {
    size = Array(controls.size)
    let spacing = controls.spacing
    bands = (0..<rank).map { axis in (0...2).map { Self.bands(order: $0, controls: controls.size[axis]) } }
    var terms: [(orders: [Int], factor: Float)] = []
    let cells = (0..<rank).reduce(1.0) { $0 * Double(controls.size[$1] - 3) }
    for a in 0..<rank {
      for b in a..<rank {
        let orders = (0..<rank).map { ($0 == a ? 1 : 0) + ($0 == b ? 1 : 0) }
        let scale = (spacing[a] * spacing[b]) * (spacing[a] * spacing[b])
        terms.append((orders, Float((a == b ? 1 : 2) * length * length / (scale * cells))))
      }
    }
    self.terms = terms
  }

  /// ½ the gradient, by component of each control point; the energy is its product with the control points.
  func halfGradient(_ nodes: [SIMD4<Float>]) -> [SIMD4<Float>] {
    var total = [SIMD4<Float>](repeating: .zero, count: nodes.count)
    for term in terms {
      var field = nodes
      for axis in 0..<rank { field = applied(bands[axis][term.orders[axis]], to: field, along: axis) }
      for index in total.indices { total[index] += field[index] * term.factor }
    }
    return total
  }

  /// ½ the diagonal of the second derivative, alike for each component.
  func halfCurvature() -> [Float] {
    var total = [Float](repeating: 0, count: size.reduce(1, *))
    for term in terms {
      var index = 0
      for z in 0..<(rank == 3 ? size[2] : 1) {
        for y in 0..<size[1] {
          for x in 0..<size[0] {
            var product = term.factor
            for (axis, place) in [x, y, z].prefix(rank).enumerated() {
              product *= bands[axis][term.orders[axis]][place * 7 + 3]
            }
            total[index] += product
            index += 1
          }
        }
      }
    }
    return total
  }

  private func applied(_ bands: [Float], to field: [SIMD4<Float>], along axis: Int) -> [SIMD4<Float>] {
    let stride = size.prefix(axis).reduce(1, *)
    let length = size[axis]
    return [SIMD4<Float>](unsafeUninitializedCapacity: field.count) { output, count in
      count = field.count
      field.withUnsafeBufferPointer { field in
        bands.withUnsafeBufferPointer { bands in
          for outer in 0..<(field.count / (stride * length)) {
            for place in 0..<length {
              let first = (outer * length + place) * stride
              let range = max(-3, -place)...min(3, length - 1 - place)
              for inner in 0..<stride {
                var sum = SIMD4<Float>.zero
                for offset in range {
                  let band: Float = bands[place * 7 + offset + 3]
                  sum += field[first + inner + offset * stride] * band
                }
                output[first + inner] = sum
              }
            }
          }
        }
      }
    }
  }

  /// ∫ of the products of two splines' derivatives over the cells in which the spline is defined.
  private static func bands(order: Int, controls: Int) -> [Float] {
    // Each piece is a cubic of the fraction: products have degree 6 at most, which 4 Gauss–Legendre points integrate
    // exactly.
    let nodes = [0.339_981_043_584_856_26, 0.861_136_311_594_052_6]
    let shares = [0.652_145_154_862_546_1, 0.347_854_845_137_453_9]
    var cell = [Double](repeating: 0, count: 16)
    for (node, share) in zip(nodes, shares) {
      for sign in [-1.0, 1.0] {
        let t = 0.5 + 0.5 * sign * node
        let pieces: SIMD4<Double> =
          switch order {
          case 0: CubicSpline.weights(t)
          case 1: CubicSpline.slopes(t)
          default: SIMD4(1 - t, 3 * t - 2, 1 - 3 * t, t)
          }
        for a in 0..<4 { for b in 0..<4 { cell[a * 4 + b] += 0.5 * share * pieces[a] * pieces[b] } }
      }
    }
    var bands = [Double](repeating: 0, count: controls * 7)
    for first in 0..<(controls - 3) {
      for a in 0..<4 { for b in 0..<4 { bands[(first + a) * 7 + b - a + 3] += cell[a * 4 + b] } }
    }
    return bands.map(Float.init)
  }
}
