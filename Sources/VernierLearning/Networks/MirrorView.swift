import Vernier

/// A way to look at a pair: as it is, or with both pictures mirrored.
///
/// A network that has learned from mirrored pictures, too, errs differently in each view; the mean of what it sees in
/// all of them is the same whichever way the pair is turned, and errs less.
struct MirrorView: Sendable {
  /// 1, or −1 where the axis is mirrored.
  let x, y: Double

  static let plain = Self(x: 1, y: 1)
  /// As it is, mirrored along x, along y and along both.
  static let all = [plain, Self(x: -1, y: 1), Self(x: 1, y: -1), Self(x: -1, y: -1)]

  /// The mirror itself, about a point.
  func map(about middle: Vector<2>) -> Affine<2> {
    Affine(linear: .diagonal([x, y]), translation: .zero, center: middle)
  }

  /// What a motion is in this view; it is its own inverse.
  func callAsFunction(_ motion: Affine<2>, about middle: Vector<2>) -> Affine<2> {
    let mirror = map(about: middle)
    return mirror.composed(after: motion.composed(after: mirror)).centered(at: middle)
  }

  /// What becomes of a step's growth, turn and shifts.
  var signs: [Double] { [1, x * y, x, y] }
}
