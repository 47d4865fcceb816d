import Glibc

/// A damaged cube, drawn at random: a cube about the origin with cracks and holes, as the volumes that a published
/// comparison of 3D spatial transformers starts with ("randomly translated, rotated and also scaled", with "cracks and
/// holes"; the paper gives no more).
///
/// Holes are balls and bores on or below the surface; a crack is a thin, wavy sheet that enters from a face. They make
/// no two orientations of the cube alike.
public struct CubeScene: Sendable {
  /// Half the cube's side, in physical units.
  public let half: Double
  /// The intensity of what is left of the cube; around it 0.
  public let intensity: Float
  private let balls: [(center: SIMD3<Double>, radius: Double)]
  private let bores: [(place: SIMD3<Double>, axis: Int, depth: Double, radius: Double)]
  private let cracks: [Crack]

  private struct Crack {
    /// A point on the face, the sheet's normal and the wave along it.
    var place: SIMD3<Double>
    var normal: SIMD3<Double>
    var along: SIMD3<Double>
    var wave: Double
    var length: Double
    var reach: Double
    var thickness: Double
  }

  /// Draws a cube whose side is a part of an extent: 0.34 to 0.42 of it, with 2 to 4 balls, 1 to 3 bores and 2 to 4
  /// cracks.
  public init(extent: Double, using random: inout some RandomNumberGenerator) {
    func draw(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &random) }
    let half = extent * draw(0.17...0.21)
    /// A point on one of the six faces.
    func surface() -> (point: SIMD3<Double>, axis: Int, sign: Double) {
      let axis = Int.random(in: 0...2, using: &random)
      let sign = Bool.random(using: &random) ? 1.0 : -1
      var point = SIMD3(draw(-0.75...0.75), draw(-0.75...0.75), draw(-0.75...0.75)) * half
      point[axis] = sign * half
      return (point, axis, sign)
    }
    balls = (0..<Int.random(in: 2...4, using: &random)).map { _ in
      (surface().point * draw(0.7...1), half * draw(0.18...0.38))
    }
    bores = (0..<Int.random(in: 1...3, using: &random)).map { _ in
      let (point, axis, _) = surface()
      return (point, axis, half * draw(0.6...1.5), half * draw(0.08...0.18))
    }
    cracks = (0..<Int.random(in: 2...4, using: &random)).map { _ in
      let (point, axis, sign) = surface()
      var normal = SIMD3(draw(-1...1), draw(-1...1), draw(-1...1))
      // A sheet that stands on its face, not one that lies in it.
      normal[axis] = 0.3 * sign
      normal /= (normal * normal).sum().squareRoot()
      var along = SIMD3<Double>.zero
      along[axis] = 1
      along -= normal * (normal * along).sum()
      return Crack(
        place: point, normal: normal, along: along / (along * along).sum().squareRoot(), wave: half * draw(0.03...0.1),
        length: half * draw(0.3...0.8), reach: half * draw(0.6...1.3), thickness: half * draw(0.035...0.07))
    }
    self.half = half
    intensity = Float(draw(150...250))
  }

  /// Whether there is material at a point of the cube's own frame.
  public func isSolid(at point: Vector<3>) -> Bool {
    let p = SIMD3(point[0], point[1], point[2])
    guard abs(p.x) <= half, abs(p.y) <= half, abs(p.z) <= half else { return false }
    for ball in balls {
      let away = p - ball.center
      if (away * away).sum() < ball.radius * ball.radius { return false }
    }
    for bore in bores {
      var away = p - bore.place
      let depth = abs(away[bore.axis])
      away[bore.axis] = 0
      if depth < bore.depth, (away * away).sum() < bore.radius * bore.radius { return false }
    }
    for crack in cracks {
      let away = p - crack.place
      let across = (away * crack.normal).sum()
      let sheet = crack.wave * sin(2 * .pi * (away * crack.along).sum() / crack.length)
      if abs(across - sheet) < crack.thickness, (away * away).sum() < crack.reach * crack.reach { return false }
    }
    return true
  }
}
