import Testing

@testable import Vernier

/// Halving keeps places: what lies at a physical point lies there at every resolution.
@Suite struct PyramidTests {
  /// A ramp over physical space.
  private func ramp<let rank: Int>(_ grid: Grid<rank>, _ slope: Vector<rank>) -> Image<rank> {
    let samples = (0..<grid.count).map { index -> Float in
      var rest = index
      let place = Vector<rank> { axis in
        defer { rest /= grid.size[axis] }
        return Double(rest % grid.size[axis])
      }
      return Float(slope.dot(grid.point(atIndex: place)) + 7)
    }
    return Image(unchecked: grid, samples: samples)
  }

  /// The largest difference from the ramp one sample or more away from every border.
  private func deviation<let rank: Int>(_ image: Image<rank>, _ slope: Vector<rank>) -> Double {
    let exact = ramp(image.grid, slope)
    return image.samples.indices.reduce(0.0) { worst, index in
      var rest = index
      for axis in 0..<rank {
        let position = rest % image.size[axis]
        rest /= image.size[axis]
        if position == 0 || position == image.size[axis] - 1 { return worst }
      }
      return max(worst, Double(abs(image.samples[index] - exact.samples[index])))
    }
  }

  @Test(arguments: [[64, 48], [63, 49], [65, 50]]) func aRampStaysTheRampInThePlane(size: [Int]) throws {
    let direction = Affine<2>.rotation(radians: 0.6, from: 0, to: 1)
    let grid = try Grid<2>(size: size, spacing: [0.7, 0.8], origin: [-30, 12], direction: direction)
    let slope: Vector<2> = [1.5, -2]
    let levels = Pyramid(ramp(grid, slope), shortest: 4, threads: 1).levels
    #expect(levels.count >= 4)
    for (index, level) in levels.enumerated().prefix(3) {
      #expect(deviation(level, slope) < 1e-4, "level \(index)")
      #expect(abs(level.grid.spacing[0] - 0.7 * Double(1 << index)) < 1e-12)
    }
  }

  @Test func aRampStaysTheRampInSpace() throws {
    let direction = Affine<3>(
      .init(rotation: [20, 30, -40], scale: [1, 1, 1], shear: [0, 0, 0], translation: .zero, center: .zero)
    ).linear
    let grid = try Grid<3>(size: [34, 29, 31], spacing: [1, 1.2, 0.9], origin: [5, 6, 7], direction: direction)
    let slope: Vector<3> = [1, -2, 0.5]
    let levels = Pyramid(ramp(grid, slope), shortest: 4, threads: 1).levels
    #expect(levels.count >= 3)
    for level in levels.prefix(3) { #expect(deviation(level, slope) < 1e-4) }
  }

  @Test func thickSlicesWaitForThePlane() throws {
    let grid = try Grid<3>(size: [64, 64, 16], spacing: [1, 1, 4])
    let levels = Pyramid(ramp(grid, [1, 1, 1]), shortest: 8, threads: 1).levels
    #expect(levels.map { $0.size } == [[64, 64, 16], [32, 32, 16], [16, 16, 16], [8, 8, 8]])
    #expect(levels.last?.grid.spacing == [8, 8, 8])
  }

  @Test func maskedSamplesTakeNoPart() throws {
    let grid = try Grid<2>(size: [16, 16])
    let samples = (0..<256).map { Float($0 % 16 < 8 ? 10 : 1e6) }
    let mask = (0..<256).map { UInt8($0 % 16 < 8 ? 1 : 0) }
    let half = Image(unchecked: grid, samples: samples, mask: mask).halved(along: [true, true], threads: 1)
    let marks = try #require(half.mask)
    #expect((0..<64).allSatisfy { marks[$0] == ($0 % 8 < 4 ? 1 : 0) })
    #expect((0..<64).allSatisfy { marks[$0] == 0 || half.samples[$0] == 10 })
  }

  @Test func weightsAreOneThreeThreeOne() throws {
    var samples = [Float](repeating: 0, count: 12)
    samples[5] = 8
    let grid = try Grid<2>(size: [12, 1])
    let half = Image(unchecked: grid, samples: samples).halved(along: [true, false], threads: 1)
    #expect(half.samples == [0, 0, 3, 1, 0, 0])
    #expect(half.grid.origin == [0.5, 0])
  }

  @Test func theLevelThatMatchesASpacing() throws {
    let levels = Pyramid(ramp(try Grid<2>(size: [128, 128]), [1, 1]), shortest: 8, threads: 1)
    #expect(
      [0.5, 1, 1.3, 1.5, 2, 2.9, 4, 100].map { levels.level(matching: $0).size[0] } == [
        128, 128, 128, 64, 64, 32, 32, 8,
      ])
  }
}
