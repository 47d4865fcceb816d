import Glibc
import Vernier

/// A random rigid motion far from the identity: a turn about any axis and a shift in any direction, as far as `degrees`
/// and `shift`.
struct LargeStart: Sendable {
  let degrees: Double
  let shift: Double
  private let axis: Vector<3>
  private let direction: Vector<3>

  /// Start number `number` of a seed: axis and direction even over the sphere, angle and length even from 0 to the
  /// limits.
  init(_ number: Int, seed: UInt64, degrees: Double, shift: Double) {
    var seeds = SplitMix64(seed: seed &+ UInt64(number))
    var random = SplitMix64(seed: seeds.next())
    axis = Self.unit(using: &random)
    self.degrees = Double.random(in: 0...degrees, using: &random)
    direction = Self.unit(using: &random)
    self.shift = Double.random(in: 0...shift, using: &random)
  }

  private static func unit(using random: inout SplitMix64) -> Vector<3> {
    let height = Double.random(in: -1...1, using: &random)
    let angle = Double.random(in: 0..<(2 * .pi), using: &random)
    let radius = (1 - height * height).squareRoot()
    return [radius * cos(angle), radius * sin(angle), height]
  }

  /// The motion about a point.
  func motion(about center: Vector<3>) -> Affine<3> {
    // Rodrigues: R = 1 cos θ + [k]× sin θ + k kᵀ (1 − cos θ).
    let (c, s) = (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
    let (x, y, z) = (axis[0], axis[1], axis[2])
    let cross = Matrix<3>(rowMajor: [0, -z, y, z, 0, -x, -y, x, 0])
    let along = Matrix<3> { axis[$0] * axis[$1] }
    return Affine(
      linear: Matrix.identity * c + cross * s + along * (1 - c), translation: direction * shift, center: center)
  }
}

extension Image where rank == 3 {
  /// The same samples carried along by a rigid motion: `result(motion(p)) = self(p)`, nothing interpolated.
  func carried(by motion: Affine<3>) throws -> Self {
    let carried = try Grid<3>(
      size: size, spacing: grid.spacing, origin: motion(grid.origin), direction: motion.linear * grid.direction)
    return try Self(grid: carried, samples: samples, mask: mask)
  }

  /// What is seen on the image's own grid once its content has moved: `result(motion(p)) = self(p)` where that lies in
  /// the field of view, the darkest sample where nothing came from.
  func seenMoved(by motion: Affine<3>, threads: Int) throws -> Self {
    guard let back = motion.inverted() else { throw ImageError.singularDirection }
    let seen = resampled(onto: grid, through: back, outside: .value(samples.min() ?? 0), threads: threads)
    return try seen.masked(by: nil)
  }
}
