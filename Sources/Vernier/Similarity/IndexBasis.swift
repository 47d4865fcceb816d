/// Generators of a model written in the indices of a grid.
enum IndexBasis {
  /// For each generator the velocity in index space, u_a(i) = Σ_b A_ab (i_b − origin_b) + B_a, as the list of
  /// (A_a0, …, B_a) for each axis a: rank · (rank + 1) numbers.
  static func coefficients<let rank: Int>(
    _ generators: [Generator<rank>], about center: Vector<rank>, on grid: Grid<rank>, origin: Vector<rank>
  ) -> [[Double]] {
    generators.map { generator in
      let linear = grid.toIndex * generator.linear * grid.toPhysical
      let constant =
        grid.toIndex * (generator.linear * (grid.point(atIndex: origin) - center) + generator.translation)
      return (0..<rank).flatMap { axis in (0..<rank).map { linear[axis, $0] } + [constant[axis]] }
    }
  }
}
