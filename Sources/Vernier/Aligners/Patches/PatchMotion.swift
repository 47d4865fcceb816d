import Glibc

/// A rigid motion between the sample indices of two small images, about their centres: q = R(angle) · (p − c) + c′ +
/// shift.
struct PatchMotion: Sendable {
  /// Radians; positive turns x towards y.
  var angle: Double
  /// Samples of the full resolution.
  var shift: SIMD2<Double>

  static let identity = PatchMotion(angle: 0, shift: .zero)

  /// The motion after a small one in the fixed image: turn by `turn` about its centre, then move by `step`, then this
  /// motion.
  func stepped(turn: Double, step: SIMD2<Double>) -> Self {
    let (c, s) = (cos(angle), sin(angle))
    return Self(
      angle: angle + turn, shift: shift + SIMD2(c * step.x - s * step.y, s * step.x + c * step.y))
  }

  /// The motion of the swapped pair.
  var inverse: Self {
    let (c, s) = (cos(angle), sin(angle))
    return Self(angle: -angle, shift: SIMD2(-c * shift.x - s * shift.y, s * shift.x - c * shift.y))
  }

  /// The root mean square distance between where two motions send points that spread `radius` (root mean square) about
  /// the centre.
  func distance(to other: Self, radius: Double) -> Double {
    let turn = 2 * sin(remainder(angle - other.angle, 2 * .pi) / 2) * radius
    let apart = shift - other.shift
    return (turn * turn + apart.x * apart.x + apart.y * apart.y).squareRoot()
  }
}

/// The motion as it maps the samples of one level: moving x = cosine · x − sine · y + x0, moving y = sine · x + cosine
/// · y + y0.
struct PatchMap {
  var cosine: Double
  var sine: Double
  var x0: Double
  var y0: Double

  init(_ motion: PatchMotion, fixed: PatchLevel, moving: PatchLevel) {
    cosine = cos(motion.angle)
    sine = sin(motion.angle)
    // A sample of a level lies at scale · index + offset of the full resolution.
    let (scale, offset) = (fixed.scale, (fixed.scale - 1) / 2)
    let (px, py) = (offset - fixed.fullCenter.x, offset - fixed.fullCenter.y)
    x0 = (cosine * px - sine * py + moving.fullCenter.x + motion.shift.x - offset) / scale
    y0 = (sine * px + cosine * py + moving.fullCenter.y + motion.shift.y - offset) / scale
  }
}
