import Glibc

/// Random rigid motions for synthetic pairs.
public enum RigidMotion<let rank: Int> {
  /// A rotation about `center` by angles drawn evenly from ±`degrees` about each axis, then a shift drawn from ±`shift` along each.
  public static func random(
    degrees: Double, shift: Double, center: Vector<rank>, using random: inout some RandomNumberGenerator
  ) -> Affine<rank> {
    let pairs = rank * (rank - 1) / 2
    let angles = (0..<pairs).map { _ in degrees > 0 ? Double.random(in: -degrees...degrees, using: &random) : 0 }
    let translation = Vector<rank> { _ in shift > 0 ? Double.random(in: -shift...shift, using: &random) : 0 }
    return Affine(
      Affine<rank>.Parameters(
        rotation: angles, scale: [Double](repeating: 1, count: rank), shear: [Double](repeating: 0, count: pairs),
        translation: translation, center: center))
  }
}
