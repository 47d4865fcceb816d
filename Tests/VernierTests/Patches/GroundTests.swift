import Glibc
import Testing

@testable import Vernier

/// A ground of one value that belongs to the picture is not taken for padding.
@Suite struct GroundTests {
  private enum Ground: String, CaseIterable {
    case ellipse, blob, fieldStop, octagon, stars, darkCorner, object, noisyPadding, gradientPadding, none
  }

  private func picture(_ ground: Ground, side: Int, seed: UInt64) throws -> Image<2> {
    let scene = SyntheticScene(side: side, seed: seed).image
    var random = SplitMix64(seed: seed)
    let middle = Double(side - 1) / 2
    let half = Double(side) / 2
    let (first, second, third) = (random.uniform(0...6), random.uniform(0...6), random.uniform(0...6))
    let aspect = random.uniform(0.5...0.8)
    let turned = scene.resampled(
      onto: scene.grid, through: motion(.rigid, on: scene.grid, strength: 4), outside: -1, threads: 1)
    return try SmallPairs.drawn(width: side, height: side) { x, y in
      let sample = Double(scene.samples[Int(y) * side + Int(x)].rounded())
      let (dx, dy) = ((x - middle) / half, (y - middle) / half)
      let (radius, angle) = (hypot(dx, dy), atan2(dy, dx))
      switch ground {
      case .ellipse:
        let (c, s) = (cos(first), sin(first))
        return hypot(c * dx + s * dy, (c * dy - s * dx) / aspect) < 0.8 ? sample : 0
      case .blob: return radius < 0.6 + 0.12 * sin(2 * angle + first) + 0.1 * sin(3 * angle + second) ? sample : 0
      case .fieldStop: return radius < 0.96 ? sample : 0
      case .octagon: return max(abs(dx), abs(dy), (abs(dx) + abs(dy)) / 2.0.squareRoot()) < 0.9 ? sample : 0
      case .stars: return Double.random(in: 0..<1, using: &random) < 0.03 ? sample : 0
      case .darkCorner:
        let edge = 0.5 + 0.25 * sin(5 * dx + first) + 0.2 * sin(7 * dy + second) + 0.1 * sin(11 * (dx - dy) + third)
        return dx + dy > -edge ? sample : 0
      case .object: return radius < 0.3 + 0.1 * sin(2 * angle + first) ? sample : 90
      case .noisyPadding:
        let inside = turned.mask?[Int(y) * side + Int(x)] != 0
        return inside ? sample : 20 + 3 * random.uniform(-1...1)
      case .gradientPadding:
        let inside = turned.mask?[Int(y) * side + Int(x)] != 0
        return inside ? sample : 20 + x / 7
      case .none: return sample
      }
    }
  }

  /// None of 30 pictures of each kind and side.
  @Test(arguments: Ground.allCases, [32, 64, 96]) private func isNotMasked(ground: Ground, side: Int) throws {
    for seed in UInt64(401)...430 {
      let image = try picture(ground, side: side, seed: seed)
      #expect(image.maskingPadding().mask == nil, "seed \(seed)")
    }
  }

  /// A rectangle of one value has nothing but its outline, which masking would take away.
  @Test func aFlatRectangleKeepsItsOutline() throws {
    let flat = try SmallPairs.drawn(width: 40, height: 40) { x, y in x > 5 && x < 34 && y > 7 && y < 30 ? 90 : 0 }
    #expect(flat.maskingPadding().mask == nil)
    let scene = SyntheticScene(side: 40, seed: 1).image
    for (moving, fixed) in [(flat, scene), (scene, flat)] {
      #expect(try Registration().align(moving, to: fixed).verdict != .aligned)
    }
  }
}
