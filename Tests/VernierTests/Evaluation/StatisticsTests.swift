import Testing

@testable import Vernier

@Suite("Statistics")
struct StatisticsTests {
  @Test("mean, deviation, median and 95th percentile")
  func known() {
    let statistics = Statistics([4, 1, 3, 2])
    #expect(statistics.count == 4)
    #expect(statistics.mean == 2.5)
    #expect(abs(statistics.deviation - 1.290_994_448_735_806) < 1e-15)
    #expect(statistics.median == 2.5)
    #expect(abs(statistics.percentile95 - 3.85) < 1e-15)
  }

  @Test("one value is its own median, without a deviation")
  func single() {
    let statistics = Statistics([7])
    #expect(statistics.mean == 7 && statistics.median == 7 && statistics.percentile95 == 7)
    #expect(statistics.deviation.isNaN)
  }

  @Test("no value gives no number")
  func empty() {
    let statistics = Statistics([])
    #expect(statistics.count == 0)
    #expect(statistics.mean.isNaN && statistics.median.isNaN && statistics.percentile95.isNaN)
  }

  @Test("a run that found nothing does not spoil the median")
  func infinite() {
    let statistics = Statistics([1, 2, .infinity])
    #expect(statistics.mean == .infinity)
    #expect(statistics.median == 2)
    #expect(Statistics([1, .infinity, .infinity, .infinity]).median == .infinity)
  }
}
