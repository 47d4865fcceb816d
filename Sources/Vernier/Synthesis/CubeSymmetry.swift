/// One of the eight ways in which a square lies on itself: a quarter turn as often as one likes, mirrored or not.
struct SquareFlip: Equatable {
  /// Whether x and y change places, and then whether each axis runs backwards.
  var swapsAxes = false
  var reversesX = false
  var reversesY = false

  static let identity = Self()

  static func random(using random: inout some RandomNumberGenerator) -> Self {
    let bits = Int.random(in: 0..<8, using: &random)
    return Self(swapsAxes: bits & 1 != 0, reversesX: bits & 2 != 0, reversesY: bits & 4 != 0)
  }

  /// The flipped picture's samples p are the picture's at map(p).
  func map(about center: Vector<2>) -> Affine<2> {
    let (x, y) = (reversesX ? -1.0 : 1, reversesY ? -1.0 : 1)
    return Affine(
      linear: Matrix(rowMajor: swapsAxes ? [0, y, x, 0] : [x, 0, 0, y]), translation: .zero, center: center)
  }

  /// Flips a picture in place.
  ///
  /// - Parameter scratch: memory for as many samples.
  func apply(to samples: UnsafeMutablePointer<Float>, side: Int, scratch: UnsafeMutablePointer<Float>) {
    guard self != .identity else { return }
    scratch.update(from: samples, count: side * side)
    for y in 0..<side {
      for x in 0..<side {
        let (column, row) = (reversesX ? side - 1 - x : x, reversesY ? side - 1 - y : y)
        samples[y * side + x] = scratch[swapsAxes ? column * side + row : row * side + column]
      }
    }
  }
}
