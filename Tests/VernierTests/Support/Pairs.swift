@testable import Vernier

/// The mean distance between where two transforms send a grid's corners.
func cornerError<let rank: Int>(_ found: Affine<rank>, _ truth: Affine<rank>, on grid: Grid<rank>) -> Double {
  let corners = grid.corners
  return corners.reduce(0) { $0 + (found($1) - truth($1)).length } / Double(corners.count)
}

/// A motion about a grid's centre with every parameter of the model away from its neutral value.
///
/// - Parameter strength: 1 turns by 7° about each axis, shifts by about 4 %, scales by 6 % and shears by 4 %.
func motion<let rank: Int>(_ model: TransformModel, on grid: Grid<rank>, strength: Double = 1) -> Affine<rank> {
  let reach = 0.05 * grid.diagonal / Double(rank).squareRoot() * strength
  let shifts = [1.1, -0.9, 0.7]
  let angles = rank == 2 ? [7.0] : [5.0, -6.0, 7.0]
  let scales = model == .affine ? [1.06, 0.95, 1.04] : [1.06, 1.06, 1.06]
  let shears = rank == 2 ? [0.04] : [0.04, -0.03, 0.035]
  let turns = model != .translation
  let grows = model == .similarity || model == .affine
  return Affine(
    Affine<rank>.Parameters(
      rotation: angles.map { turns ? $0 * strength : 0 },
      scale: (0..<rank).map { grows ? 1 + (scales[$0] - 1) * strength : 1 },
      shear: shears.map { model == .affine ? $0 * strength : 0 },
      translation: Vector { shifts[$0] * reach }, center: grid.center))
}

/// The transform from which a refinement starts: the truth after a motion of its own, neither of them the identity.
func perturbed<let rank: Int>(
  _ truth: Affine<rank>, _ model: TransformModel, on grid: Grid<rank>, strength: Double = -0.5
) -> Affine<rank> {
  truth.composed(after: motion(model, on: grid, strength: strength))
}

/// A pair of `side` × `side` samples cut out of a drawn scene.
func cutPair(
  side: Int, truth: Affine<2>, seed: UInt64
) -> (fixed: Image<2>, moving: Image<2>) {
  let scene = SyntheticScene(side: side * 5 / 2, seed: seed)
  return PairCutter(scene: scene.image).pair(side: side, corner: (side * 3 / 4, side * 3 / 4), truth: truth)
}

extension Image {
  /// The block of `size` samples from `corner` on; its grid keeps its place in physical space.
  func cropped(corner: [Int], size: [Int]) throws -> Image<rank> {
    let origin = grid.point(atIndex: Vector { Double(corner[$0]) })
    let block = try Grid<rank>(size: size, spacing: grid.spacing, origin: origin, direction: grid.direction)
    var samples: [Float] = []
    var marks: [UInt8] = []
    for z in 0..<(rank == 3 ? size[2] : 1) {
      for y in 0..<size[1] {
        let row = rank == 3 ? (z + corner[2]) * self.size[1] + y + corner[1] : y + corner[1]
        let first = row * self.size[0] + corner[0]
        samples += self.samples[first..<first + size[0]]
        if let mask { marks += mask[first..<first + size[0]] }
      }
    }
    return Image(unchecked: block, samples: samples, mask: mask == nil ? nil : marks)
  }

  /// The image with a mask that holds only the block of `size` samples from `corner` on.
  func maskedBlock(corner: [Int], size: [Int]) throws -> Image<rank> {
    var marks = [UInt8](repeating: 0, count: grid.count)
    for index in marks.indices {
      var rest = index
      var inside = true
      for axis in 0..<rank {
        let position = rest % self.size[axis]
        rest /= self.size[axis]
        inside = inside && position >= corner[axis] && position < corner[axis] + size[axis]
      }
      if inside { marks[index] = 1 }
    }
    return try masked(by: marks)
  }

  /// The image seen through a transform, without the half sample beyond its outermost centres: where what it shows is
  /// compared with what is known to lie there, and as the pairs that are drawn see their scene.
  func resampledBetweenCentres(
    onto grid: Grid<rank>, through transform: Affine<rank>, interpolation: Interpolation = .linear,
    outside: Float = 0
  ) -> Image<rank> {
    let source = interpolation == .cubic ? CubicSpline.coefficients(of: self, threads: 1) : samples
    var values = [Float](repeating: 0, count: grid.count)
    var valid = values
    let warp = Warp(
      map: IndexMap(transform, fixed: grid, moving: self.grid), fixedSize: grid.size, movingSize: size,
      interpolation: interpolation, reach: 0)
    source.withUnsafeBufferPointer { source in
      warp.run(source.baseAddress!, movingMask: nil, into: &values, valid: &valid, outside: outside, threads: 1)
    }
    return Image(unchecked: grid, samples: values, mask: valid.map { $0 > 0 ? 1 : 0 })
  }

  /// The same samples on another grid of the same size.
  func placed(on grid: Grid<rank>) -> Image<rank> { Image(unchecked: grid, samples: samples, mask: mask) }
}

/// The value of a figure of `Measurement`.
func figure<let rank: Int>(_ name: String, fixed: Image<rank>, moving: Image<rank>, through transform: Affine<rank>)
  throws
  -> Double
{
  let moved = moving.resampled(onto: fixed.grid, through: transform)
  return try Measurement(fixed: fixed, moved: moved).figures.first { $0.name == name }?.value ?? .nan
}
