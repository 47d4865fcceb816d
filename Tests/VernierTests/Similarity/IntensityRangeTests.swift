import Testing

@testable import Vernier

@Suite struct IntensityRangeTests {
  @Test func aFewOutliersDoNotStretchIt() throws {
    var samples = (0..<10_000).map { Float($0 % 1000) }
    samples[17] = 1e5
    samples[4000] = -1e5
    let range = IntensityRange(of: try Image<2>(width: 100, height: 100, samples: samples))
    // A bin of the histogram over −10⁵…10⁵ is 49 wide.
    #expect(range.low > -60 && range.low < 60)
    #expect(range.high > 940 && range.high < 1060)
  }

  @Test func evenValuesLoseTheirLastThousandths() throws {
    let image = try Image<2>(width: 100, height: 100, samples: (0..<10_000).map { Float($0) })
    let range = IntensityRange(of: image)
    #expect(abs(range.low - 10) < 4 && abs(range.high - 9989) < 4)
    #expect(range.width == range.high - range.low)
    let wider = IntensityRange(of: image, share: 0.1)
    #expect(abs(wider.low - 1000) < 4 && abs(wider.high - 8999) < 4)
  }

  @Test func onlyTheMaskIsLookedAt() throws {
    let mask = (0..<10_000).map { UInt8($0 >= 2000 && $0 < 3000 ? 1 : 0) }
    let image = try Image<2>(width: 100, height: 100, samples: (0..<10_000).map { Float($0) }, mask: mask)
    let range = IntensityRange(of: image)
    #expect(abs(range.low - 2001) < 2 && abs(range.high - 2998) < 2)
  }

  @Test func twoValuesSpanTheRangeAndOneHasAWidthAboveZero() throws {
    let image = try Image<2>(width: 64, height: 64, samples: (0..<4096).map { $0 % 2 == 0 ? 3 : 5 })
    let two = IntensityRange(of: image)
    #expect(two.low <= 3.001 && two.low >= 2.999 && two.high >= 4.999 && two.high <= 5.001)
    let one = IntensityRange(of: image.mapSamples { _ in 4 })
    #expect(one.low == 4 && one.high == 4 && one.width > 0)
    let none = IntensityRange(of: try image.masked(by: [UInt8](repeating: 0, count: 4096)))
    #expect(none.width == 1)
  }

  @Test func almostAllOfOneValueKeepsTheWholeRange() throws {
    var samples = [Float](repeating: 0, count: 100_000)
    for index in 0..<50 { samples[index * 7] = 200 }
    let range = IntensityRange(of: try Image<2>(width: 1000, height: 100, samples: samples))
    #expect(range.low == 0 && range.high == 200)
  }
}
