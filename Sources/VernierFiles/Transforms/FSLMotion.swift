import Glibc
import Vernier

/// The motion of a volume in a series as FSL's MCFLIRT writes it to its `.par` files: three angles in radians and three
/// shifts in millimetres.
///
/// They are those of the matrix, in scaled voxels, that brings the moving volume to the fixed one (see ``FSLMatrices``):
/// with R its rotation, R = Rx Ry Rz, and its shift that of the fixed volume's centre of gravity.
public struct FSLMotion: Sendable, Equatable {
  /// About x, y and z, in radians.
  public var angles: [Double]
  /// Along x, y and z, in millimetres.
  public var shifts: [Double]

  /// - Parameters:
  ///   - transform: a point of the fixed volume to the point of the moving one, LPS millimetres.
  ///   - fixed: the fixed volume's grid.
  ///   - moving: the moving volume's grid.
  ///   - point: the centre of rotation: the fixed volume's centre of gravity.
  /// - Returns: nil where a matrix has no inverse.
  public init?(_ transform: Affine<3>, fixed: Grid<3>, moving: Grid<3>, about point: Vector<3>) {
    guard let back = moving.physicalFromScaledVoxels.inverted(),
      let matrix = back.composed(after: transform.composed(after: fixed.physicalFromScaledVoxels)).inverted(),
      let toScaled = fixed.physicalFromScaledVoxels.inverted()
    else { return nil }
    let center = toScaled(point)
    shifts = (matrix(center) - center).elements
    let m = matrix.linear
    let y = (m[0, 0] * m[0, 0] + m[0, 1] * m[0, 1]).squareRoot()
    angles =
      y < 1e-4
      ? [atan2(-m[2, 1], m[1, 1]), atan2(-m[0, 2], 0), 0]
      : [atan2(m[1, 2] / y, m[2, 2] / y), atan2(-m[0, 2], y), atan2(m[0, 1] / y, m[0, 0] / y)]
  }

  /// A line of a `.par` file.
  public var line: String { (angles + shifts).map(Self.printed).joined(separator: "  ") + "  \n" }

  private static func printed(_ number: Double) -> String {
    // Six digits, as MCFLIRT writes them, would lose micrometres of long shifts.
    let rounded = (number * 1e9).rounded() / 1e9
    return "\(rounded == 0 ? 0 : rounded)"
  }

  /// The mean place of the samples, each with its height above the least as its weight.
  public static func centerOfGravity(of image: Image<3>) -> Vector<3> {
    let least = image.samples.min() ?? 0
    var (sum, total) = (Vector<3>.zero, 0.0)
    var place = 0
    for z in 0..<image.size[2] {
      for y in 0..<image.size[1] {
        for x in 0..<image.size[0] {
          let weight = Double(image.samples[place] - least)
          sum += Vector([Double(x), Double(y), Double(z)]) * weight
          total += weight
          place += 1
        }
      }
    }
    return total > 0 ? image.grid.point(atIndex: sum / total) : image.grid.center
  }
}
