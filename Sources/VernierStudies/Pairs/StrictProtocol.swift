import Vernier

/// Pairs cut from one larger scene, so that no border betrays the answer.
///
/// The scene is smoothed by a Gaussian of σ = 0.7 px; its cubic spline is sampled on the fixed grid and, through the
/// inverse of the true motion, on the moving one. Noise is added to both, independently; both are rounded to 8 bits.
struct StrictProtocol: Sendable {
  /// Both images are `side` × `side`.
  var side = 64
  /// Of the rotation, evenly from ± this.
  var degrees = 180.0
  /// Of the shift along each axis, evenly from ± this, in pixels.
  var shift = 0.15 * 64

  static let smoothing = SyntheticPairs.Recipe.strictSmoothing
  /// A cut with a smaller standard deviation shows an even sky or wall and is drawn anew.
  static let leastDeviation = SyntheticPairs.Recipe.strictDeviation

  static let note = """
    Both images, 64×64, are cut from one larger scene, a photograph smoothed with σ = 0.7 px: cubic, any rotation, shifts of
    U(−0.15, 0.15) of the side along x and along y. There is no border to go by. Cuts with a standard deviation below
    \(Int(leastDeviation)) grey levels before noise are drawn anew. Both are rounded to 8 bits. A seed draws the same cuts and motions
    for each level.
    """

  /// A cut before anything is done to it.
  struct Cut: Sendable {
    var pair: RegisteredPair
    /// The part of the smoothed scene that both images see, with a rim that keeps its border out of the spline's reach.
    var part: Image<2>
    /// The part's column and row at the fixed image's first sample.
    var margin: Int
  }

  /// Photographs ready to be cut.
  struct Scenes: Sendable {
    let images: [Image<2>]

    /// Smooths the photographs and leaves out those too small for a pair of this protocol.
    init(_ photographs: [Image<2>], for kind: StrictProtocol) {
      images = photographs.filter { min($0.width, $0.height) > 2 * kind.reach + kind.side }
        .map { $0.smoothed(deviation: smoothing) }
    }
  }

  /// How far from the fixed image the moving one can look.
  var reach: Int { side + side / 10 + 4 }

  /// Cuts a pair; neither noisy nor rounded.
  ///
  /// - Precondition: there is a scene.
  func cut(_ scenes: Scenes, using random: inout some RandomNumberGenerator) -> Cut {
    while true {
      let scene = scenes.images[Int.random(in: scenes.images.indices, using: &random)]
      let corner = (
        x: Int.random(in: reach..<(scene.width - reach - side), using: &random),
        y: Int.random(in: reach..<(scene.height - reach - side), using: &random)
      )
      let truth = MotionRange<2>(degrees: degrees, shift: shift).random(
        center: Vector(repeating: Double(side - 1) / 2), using: &random)
      let margin = reach - side / 2
      let part = scene.block(
        x: (corner.x - margin)..<(corner.x + side + margin), y: (corner.y - margin)..<(corner.y + side + margin))
      let images = PairCutter(scene: part).pair(side: side, corner: (margin, margin), truth: truth)
      guard images.fixed.deviation >= Self.leastDeviation else { continue }
      return Cut(
        pair: RegisteredPair(fixed: images.fixed, moving: images.moving, truth: truth), part: part, margin: margin)
    }
  }

  /// The pair with independent Gaussian noise on both, rounded to 8 bits.
  ///
  /// - Parameter noise: the standard deviation as a share of 255.
  static func noisy(
    _ pair: RegisteredPair, noise: Double, using random: inout some RandomNumberGenerator
  ) -> RegisteredPair {
    let degradation = Degradation.noise(deviation: 255 * noise)
    return RegisteredPair(
      fixed: degradation.applied(to: pair.fixed, using: &random).rounded(),
      moving: degradation.applied(to: pair.moving, using: &random).rounded(), truth: pair.truth)
  }
}
