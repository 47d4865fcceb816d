import Testing

@testable import Vernier

/// What stands where an image that is moved has no sample.
struct BackgroundTests {
  /// A shift beyond the image: as a linear map, and as a displacement field over all of the grid.
  private func shifts<let rank: Int>(_ shift: Vector<rank>, on grid: Grid<rank>) throws -> [Transform<rank>] {
    let field = try DisplacementField(
      (0..<rank).map { axis in try Image(grid: grid, samples: [Float](repeating: Float(shift[axis]), count: grid.count))
      })
    return [Transform(Affine(translation: shift)), Transform(field)]
  }

  @Test(arguments: Interpolation.allCases) func theBorderGoesOnInThePlane(_ interpolation: Interpolation) throws {
    let image = try Image(width: 6, height: 5, samples: (0..<30).map { Float($0 * $0 % 47) })
    for map in try shifts([3, -2], on: image.grid) {
      let value = image.resampled(onto: image.grid, through: map, interpolation: interpolation, outside: -9)
      let nearest = image.resampled(
        onto: image.grid, through: map, interpolation: interpolation, outside: .nearest(otherwise: -9))
      #expect(value.mask == nearest.mask && value.mask?.contains(0) == true)
      for y in 0..<5 {
        for x in 0..<6 {
          let isInside = x + 3 < 6 && y - 2 >= 0
          #expect((value[x, y] == -9) == !isInside)
          let expected = image[min(x + 3, 5), max(y - 2, 0)]
          #expect(abs(nearest[x, y] - expected) < 1e-3)
        }
      }
    }
  }

  @Test(arguments: Interpolation.allCases) func theBorderGoesOnInSpace(_ interpolation: Interpolation) throws {
    let grid = try Grid<3>(size: [5, 4, 6], spacing: [2, 1, 3], origin: [10, 20, 30])
    let image = try Image(grid: grid, samples: (0..<120).map { Float($0 * 7 % 31) })
    for map in try shifts([4, -1, -6], on: grid) {
      let nearest = image.resampled(
        onto: grid, through: map, interpolation: interpolation, outside: .nearest(otherwise: -9), threads: 2)
      for place in 0..<grid.count {
        let (z, y, x) = (place / 20, place / 5 % 4, place % 5)
        #expect(abs(nearest.samples[place] - image[min(x + 2, 4), max(y - 1, 0), max(z - 2, 0)]) < 1e-3)
      }
      #expect(nearest.mask?.count { $0 != 0 } == 3 * 3 * 4)
    }
  }

  @Test func whereThereIsNoNearestPlaceOneValueStands() throws {
    let image = try Image(
      width: 4, height: 4, samples: [Float](repeating: 5, count: 16), mask: (0..<16).map { $0 % 4 < 2 ? 1 : 0 })
    let shift = Affine<2>(translation: [1, 0])
    let moved = image.resampled(
      onto: image.grid, through: shift, interpolation: .nearest, outside: .nearest(otherwise: 7))
    #expect(moved.samples == [5, 7, 7, 7, 5, 7, 7, 7, 5, 7, 7, 7, 5, 7, 7, 7])
    #expect(moved.mask == [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0])
    let homography = try #require(Homography([[1, 0, 0], [0, 1, 0], [-0.6, 0, 1]]))
    let plain = try Image(width: 4, height: 1, samples: [1, 2, 3, 4])
    let seen = plain.resampled(onto: plain.grid, through: homography, outside: .nearest(otherwise: 7))
    #expect(seen.samples == [1, 3.5, 7, 7])
  }

  @Test func theBorderOfAThinVolumeIsNotItsFacesAlone() throws {
    // Two slices full of 9 within a frame of 1.
    let grid = try Grid<3>(size: [12, 12, 2])
    let image = try Image(
      grid: grid,
      samples: (0..<grid.count).map { place in
        let (x, y) = (place % 12, place / 12 % 12)
        return x == 0 || y == 0 || x == 11 || y == 11 ? 1 : 9
      })
    let border = try #require(BorderSamples(of: image))
    #expect(border.median == 1)
    #expect(abs(border.share(in: 1...1) - (2 + 44.0 / 144) / 3) < 1e-12)
    #expect(BorderSamples(of: try image.masked(by: [UInt8](repeating: 0, count: grid.count))) == nil)
    let row = try Image(width: 3, height: 1, samples: [4, .nan, 6])
    #expect(BorderSamples(of: row)?.median == 4)
  }
}
