import Vernier

/// Two pictures of known relation: `moving(truth(p)) = fixed(p)`.
struct RegisteredPair: Sendable {
  var fixed: Image<2>
  var moving: Image<2>
  /// Fixed point to moving point, written about the fixed image's centre.
  var truth: Affine<2>
}

/// How far a transform is from the answer, as the small-image paper counts it (its Eqs. 2 to 4), and at the corners.
struct RigidError: Sendable, Equatable {
  /// |Δtx| + |Δty| of the fixed image's centre, in pixels.
  var translation: Double
  /// Degrees, around the circle: 0…180.
  var rotation: Double
  /// The mean distance at the four corners, in pixels.
  var corner: Double

  init(of found: Affine<2>, from truth: Affine<2>, on grid: Grid<2>) {
    let gap = found(grid.center) - truth(grid.center)
    translation = abs(gap[0]) + abs(gap[1])
    rotation = Self.difference(found.parameters.rotation[0], truth.parameters.rotation[0])
    corner = grid.corners.reduce(0) { $0 + (found($1) - truth($1)).length } / Double(grid.corners.count)
  }

  /// The angle between two directions, in degrees: 0…180.
  static func difference(_ first: Double, _ second: Double) -> Double { abs(signedDifference(first, second)) }

  /// `first` − `second` in degrees, brought to −180…180.
  static func signedDifference(_ first: Double, _ second: Double) -> Double {
    let turned = (first - second).truncatingRemainder(dividingBy: 360)
    return turned > 180 ? turned - 360 : turned < -180 ? turned + 360 : turned
  }

  /// Whether the answer is of no use: off by more than 2 px or 5°.
  var isOff: Bool { translation > Self.mostTranslation || rotation > Self.mostRotation }

  static let mostTranslation = 2.0
  static let mostRotation = 5.0
}
