import Glibc
import Vernier

/// Scenes of which one motion cannot be told from another.
enum AmbiguousScene {
  /// Stripes: the profile of a row of `scene`, in one direction drawn at random. Shifts along the stripes do not show.
  static func oneDirection(of scene: Image<2>, side: Int, using random: inout SplitMix64) -> Image<2> {
    let row = Int.random(in: 0..<scene.height, using: &random)
    let profile = Array(scene.samples[(row * scene.width)..<((row + 1) * scene.width)])
    let angle = Double.random(in: 0..<(2 * .pi), using: &random)
    let (c, s) = (cos(angle), sin(angle))
    let middle = Double(side - 1) / 2
    return drawn(side: side) { x, y in
      let place = c * (x - middle) + s * (y - middle) + Double(profile.count) / 2
      let column = Int(place.rounded(.down))
      func sample(_ index: Int) -> Double { Double(profile[min(max(index, 0), profile.count - 1)]) }
      return sample(column) + (place - Double(column)) * (sample(column + 1) - sample(column))
    }
  }

  /// The mean of a piece of `scene` turned by all multiples of 360°/n about its middle, n from 2 to 4: looks the same
  /// from n sides.
  static func symmetric(from scene: Image<2>, side: Int, using random: inout SplitMix64) -> Image<2> {
    let order = Int.random(in: 2...4, using: &random)
    let middle = (x: Double(scene.width - 1) / 2, y: Double(scene.height - 1) / 2)
    let half = Double(side - 1) / 2
    let sampler = Sampler(scene)
    return drawn(side: side) { x, y in
      (0..<order).reduce(0.0) { sum, turn in
        let angle = 2 * Double.pi * Double(turn) / Double(order)
        let (c, s) = (cos(angle), sin(angle))
        return sum
          + sampler.value(
            middle.x + c * (x - half) - s * (y - half), middle.y + s * (x - half) + c * (y - half))
      } / Double(order)
    }
  }

  /// Linear interpolation that holds the border's values outside.
  private struct Sampler {
    let image: Image<2>

    init(_ image: Image<2>) { self.image = image }

    func value(_ x: Double, _ y: Double) -> Double {
      let (px, py) = (min(max(x, 0), Double(image.width - 1)), min(max(y, 0), Double(image.height - 1)))
      let (column, row) = (min(Int(px), image.width - 2), min(Int(py), image.height - 2))
      let (fx, fy) = (px - Double(column), py - Double(row))
      func sample(_ dx: Int, _ dy: Int) -> Double { Double(image.samples[(row + dy) * image.width + column + dx]) }
      let upper = sample(0, 0) + fx * (sample(1, 0) - sample(0, 0))
      let lower = sample(0, 1) + fx * (sample(1, 1) - sample(0, 1))
      return upper + fy * (lower - upper)
    }
  }

  private static func drawn(side: Int, _ value: (Double, Double) -> Double) -> Image<2> {
    var samples = [Float](repeating: 0, count: side * side)
    for y in 0..<side { for x in 0..<side { samples[y * side + x] = Float(value(Double(x), Double(y))) } }
    guard let image = try? Image<2>(width: side, height: side, samples: samples) else {
      preconditionFailure("a scene has a positive side")
    }
    return image
  }
}
