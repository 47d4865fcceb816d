import Vernier

/// Seeded random numbers for tests: SplitMix64 (Steele, Lea and Flood 2014). The same seed gives the same numbers
/// anywhere.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func uniform(_ range: ClosedRange<Double>) -> Double { .random(in: range, using: &self) }

  mutating func vector<let rank: Int>(in range: ClosedRange<Double>) -> Vector<rank> {
    Vector { _ in uniform(range) }
  }

  mutating func matrix<let rank: Int>(in range: ClosedRange<Double>) -> Matrix<rank> {
    Matrix { _, _ in uniform(range) }
  }

  /// A rotation by any angle about each axis, in space short of the pole of the Euler angles.
  mutating func rotation<let rank: Int>() -> Matrix<rank> {
    let angles = rank == 2 ? [uniform(-179...179)] : [uniform(-179...179), uniform(-85...85), uniform(-179...179)]
    let unit = [Double](repeating: 1, count: rank)
    return Affine<rank>(
      .init(rotation: angles, scale: unit, shear: angles.map { _ in 0 }, translation: .zero, center: .zero)
    ).linear
  }

  /// A well-conditioned affine map: any rotation, scales 0.5…2, shears up to 0.5, shifts up to 40, its centre up to 100
  /// away.
  mutating func affine<let rank: Int>() -> Affine<rank> { Affine(parameters()) }

  mutating func parameters<let rank: Int>() -> Affine<rank>.Parameters {
    let angles = rank == 2 ? [uniform(-179...179)] : [uniform(-179...179), uniform(-85...85), uniform(-179...179)]
    return Affine<rank>.Parameters(
      rotation: angles, scale: (0..<rank).map { _ in uniform(0.5...2) },
      shear: angles.map { _ in uniform(-0.5...0.5) }, translation: vector(in: -40...40),
      center: vector(in: -100...100))
  }
}
