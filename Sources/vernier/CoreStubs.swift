import Vernier

// Stand-ins for what the library is to provide; this file goes when it does.

struct Measurement {
  var figures: [(name: String, value: Double)]

  init<let rank: Int>(fixed: Image<rank>, moved: Image<rank>) {
    let squares = zip(fixed.samples, moved.samples).map { Double(($0 - $1) * ($0 - $1)) }
    figures = [("mean squared difference", squares.reduce(0, +) / Double(squares.count))]
  }
}

enum SyntheticScene {
  static func pair(seed: UInt64) throws -> (fixed: Image<2>, moving: Image<2>, truth: Affine<2>) {
    let samples = (0..<128 * 128).map { Float(($0 / 128 * 7 + $0 % 128 * 3 + Int(seed)) % 256) }
    let image = try Image<2>(width: 128, height: 128, samples: samples)
    return (image, image, .identity)
  }
}
