import Testing

@testable import VernierPlots

@Suite("Numbers")
struct NumberTests {
  @Test(
    "numbers have a fixed count of decimals",
    arguments: [
      (1.005, 1, "1.0"), (0.05, 2, "0.05"), (-3.14159, 3, "−3.142"), (12, 0, "12"), (-0.001, 2, "0.00"), (0.5, 0, "1"),
      (.nan, 2, "–"), (.infinity, 2, "∞"), (-.infinity, 1, "−∞"),
    ])
  func fixedDecimals(value: Double, decimals: Int, expected: String) {
    #expect(value.fixed(decimals) == expected)
  }
}
