/// The plane of the fixed picture, measured along its axes from its centre in units of half its diagonal.
struct PerspectiveFrame {
  let center: Vector<2>
  let unit: Double
  private let direction: Matrix<2>
  private let inverse: Matrix<2>

  init(_ grid: Grid<2>) {
    center = grid.center
    unit = 0.5 * grid.diagonal
    direction = grid.direction
    // A grid's direction is not singular, but may be sheared.
    inverse = grid.direction.inverted() ?? grid.direction.transposed
  }

  private func place(_ point: Vector<2>) -> Vector<2> { inverse * (point - center) * (1 / unit) }

  /// - Parameter grid: of the picture at some resolution.
  func place(ofIndex index: Vector<2>, on grid: Grid<2>) -> Vector<2> { place(grid.point(atIndex: index)) }

  /// What turns differences between the samples of a grid into slopes in this frame.
  func slopes(on grid: Grid<2>) -> Vector<2> { Vector { unit / grid.spacing[$0] } }

  /// What a step along each generator does to a point, in physical units.
  func velocities(at point: Vector<2>) -> [Vector<2>] {
    let q = place(point)
    let (x, y) = (q[0], q[1])
    let all: [Vector<2>] = [[1, 0], [0, 1], [x, 0], [y, 0], [0, x], [0, y], [x * x, x * y], [x * y, y * y]]
    return all.map { direction * $0 * unit }
  }

  /// A homography after a step: H ∘ exp(Σ xᵢ Gᵢ); nil where it would give the centre no image.
  func stepped(_ map: Homography, by step: [Double]) -> Homography? {
    let generator = Matrix<3>(
      rowMajor: [step[2], step[3], step[0], step[4], step[5], step[1], -step[6], -step[7], 0])
    // The exponential by its series, after halving until it is small.
    let size = generator.rowMajor.reduce(0) { $0 + abs($1) }
    guard size.isFinite, size < 20 else { return nil }
    var halvings = 0
    while size / Double(1 << halvings) > 0.25 { halvings += 1 }
    let small = generator * (1 / Double(1 << halvings))
    var (exponential, term) = (Matrix<3>.identity, Matrix<3>.identity)
    for order in 1...10 {
      term = term * small * (1 / Double(order))
      exponential = exponential + term
    }
    for _ in 0..<halvings { exponential = exponential * exponential }
    let outward = Matrix<3> { row, column in
      row == 2 ? column == 2 ? 1 : 0 : column == 2 ? center[row] : unit * direction[row, column]
    }
    guard let inward = outward.inverted() else { return nil }
    return Homography(map.matrix * outward * exponential * inward, center: center)
  }
}
