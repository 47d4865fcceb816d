import Vernier

/// Scenes without any structure but chance: they tell whether an agreement is more than that.
enum NoiseScene {
  /// Even values on a lattice of 1, 2 or 4 samples, linear in between.
  static func drawn(side: Int, using random: inout SplitMix64) -> Image<2> {
    let cell = [1, 2, 4].randomElement(using: &random) ?? 1
    let columns = side / cell + 2
    let lattice = (0..<columns * columns).map { _ in Float.random(in: 0...255, using: &random) }
    var samples = [Float](repeating: 0, count: side * side)
    for y in 0..<side {
      let (row, fy) = (y / cell, Float(y % cell) / Float(cell))
      for x in 0..<side {
        let (column, fx) = (x / cell, Float(x % cell) / Float(cell))
        let base = row * columns + column
        let upper = lattice[base] + fx * (lattice[base + 1] - lattice[base])
        let lower = lattice[base + columns] + fx * (lattice[base + columns + 1] - lattice[base + columns])
        samples[y * side + x] = upper + fy * (lower - upper)
      }
    }
    guard let image = try? Image<2>(width: side, height: side, samples: samples) else {
      preconditionFailure("a scene has a positive side")
    }
    return image
  }
}
