import Vernier

/// Pairs as the small-image paper makes them (Ma, Zhao and Cheng 2021, section 3.1).
///
/// The moving image is the fixed one turned about its centre by U(−180°, 180°) and moved by U(−¼, ¼) of the side along
/// each axis, interpolated linearly, with zeros where it looks outside; both are rounded to 8 bits afterwards.
enum PublishedProtocol {
  static let shift = 0.25

  static let note = """
    The moving image is the fixed one turned about its centre by U(−180°, 180°) and moved by U(−¼, ¼) of its side along x and
    along y: bilinear, zeros where it looks outside, both rounded to 8 bits afterwards. The border of zeros moves with the
    image, and so helps whoever looks at it.
    """

  static func pair(of image: Image<2>, using random: inout some RandomNumberGenerator) -> RegisteredPair {
    let truth = MotionRange<2>(degrees: 180, shift: shift * Double(image.width)).random(
      center: image.grid.center, using: &random)
    return pair(of: image, truth: truth)
  }

  static func pair(of image: Image<2>, truth: Affine<2>) -> RegisteredPair {
    let pair = PairCutter(scene: image, kind: .published).pair(side: image.width, corner: (0, 0), truth: truth)
    return RegisteredPair(fixed: pair.fixed.rounded(), moving: pair.moving.rounded(), truth: truth)
  }
}
