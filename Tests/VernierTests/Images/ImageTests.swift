import Testing
import Vernier

@Suite struct ImageTests {
  @Test func samplesRunAlongXFirst() throws {
    let image = try Image<2>(width: 3, height: 2, samples: [0, 1, 2, 10, 11, 12])
    #expect(image.size == [3, 2])
    #expect(image.samples[1 * image.width + 2] == 12)
    #expect(image[2, 1] == 12 && image[0, 1] == 10 && image[[1, 0]] == 1)
    let volume = try Image<3>(grid: Grid(size: [4, 3, 2]), samples: (0..<24).map(Float.init))
    #expect(volume[1, 2, 1] == 21 && volume[[3, 0, 1]] == 15)
  }

  @Test func aMaskSaysWhatIsValid() throws {
    let image = try Image<2>(width: 2, height: 1, samples: [1, 2], mask: [0, 7])
    #expect(!image.isValid(0) && image.isValid(1))
    #expect(try image.masked(by: nil).isValid(0))
  }

  @Test func countsMustAgree() throws {
    #expect(throws: ImageError.sampleCount(expected: 6, found: 5)) {
      try Image<2>(width: 3, height: 2, samples: [Float](repeating: 0, count: 5))
    }
    #expect(throws: ImageError.sampleCount(expected: 6, found: 7)) {
      try Image<2>(width: 3, height: 2, samples: [Float](repeating: 0, count: 6), mask: [UInt8](repeating: 1, count: 7))
    }
    #expect(throws: ImageError.emptySize([0, 2])) { try Image<2>(width: 0, height: 2, samples: []) }
    let image = try Image<2>(width: 2, height: 1, samples: [1, 2])
    #expect(throws: ImageError.sampleCount(expected: 2, found: 1)) { try image.masked(by: [1]) }
    #expect(try image.masked(by: [1, 0]).mask == [1, 0])
  }

  @Test func mappingKeepsGridAndMask() throws {
    let image = try Image<2>(width: 2, height: 1, samples: [1, 2], mask: [0, 1])
    let doubled = image.mapSamples { $0 * 2 }
    #expect(doubled.samples == [2, 4])
    #expect(doubled.mask == [0, 1])
    #expect(doubled.grid == image.grid)
  }
}
