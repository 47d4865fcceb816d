/// Cuts pairs with a known transform out of one larger picture, so that no border betrays the answer.
public struct PairCutter: Sendable {
  private let scene: Image<2>
  private let mean: Float

  public init(scene: Image<2>) {
    self.scene = scene
    mean = Float(scene.samples.reduce(0.0) { $0 + Double($1) } / Double(max(scene.samples.count, 1)))
  }

  /// The fixed image cut at `corner` and the moving one such that `moving(T(p)) = fixed(p)`.
  ///
  /// - Parameters:
  ///   - side: both images are `side` × `side`.
  ///   - corner: the scene's sample at the fixed image's first.
  ///   - truth: T, in the fixed image's samples.
  /// - Returns: the pair; where the moving image would need what lies outside the scene, it repeats the
  ///   scene's mean and its mask says so. The mask is nil when all lies inside.
  public func pair(
    side: Int, corner: (x: Int, y: Int), truth: Affine<2>
  ) -> (fixed: Image<2>, moving: Image<2>) {
    guard let grid = try? Grid<2>(size: [side, side]) else { preconditionFailure("a pair needs a positive side") }
    let shift = Affine<2>(translation: [Double(corner.x), Double(corner.y)])
    guard let back = truth.inverted() else { preconditionFailure("the true transform must be invertible") }
    func cut(_ transform: Affine<2>) -> Image<2> {
      let image = scene.resampled(onto: grid, through: transform, interpolation: .cubic, outside: mean, threads: 1)
      let whole = image.mask?.allSatisfy { $0 != 0 } ?? true
      return whole ? Image(unchecked: image.grid, samples: image.samples) : image
    }
    return (cut(shift), cut(shift.composed(after: back)))
  }
}
