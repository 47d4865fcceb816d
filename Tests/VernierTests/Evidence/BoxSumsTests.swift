import Testing

@testable import Vernier

@Suite struct BoxSumsTests {
  @Test(arguments: [[5, 4], [12, 9], [23, 30]], [1, 3, 4]) func areThoseOfTheDefinition(size: [Int], side: Int) {
    let (size, box) = (Size<2> { size[$0] }, Size<2> { $0 == 0 ? side : max(side - 1, 1) })
    var random = SplitMix64(seed: 3)
    let samples = (0..<size[0] * size[1]).map { _ in Float(random.uniform(-1...1)) }
    let sums = BoxSums.sums(of: samples, size: size, box: box)
    for y in 0...(size[1] - box[1]) {
      for x in 0...(size[0] - box[0]) {
        var sum = 0.0
        for row in y..<(y + box[1]) {
          for column in x..<(x + box[0]) { sum += Double(samples[row * size[0] + column]) }
        }
        #expect(abs(Double(sums[y * size[0] + x]) - sum) < 1e-5)
      }
    }
  }

  @Test func inSpaceToo() {
    let (size, box) = (Size<3> { [6, 7, 9][$0] }, Size<3> { [2, 3, 4][$0] })
    let sums = BoxSums.sums(of: [Float](repeating: 1, count: 6 * 7 * 9), size: size, box: box)
    for (x, y, z) in [(0, 0, 0), (4, 4, 5), (2, 3, 1)] { #expect(sums[(z * 7 + y) * 6 + x] == 24) }
  }
}
