import Glibc

/// The linear transforms among which random ones are drawn for synthetic pairs.
///
/// Each parameter is drawn evenly from its range, the scale evenly by its logarithm, so that enlarging by 1.25 is as
/// frequent as reducing by it. A parameter whose range is a single value takes no random number.
public struct MotionRange<let rank: Int>: Sendable, Codable, Equatable {
  /// The greatest rotation about each axis, in degrees; angles lie in ± this.
  public var degrees: Double
  /// The scale, positive.
  public var scale: ClosedRange<Double>
  /// Whether each axis has a scale of its own.
  public var scalesAxes: Bool
  /// The greatest element of the shear; elements lie in ± this.
  public var shear: Double
  /// The greatest shift along each axis, in physical units; shifts lie in ± this.
  public var shift: Double

  public init(
    degrees: Double = 0, scale: ClosedRange<Double> = 1...1, scalesAxes: Bool = false, shear: Double = 0,
    shift: Double
  ) {
    self.degrees = degrees
    self.scale = scale
    self.scalesAxes = scalesAxes
    self.shear = shear
    self.shift = shift
  }

  /// The ranges as far as a model has the parameters: a translation does not turn, a rigid motion does not scale.
  public init(
    _ model: TransformModel, degrees: Double, scale: ClosedRange<Double>, shear: Double, shift: Double
  ) {
    let scales = model == .similarity || model == .affine
    self.init(
      degrees: model == .translation ? 0 : degrees, scale: scales ? scale : 1...1, scalesAxes: model == .affine,
      shear: model == .affine ? shear : 0, shift: shift)
  }

  /// A transform about `center`: rotations about each axis in turn, then scales, shears and shifts.
  public func random(center: Vector<rank>, using random: inout some RandomNumberGenerator) -> Affine<rank> {
    let pairs = rank * (rank - 1) / 2
    let angles = (0..<pairs).map { _ in Self.even(degrees, using: &random) }
    let scales = (0..<(scalesAxes ? rank : 1)).map { _ in randomScale(using: &random) }
    let shears = (0..<pairs).map { _ in Self.even(shear, using: &random) }
    let translation = Vector<rank> { _ in Self.even(shift, using: &random) }
    return Affine(
      Affine<rank>.Parameters(
        rotation: angles, scale: (0..<rank).map { scales[min($0, scales.count - 1)] }, shear: shears,
        translation: translation, center: center))
  }

  private func randomScale(using random: inout some RandomNumberGenerator) -> Double {
    guard scale.lowerBound < scale.upperBound else { return scale.lowerBound }
    return exp(Double.random(in: log(scale.lowerBound)...log(scale.upperBound), using: &random))
  }

  private static func even(_ reach: Double, using random: inout some RandomNumberGenerator) -> Double {
    reach > 0 ? Double.random(in: -reach...reach, using: &random) : 0
  }
}

extension MotionRange where rank == 2 {
  /// How far from its own centre a square picture of `side` samples can look along an axis, through the inverse of any
  /// of these transforms.
  ///
  ///     (h + shift) · (cos θ + sin θ) / least scale · (1 + shear),   h = (side − 1) / 2,  θ = min(degrees, 45°)
  func reach(side: Int) -> Double {
    let angle = min(degrees, 45) * .pi / 180
    return (Double(side - 1) / 2 + shift) * (cos(angle) + sin(angle)) / scale.lowerBound * (1 + shear)
  }
}
