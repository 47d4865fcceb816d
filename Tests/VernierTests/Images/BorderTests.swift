import Testing

@testable import Vernier

/// An image has data up to half a sample beyond its outermost centres, whoever asks.
@Suite struct BorderTests {
  static let shifts = [0.02, 0.49, 0.5, 0.51]
  /// The kernel of affine maps, and rows of any other map.
  static let ways = [true, false]

  private func picture() throws -> Image<2> {
    var random = SplitMix64(seed: 961)
    return try Image(width: 7, height: 6, samples: (0..<42).map { _ in Float(random.uniform(0...255)) })
  }

  private func seen<let rank: Int>(
    _ image: Image<rank>, shift: Vector<rank>, _ interpolation: Interpolation, byKernel: Bool
  ) -> Image<rank> {
    let affine = Affine<rank>(translation: shift)
    // A composition of one map is that map, but is not taken for an affine one.
    let map = byKernel ? Transform(affine) : Transform(Composition([Transform(affine)]))
    return image.resampled(onto: image.grid, through: map, interpolation: interpolation, outside: -9)
  }

  /// A shift along either axis and either way loses no row or column up to half a sample, and one beyond.
  @Test(arguments: shifts, Interpolation.allCases) func whatIsLost(shift: Double, interpolation: Interpolation) throws {
    let image = try picture()
    for (axis, sign, byKernel) in [0, 1].flatMap({ axis in
      [1.0, -1].flatMap { sign in Self.ways.map { (axis, sign, $0) } }
    }) {
      let moved = seen(image, shift: Vector { $0 == axis ? sign * shift : 0 }, interpolation, byKernel: byKernel)
      let rim = sign > 0 ? image.size[axis] - 1 : 0
      for (index, place) in places(of: image.size).enumerated() {
        let isLost = shift > 0.5 && Int(place[axis]) == rim
        #expect((moved.mask?[index] == 0) == isLost, "axis \(axis), \(sign), \(place)")
        #expect((moved.samples[index] == -9) == isLost)
      }
    }
  }

  @Test(arguments: [0.02, 0.49, 0.5], ways) func theOutermostValuesGoOn(shift: Double, byKernel: Bool) throws {
    let image = try picture()
    let (near, line) = (
      seen(image, shift: [shift, 0], .nearest, byKernel: byKernel),
      seen(image, shift: [shift, 0], .linear, byKernel: byKernel)
    )
    let back = seen(image, shift: [-shift, 0], .linear, byKernel: byKernel)
    for y in 0..<6 {
      #expect(near[6, y] == image[6, y] && abs(line[6, y] - image[6, y]) < 1e-4)
      #expect(abs(back[0, y] - image[0, y]) < 1e-4)
      // Within, they are what they were: weighed by the distance, the nearest one, the upper of two that are as near.
      #expect(near[2, y] == image[shift < 0.5 ? 2 : 3, y])
      let between = (1 - Float(shift)) * image[2, y] + Float(shift) * image[3, y]
      #expect(abs(line[2, y] - between) < 1e-3)
    }
    // In a corner along both axes.
    let corner = seen(image, shift: [shift, -shift], .linear, byKernel: byKernel)
    #expect(abs(corner[6, 0] - image[6, 0]) < 1e-4)
  }

  @Test(arguments: [0.02, 0.49, 0.5], ways) func aSplineGoesOnMirrored(shift: Double, byKernel: Bool) throws {
    let image = try picture()
    let beyond = seen(image, shift: [shift, 0], .cubic, byKernel: byKernel)
    let within = seen(image, shift: [-shift, 0], .cubic, byKernel: byKernel)
    for y in 0..<6 {
      // last + s shows what last − s does, and −s what s does.
      #expect(abs(beyond[6, y] - within[6, y]) < 5e-3)
      #expect(abs(within[0, y] - beyond[0, y]) < 5e-3)
    }
  }

  /// Rounding must not lose a row where the edge is met to the last bit.
  @Test(arguments: ways) func theEdgeItselfIsInside(byKernel: Bool) throws {
    let grid = try Grid<2>(size: [7, 6], spacing: [0.1, 0.3], origin: [1.7, -2.9])
    let image = try picture().placed(on: grid)
    for sign in [1.0, -1] {
      let moved = seen(image, shift: [sign * 0.05, sign * 0.15], .linear, byKernel: byKernel)
      #expect(moved.mask?.contains(0) == false)
    }
  }

  @Test(arguments: Interpolation.allCases, ways) func aThinVolumeKeepsAllItsSlices(
    interpolation: Interpolation, byKernel: Bool
  ) throws {
    // Two thick slices, and a shift of a fiftieth of their distance.
    let grid = try Grid<3>(size: [5, 4, 2], spacing: [1, 1, 5], origin: [3, -2, 40])
    var random = SplitMix64(seed: 962)
    let volume = Image(unchecked: grid, samples: (0..<40).map { _ in Float(random.uniform(0...255)) })
    for sign in [1.0, -1] {
      let moved = seen(volume, shift: [0, 0, sign * 0.1], interpolation, byKernel: byKernel)
      #expect(moved.mask?.allSatisfy { $0 == 1 } == true)
      let (rim, other) = sign > 0 ? (1, 0) : (0, 1)
      for y in 0..<4 {
        for x in 0..<5 {
          let (held, weighed) = (volume[x, y, rim], 0.98 * volume[x, y, other] + 0.02 * volume[x, y, rim])
          switch interpolation {
          case .nearest:
            #expect(moved[x, y, rim] == held && moved[x, y, other] == volume[x, y, other])
          case .linear:
            #expect(abs(moved[x, y, rim] - held) < 1e-4 && abs(moved[x, y, other] - weighed) < 1e-3)
          case .cubic:
            // A spline is flat at a mirror: it hardly moves by a fiftieth.
            #expect(abs(moved[x, y, rim] - held) < 1 && abs(moved[x, y, other] - volume[x, y, other]) < 1)
          }
        }
      }
    }
    let lost = seen(volume, shift: [0, 0, 2.6], interpolation, byKernel: byKernel)
    #expect(lost.mask == [UInt8](repeating: 1, count: 20) + [UInt8](repeating: 0, count: 20))
  }

  /// One slice reaches half a slice up and down.
  @Test(arguments: ways) func aSingleSlice(byKernel: Bool) throws {
    let slice = try Image<3>(grid: Grid(size: [3, 2, 1]), samples: [1, 2, 3, 4, 5, 6])
    for shift in [-0.5, 0.02, 0.5] {
      let moved = seen(slice, shift: [0, 0, shift], .linear, byKernel: byKernel)
      #expect(moved.samples == slice.samples && moved.mask?.contains(0) == false)
    }
    #expect(seen(slice, shift: [0, 0, 0.51], .linear, byKernel: byKernel).mask?.contains(1) == false)
  }

  /// A mask leaves out what weighs a masked sample; the image's own border reaches on where its mask is set.
  @Test(arguments: ways) func masks(byKernel: Bool) throws {
    var mask = [UInt8](repeating: 1, count: 6)
    mask[3] = 0
    let line = try Image<2>(width: 6, height: 1, samples: [10, 20, 30, 40, 50, 60], mask: mask)
    func marks(_ shift: Double, _ interpolation: Interpolation) -> [UInt8]? {
      seen(line, shift: [shift, 0], interpolation, byKernel: byKernel).mask
    }
    for interpolation in [Interpolation.linear, .cubic] {
      #expect(marks(0, interpolation) == [1, 1, 1, 0, 1, 1])
      #expect(marks(0.02, interpolation) == [1, 1, 0, 0, 1, 1])
      #expect(marks(0.5, interpolation) == [1, 1, 0, 0, 1, 1])
      #expect(marks(0.51, interpolation) == [1, 1, 0, 0, 1, 0])
      #expect(marks(-0.02, interpolation) == [1, 1, 1, 0, 0, 1])
      #expect(marks(-0.51, interpolation) == [0, 1, 1, 0, 0, 1])
    }
    #expect(marks(0.49, .nearest) == [1, 1, 1, 0, 1, 1])
    #expect(marks(0.5, .nearest) == [1, 1, 0, 1, 1, 1])
    #expect(marks(0.51, .nearest) == [1, 1, 0, 1, 1, 0])
    // A masked sample at the border takes its half sample with it.
    mask = [0, 1, 1, 1, 1, 0]
    let framed = try line.masked(by: mask)
    for interpolation in Interpolation.allCases {
      let (right, left) = (
        seen(framed, shift: [0.4, 0], interpolation, byKernel: byKernel).mask,
        seen(framed, shift: [-0.4, 0], interpolation, byKernel: byKernel).mask
      )
      #expect(right?.first == 0 && right?.last == 0 && left?.first == 0 && left?.last == 0)
    }
  }

  /// The range of a row that a similarity looks at.
  @Test(arguments: [(0.02, 7), (0.49, 7), (0.5, 7), (0.51, 6), (1.5, 6), (1.51, 5)])
  func rowsEndHalfASampleBeyond(shift: Double, count: Int) throws {
    let grid = try Grid<2>(size: [7, 6])
    for sign in [1.0, -1] {
      let map = IndexMap(Affine<2>(translation: [sign * shift, 0]), fixed: grid, moving: grid)
      let range = map.inside(start: map.rowStart(2, size: grid.size), count: 7, size: grid.size, reach: Border.reach)
      #expect(range.count == count)
      #expect(sign > 0 ? range.lowerBound == 0 : range.upperBound == 7)
    }
    // Across the rows as well.
    let map = IndexMap(Affine<2>(translation: [0, shift]), fixed: grid, moving: grid)
    let last = map.inside(start: map.rowStart(5, size: grid.size), count: 7, size: grid.size, reach: Border.reach)
    #expect(last.isEmpty == (shift > 0.5))
  }

  /// The overlap counts a sample that falls up to half a sample beyond the other image's outermost centres. The fixed
  /// image's own outermost samples have no gradient and do not count, so that the first to be lost go at a shift of
  /// one and a half.
  @Test func theOverlapCountsTheHalfSample() throws {
    let grid = try Grid<2>(size: [96, 80])
    let field = SmoothField<2>.filling(side: 96, seed: 963)
    let judge = Judge(model: .translation, metric: .crossCorrelation)
    for (shift, whole) in [(0.3, true), (1.4, true), (1.6, false), (20, false)] {
      let truth = Affine<2>(translation: [shift, 0])
      let (fixed, moving) = try field.pair(truth: truth, on: grid)
      let overlap = try judge.assess(truth, moving: moving, to: fixed).evidence.overlap
      #expect((overlap == 1) == whole, "\(shift): \(overlap)")
    }
  }
}
