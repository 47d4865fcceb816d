/// One of the ways in which a square (8) or a cube (48) lies on itself: its axes exchanged, and some of them backwards.
package struct CubeSymmetry<let rank: Int>: Equatable, Sendable {
  /// The axis that takes each one's place.
  private let order: [Int]
  /// Whether each axis runs backwards, before they are exchanged.
  private let reverses: [Bool]

  package static var identity: Self { Self(order: Array(0..<rank), reverses: [Bool](repeating: false, count: rank)) }

  /// One of all, each as likely as another.
  package static func random(using random: inout some RandomNumberGenerator) -> Self {
    let orders =
      rank == 2 ? [[0, 1], [1, 0]] : [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
    let number = Int.random(in: 0..<orders.count << rank, using: &random)
    let backwards = number / orders.count
    return Self(order: orders[number % orders.count], reverses: (0..<rank).map { backwards >> $0 & 1 != 0 })
  }

  /// The samples p of an image that was changed are the image's at map(p).
  package func map(about center: Vector<rank>) -> Affine<rank> {
    var entries = [Double](repeating: 0, count: rank * rank)
    for axis in 0..<rank { entries[axis * rank + order[axis]] = reverses[order[axis]] ? -1 : 1 }
    return Affine(linear: Matrix(rowMajor: entries), translation: .zero, center: center)
  }

  /// Changes a square picture or a cubic volume in place.
  ///
  /// - Parameter scratch: memory for as many samples.
  package func apply(to samples: UnsafeMutablePointer<Float>, side: Int, scratch: UnsafeMutablePointer<Float>) {
    guard self != .identity else { return }
    var (count, strides) = (1, [Int](repeating: 0, count: rank))
    for axis in 0..<rank {
      strides[order[axis]] = count
      count *= side
    }
    scratch.update(from: samples, count: count)
    let step = reverses[0] ? -strides[0] : strides[0]
    for line in 0..<count / side {
      var (source, rest) = (reverses[0] ? (side - 1) * strides[0] : 0, line)
      for axis in 1..<rank {
        let place = rest % side
        source += (reverses[axis] ? side - 1 - place : place) * strides[axis]
        rest /= side
      }
      let target = samples + line * side
      for x in 0..<side { target[x] = scratch[source + x * step] }
    }
  }
}
