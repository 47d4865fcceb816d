@testable import Vernier

/// The derivatives of a value along the generators at a transform, by central differences over steps that move the
/// farthest corner by 2 · 10⁻² samples.
func numericGradient<let rank: Int>(
  _ generators: [Generator<rank>], at transform: Affine<rank>, on grid: Grid<rank>,
  _ value: (Affine<rank>) -> Double?
) -> [Double] {
  generators.indices.map { index in
    let epsilon = 0.02 / reach(generators[index], on: grid)
    func at(_ amount: Double) -> Double {
      let step = generators.indices.map { $0 == index ? amount : 0 }
      return value(transform.stepped(by: step, along: generators)) ?? .nan
    }
    return (at(epsilon) - at(-epsilon)) / (2 * epsilon)
  }
}

/// How far a unit step along a generator moves the farthest corner, in samples.
func reach<let rank: Int>(_ generator: Generator<rank>, on grid: Grid<rank>) -> Double {
  let finest = grid.spacing.elements.min() ?? 1
  return (grid.corners.map { (generator.linear * ($0 - grid.center) + generator.translation).length }.max() ?? 1)
    / finest
}

/// The length of the difference of two gradients over the length of the second, each component per sample of motion.
func relativeDifference<let rank: Int>(
  _ found: [Double], _ expected: [Double], _ generators: [Generator<rank>], on grid: Grid<rank>
) -> Double {
  var (apart, length) = (0.0, 0.0)
  for (index, generator) in generators.enumerated() {
    let scale = reach(generator, on: grid)
    apart += (found[index] - expected[index]) * (found[index] - expected[index]) / (scale * scale)
    length += expected[index] * expected[index] / (scale * scale)
  }
  let ratio = (apart / length).squareRoot()
  return ratio.isNaN ? .infinity : ratio
}
