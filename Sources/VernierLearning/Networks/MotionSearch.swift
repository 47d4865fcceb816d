import Glibc
import Vernier

/// The motions among which a ``CorrelationNetwork`` looks: copies of the moving picture, turned and scaled, and their
/// shifts.
///
/// Copy k is copy(x) = moving(c + A (x − c)) with A its angle and scale; with a shift d it stands for the motion x ↦ c
/// + A (x − c) + A d.
struct MotionSearch {
  /// The angle in degrees and the scale of each copy.
  let turns: [(degrees: Double, scale: Double)]
  /// From one copy to the next, in degrees and in the scale's logarithm; 0 where there is one scale.
  let spacing: (degrees: Double, logScale: Double)
  /// The side of the copies, in samples: wider than the pictures where they are turned far, so that their corners stay
  /// in sight.
  let canvas: Int
  /// Shifts along an axis, in places: 2 · reach + 1.
  let shifts: Int
  /// The least shift as a displacement of the arrays of descriptions.
  let firstShift: Int
  private let reach: Int
  /// What each place of the volume does to a sample half the side to the right, beyond the shift, and the shift: x and
  /// y, in samples.
  private let movements: [SIMD4<Double>]
  private let step: Int

  init(_ configuration: CorrelationNetwork.Configuration) {
    let isCircle = configuration.range >= 180
    let gap = 2 * configuration.range / Double(isCircle ? configuration.angles : configuration.angles - 1)
    let ratio = configuration.scales > 1 ? 2 * log(configuration.scale) / Double(configuration.scales - 1) : 0
    turns = (0..<configuration.angles).flatMap { angle in
      (0..<configuration.scales).map { scale in
        (
          degrees: -configuration.range + Double(angle) * gap,
          scale: exp(configuration.scales > 1 ? -log(configuration.scale) + Double(scale) * ratio : 0)
        )
      }
    }
    spacing = (gap, ratio)
    step = configuration.step
    let side = configuration.side
    let wide = configuration.range > 45 ? side * 5 / 4 : side
    canvas = (wide - side) / (2 * step) * 2 * step + side
    reach = Int((configuration.reach * Double(side) / Double(step)).rounded(.up))
    shifts = 2 * reach + 1
    firstShift = (canvas - side) / step / 2 - reach
    let (reach, step, radius) = (reach, Double(step), Double(side) / 2)
    movements = turns.flatMap { turn in
      let (cosine, sine) = (turn.scale * cos(turn.degrees * .pi / 180), turn.scale * sin(turn.degrees * .pi / 180))
      return (-reach...reach).flatMap { y in
        (-reach...reach).map { x in
          let shift = (step * Double(x), step * Double(y))
          return SIMD4(
            cosine * radius, sine * radius, cosine * shift.0 - sine * shift.1, sine * shift.0 + cosine * shift.1)
        }
      }
    }
  }

  var copies: Int { turns.count }

  /// The motion of a copy, shifted by (x, y) places.
  func motion(copy: Int, shift: Vector<2> = .zero, about middle: Vector<2>) -> Affine<2> {
    let turn = turns[copy]
    let turned = Affine<2>(
      Affine<2>.Parameters(
        rotation: turn.degrees, scale: [turn.scale, turn.scale], center: middle))
    return Affine(linear: turned.linear, translation: turned.linear * (shift * Double(step)), center: middle)
  }

  /// The `count` best places of a volume that stand for clearly different motions, the best first.
  ///
  /// - Parameter volume: [copies, shifts, shifts].
  func best(of volume: ArraySlice<Float>, _ count: Int, about middle: Vector<2>) -> [Affine<2>] {
    var left = Array(volume)
    var found: [Affine<2>] = []
    // The fit reaches as far as three places around.
    let near = 3 * Double(step)
    while found.count < count, let place = left.indices.max(by: { left[$0] < left[$1] }), left[place] > -.infinity {
      let (copy, y, x) = (place / (shifts * shifts), place / shifts % shifts, place % shifts)
      found.append(motion(copy: copy, shift: [Double(x - reach), Double(y - reach)], about: middle))
      let chosen = movements[place]
      for other in left.indices where (movements[other] - chosen).magnitudes.max() < near {
        left[other] = -.infinity
      }
    }
    return found
  }

  /// The place of the volume that stands in a view for what each place stands for: [copies, shifts, shifts].
  func places(in view: MirrorView) -> [Int] {
    let angles = turns.map { view.x * view.y * $0.degrees }
    let copies = turns.indices.map { copy in
      turns.indices.min { left, right in distance(left, from: copy) < distance(right, from: copy) } ?? copy
    }
    func distance(_ other: Int, from copy: Int) -> Double {
      abs(remainder(turns[other].degrees - angles[copy], 360)) + 360 * abs(log(turns[other].scale / turns[copy].scale))
    }
    var places: [Int] = []
    places.reserveCapacity(copies.count * shifts * shifts)
    for copy in copies {
      for y in 0..<shifts {
        let row = copy * shifts + (view.y < 0 ? shifts - 1 - y : y)
        for x in 0..<shifts { places.append(row * shifts + (view.x < 0 ? shifts - 1 - x : x)) }
      }
    }
    return places
  }

  /// How near each copy is to a motion: 1 for the same angle and scale, falling linearly to 0 at the neighbours'.
  func weights(of motion: (degrees: Double, scale: Double)) -> [Double] {
    turns.map { turn in
      let angle = max(0, 1 - abs(remainder(motion.degrees - turn.degrees, 360)) / spacing.degrees)
      guard spacing.logScale > 0 else { return angle }
      return angle * max(0, 1 - abs(log(motion.scale / turn.scale)) / spacing.logScale)
    }
  }

  /// The share of each shift in a motion as a copy sees it, linear between places: [shifts, shifts], y before x.
  func weights(ofShiftIn motion: Affine<2>, copy: Int, about middle: Vector<2>) -> [Double] {
    guard let back = self.motion(copy: copy, about: middle).inverted() else { return [] }
    let shift = back.linear * motion.centered(at: middle).translation * (1 / Double(step))
    let shares = (0..<2).map { axis in
      (0..<shifts).map { max(0, 1 - abs(shift[axis] - Double($0 - reach))) }
    }
    return shares[1].flatMap { y in shares[0].map { x in x * y } }
  }
}

extension SIMD4<Double> {
  fileprivate var magnitudes: Self { replacing(with: -self, where: self .< 0) }
}
