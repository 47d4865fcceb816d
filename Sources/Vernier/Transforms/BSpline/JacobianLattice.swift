/// How much a free-form deformation p + u(p) enlarges space at the positions of a lattice: the determinant of I + Du.
///
/// With e_b the edge of a control cell along axis b and a_b = ∂u/∂(control index b) it is det(e + a) / det(e).
struct JacobianLattice<let rank: Int>: Sendable {
  let lattice: SplineLattice<rank>
  private let edges: InlineArray<3, SIMD4<Float>>
  private let inverseVolume: Float

  /// - Parameters:
  ///   - lattice: positions in the control grid.
  ///   - controls: the control grid.
  init(_ lattice: SplineLattice<rank>, controls: Grid<rank>) {
    self.lattice = lattice
    var edges = InlineArray<3, SIMD4<Float>>(repeating: .zero)
    for row in 0..<rank { for column in 0..<rank { edges[column][row] = Float(controls.toPhysical[row, column]) } }
    if rank == 2 { edges[2][2] = 1 }
    self.edges = edges
    inverseVolume = 1 / Self.determinant(edges)
  }

  /// The three rows of control points that a row of positions needs: plain, by y and by z.
  @inline(__always)
  func gather(
    _ nodes: UnsafePointer<SIMD4<Float>>, y: Int, z: Int, into rows: UnsafeMutablePointer<SIMD4<Float>>
  ) {
    let width = lattice.controls[0]
    let (yAxis, zAxis) = (lattice.axes[1], lattice.axes[2])
    lattice.gather(nodes, y: y, z: z, yWeights: yAxis.weights[y], zWeights: zAxis.weights[z], into: rows)
    lattice.gather(nodes, y: y, z: z, yWeights: yAxis.slopes[y], zWeights: zAxis.weights[z], into: rows + width)
    if rank == 3 {
      lattice.gather(nodes, y: y, z: z, yWeights: yAxis.weights[y], zWeights: zAxis.slopes[z], into: rows + 2 * width)
    }
  }

  /// The edges e + a at a position.
  ///
  /// - Parameters:
  ///   - corner: the first of its control points in the gathered rows, `width` apart.
  ///   - weights: the axis's weights at the position; slopes alike.
  @inline(__always)
  func columns(
    _ corner: UnsafePointer<SIMD4<Float>>, width: Int, weights: SIMD4<Float>, slopes: SIMD4<Float>
  ) -> InlineArray<3, SIMD4<Float>> {
    var columns = edges
    columns[0] += combined(corner, slopes)
    columns[1] += combined(corner + width, weights)
    if rank == 3 { columns[2] += combined(corner + 2 * width, weights) }
    return columns
  }

  /// The determinant of I + Du.
  @inline(__always)
  func determinant(_ columns: InlineArray<3, SIMD4<Float>>) -> Float {
    Self.determinant(columns) * inverseVolume
  }

  /// The derivatives of the determinant by each a_b.
  @inline(__always)
  func slopes(_ columns: InlineArray<3, SIMD4<Float>>) -> InlineArray<3, SIMD4<Float>> {
    var slopes = InlineArray<3, SIMD4<Float>>(repeating: .zero)
    slopes[0] = Self.cross(columns[1], columns[2]) * inverseVolume
    slopes[1] = Self.cross(columns[2], columns[0]) * inverseVolume
    if rank == 3 { slopes[2] = Self.cross(columns[0], columns[1]) * inverseVolume }
    return slopes
  }

  @inline(__always)
  private func combined(_ nodes: UnsafePointer<SIMD4<Float>>, _ weights: SIMD4<Float>) -> SIMD4<Float> {
    nodes[0] * weights.x + nodes[1] * weights.y + nodes[2] * weights.z + nodes[3] * weights.w
  }

  @inline(__always)
  private static func cross(_ a: SIMD4<Float>, _ b: SIMD4<Float>) -> SIMD4<Float> {
    SIMD4(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x, 0)
  }

  @inline(__always)
  private static func determinant(_ columns: InlineArray<3, SIMD4<Float>>) -> Float {
    (columns[0] * cross(columns[1], columns[2])).sum()
  }
}
