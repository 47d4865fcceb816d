import Testing

@testable import Vernier

/// Rows that are only shifted are read eight samples at a time; the values are those of one position at a time.
@Suite struct ShiftedRowTests {
  private func samples(_ count: Int) -> [Float] {
    var random = SplitMix64(seed: 6)
    return (0..<count).map { _ in Float(random.uniform(-10...10)) }
  }

  private func compare<let rank: Int>(
    _ size: Size<rank>, start: Vector<rank>, count: Int, _ interpolation: Interpolation, expecting filled: Range<Int>?
  ) {
    samples(size.reduce(1, *)).withUnsafeBufferPointer { buffer in
      let sampler = Sampler<rank>(buffer.baseAddress!, size: size)
      let row = ShiftedRow(of: buffer.baseAddress!, size: size, start: start, range: 0..<count, interpolation)
      #expect(row?.range == filled)
      guard let row else { return }
      var line = [Float](repeating: .nan, count: count)
      line.withUnsafeMutableBufferPointer { row.fill($0.baseAddress!) }
      for x in 0..<count {
        guard row.range.contains(x) else {
          #expect(line[x].isNaN)
          continue
        }
        let (x, y, z) = (start[0] + Double(x), start[1], rank == 3 ? start[rank - 1] : 0)
        let one = interpolation == .cubic ? sampler.cubic(x, y, z) : sampler.linear(x, y, z)
        #expect(abs(line[Int(x - start[0] + 0.5)] - one) < 1e-4)
      }
    }
  }

  @Test func planesAndSpace() {
    compare([37, 9] as Size<2>, start: [3.3, 4.6], count: 33, .linear, expecting: 0..<33)
    compare([37, 9] as Size<2>, start: [3.3, 4.6], count: 32, .cubic, expecting: 0..<32)
    compare([29, 8, 7] as Size<3>, start: [2.2, 3.9, 5.1], count: 26, .linear, expecting: 0..<26)
    compare([29, 8, 7] as Size<3>, start: [2.2, 3.9, 4.1], count: 25, .cubic, expecting: 0..<25)
  }

  /// At the ends of a row, and where rows and planes are mirrored.
  @Test func borders() {
    // Cubic: a position weighs one sample before its cell and one behind it.
    compare([20, 9] as Size<2>, start: [0.4, 0.2], count: 19, .cubic, expecting: 1..<18)
    compare([20, 9] as Size<2>, start: [0, 8], count: 20, .cubic, expecting: 1..<18)
    compare([20, 9] as Size<2>, start: [0, 8], count: 20, .linear, expecting: 0..<19)
    compare([20, 9] as Size<2>, start: [-1e-7, -1e-7], count: 20, .linear, expecting: 1..<20)
    compare([20, 6, 5] as Size<3>, start: [0.5, 5, 0.1], count: 19, .cubic, expecting: 1..<18)
    compare([20, 6, 1] as Size<3>, start: [0.5, 4.5, 0], count: 19, .linear, expecting: 0..<19)
    compare([20, 1] as Size<2>, start: [0.5, 0], count: 19, .cubic, expecting: 1..<18)
    compare([1, 20] as Size<2>, start: [0, 3.5], count: 1, .linear, expecting: nil)
    compare([3, 20] as Size<2>, start: [0.5, 3.5], count: 2, .cubic, expecting: nil)
    compare([20, 9] as Size<2>, start: [0.4, 0.2], count: 19, .nearest, expecting: nil)
  }

  /// A shift by whole samples changes no value but for rounding, at the ends of a row too.
  @Test func wholeShiftsKeepTheSamples() throws {
    let grid = try Grid<2>(size: [31, 12])
    let image = try Image(grid: grid, samples: samples(31 * 12))
    let moved = image.resampled(
      onto: grid, through: Affine<2>(translation: [4, 2]), interpolation: .linear, threads: 1)
    for y in 0..<10 {
      for x in 0..<27 { #expect(abs(moved.samples[y * 31 + x] - image.samples[(y + 2) * 31 + x + 4]) < 1e-5) }
    }
  }
}
