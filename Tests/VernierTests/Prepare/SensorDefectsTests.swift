import Glibc
import Testing

@testable import Vernier

@Suite struct SensorDefectsTests {
  private static func picture(_ seed: UInt64, side: Int = 96) -> Image<2> {
    var random = SplitMix64(seed: seed)
    return SyntheticScene(side: side, seed: seed).image.mapSamples { $0 + Float(random.uniform(-3...3)) }
  }

  @Test func stuckSamplesAreReplacedAndNothingElse() {
    let picture = Self.picture(1)
    #expect(picture.withoutIsolatedSamples().samples == picture.samples)
    var samples = picture.samples
    // One alone, two beside each other, one in a corner, a dead one.
    let stuck = [0: Float(4095), 50 * 96 + 40: 65535, 50 * 96 + 41: 65535, 20 * 96 + 30: -4000]
    for (index, value) in stuck { samples[index] = value }
    let cleaned = Image(unchecked: picture.grid, samples: samples).withoutIsolatedSamples()
    for index in samples.indices {
      if stuck[index] != nil {
        #expect(abs(cleaned.samples[index] - picture.samples[index]) < 40)
      } else {
        #expect(cleaned.samples[index] == picture.samples[index])
      }
    }
  }

  /// What counts as isolated, sample by sample: beyond all but one of the neighbours by four times their range.
  private static func isStuck(_ picture: Image<2>, _ x: Int, _ y: Int) -> Bool {
    var around: [Float] = []
    for row in max(y - 1, 0)...min(y + 1, picture.height - 1) {
      for column in max(x - 1, 0)...min(x + 1, picture.width - 1) where (row, column) != (y, x) {
        let index = row * picture.width + column
        if picture.isValid(index) { around.append(picture.samples[index]) }
      }
    }
    guard around.count >= 3, picture.isValid(y * picture.width + x) else { return false }
    around.sort()
    let outer = around.count >= 5 ? 1 : 0
    let (low, high) = (around[outer], around[around.count - 1 - outer])
    let sample = picture.samples[y * picture.width + x]
    return max(sample - high, low - sample) > max(4 * (high - low), 2000)
  }

  /// Eight samples are looked at together; borders, masks and odd widths must not matter.
  @Test(arguments: [3, 8, 9, 17, 31, 40], [false, true]) func eachSampleIsLookedAtAsDefined(side: Int, hasMask: Bool)
    throws
  {
    var random = SplitMix64(seed: UInt64(side))
    let (width, height) = (side, side + 2)
    var samples = (0..<width * height).map { _ in Float(random.uniform(0...10)) }
    let mask = (0..<width * height).map { _ in random.uniform(0...1) < 0.8 ? UInt8(1) : 0 }
    // At most one in a hundred; of small pictures none may be replaced.
    for _ in 0..<(width * height / 100) { samples[Int(random.uniform(0...0.999) * Double(width * height))] = 50_000 }
    let grid = try Grid<2>(size: [width, height])
    let picture = Image(unchecked: grid, samples: samples, mask: hasMask ? mask : nil)
    let cleaned = picture.withoutIsolatedSamples()
    for y in 0..<height {
      for x in 0..<width {
        let index = y * width + x
        #expect((cleaned.samples[index] != samples[index]) == Self.isStuck(picture, x, y), "\(x), \(y)")
      }
    }
  }

  /// A star is as wide as the optics make it.
  @Test func starsStay() throws {
    let grid = try Grid<2>(size: [64, 64])
    let sky = Image<2>(
      unchecked: grid,
      samples: (0..<grid.count).map { index in
        let (x, y) = (Double(index % 64), Double(index / 64))
        let stars = [(12.3, 20.1), (40.0, 40.0), (50.5, 9.5)].reduce(0.0) { sum, star in
          sum + 1000 * exp(-(pow(x - star.0, 2) + pow(y - star.1, 2)) / (2 * 0.8 * 0.8))
        }
        return Float(100 + stars + 2 * sin(Double(index * 7919 % 101)))
      })
    #expect(sky.withoutIsolatedSamples().samples == sky.samples)
  }

  /// Dots that are all there is to see are no defects.
  @Test func manyDotsStay() throws {
    let grid = try Grid<2>(size: [40, 40])
    var samples = [Float](repeating: 0, count: grid.count)
    for index in stride(from: 41, to: samples.count - 41, by: 53) { samples[index] = 1 }
    let dots = Image(unchecked: grid, samples: samples)
    #expect(dots.withoutIsolatedSamples().samples == samples)
    var few = [Float](repeating: 0, count: grid.count)
    few[500] = 1
    #expect(Image(unchecked: grid, samples: few).withoutIsolatedSamples().samples == few)
  }

  private func striped(_ image: Image<2>, _ pattern: [Float], along axis: Int) -> Image<2> {
    Image(
      unchecked: image.grid,
      samples: image.samples.enumerated().map { index, sample in
        sample + pattern[axis == 0 ? index % image.width : index / image.width]
      })
  }

  @Test(arguments: [0, 1]) func aCommonPatternOfColumnsOrRowsIsTakenOff(axis: Int) {
    let (one, two) = (Self.picture(2), Self.picture(3))
    var random = SplitMix64(seed: 9)
    let pattern = (0..<96).map { _ in Float(random.uniform(-40...40)) }
    let found = SensorDefects.removed(from: striped(one, pattern, along: axis), striped(two, pattern, along: axis))
    func error(_ image: Image<2>, _ other: Image<2>) -> Float {
      zip(image.samples, other.samples).reduce(0) { $0 + abs($1.0 - $1.1) } / Float(image.samples.count)
    }
    #expect(error(found.fixed, one) < 0.5 * error(striped(one, pattern, along: axis), one))
    #expect(error(found.moving, two) < 0.5 * error(striped(two, pattern, along: axis), two))
    // A pattern that only one of them has did not stay in its place, and is scene.
    let alone = SensorDefects.removed(from: striped(one, pattern, along: axis), two)
    #expect(alone.moving.samples == two.samples)
    #expect(alone.fixed.samples == striped(one, pattern, along: axis).samples)
    let plain = SensorDefects.removed(from: one, two)
    #expect(plain.fixed.samples == one.samples && plain.moving.samples == two.samples)
  }

  @Test func aMovedSceneUnderAColumnPatternIsFound() throws {
    let scene = SyntheticScene(side: 200, seed: 12).image
    var random = SplitMix64(seed: 4)
    let pattern = (0..<128).map { _ in Float(random.uniform(-45...45)) }
    let fixed = striped(scene.cropped(columns: 30..<158, rows: 30..<158), pattern, along: 0)
    let moving = striped(scene.cropped(columns: 37..<165, rows: 25..<153), pattern, along: 0)
    // A part of an image stays at its place in space: the scene did not move, and the pattern did, by (7, −5).
    let found = try Registration(model: .translation).align(moving, to: fixed)
    #expect(found.linear.translation.length < 0.1 && found.verdict == .aligned)
  }
}
