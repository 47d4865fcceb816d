import Testing
import VernierText

@Suite struct NumberTests {
  @Test(arguments: [
    (1.005, 1, "1.0"), (0.05, 2, "0.05"), (-3.14159, 3, "−3.142"), (12, 0, "12"), (-0.001, 2, "0.00"), (0.5, 0, "1"),
    (-2, 2, "−2.00"), (1234.5678, 1, "1234.6"), (0.05, 3, "0.050"), (-1e300, 2, "−1e+300"),
    (.nan, 2, "–"), (.infinity, 2, "∞"), (-.infinity, 1, "−∞"),
  ])
  func decimalsAreFixed(value: Double, decimals: Int, text: String) { #expect(value.fixed(decimals) == text) }

  @Test func deviationsDecideTheDecimals() {
    #expect(12.3456.fixed(3, deviation: 0.0123) == "12.346 ± 0.012")
    #expect(12.3456.fixed(3, deviation: 3.21) == "12.3 ± 3.2")
    #expect(12.3456.fixed(3, deviation: 321) == "12 ± 321")
    #expect(12.3456.fixed(3, deviation: 1e-9) == "12.345600 ± < 0.000001")
    #expect(12.3456.fixed(3, deviation: nil) == "12.346" && 12.3456.fixed(3, deviation: .nan) == "12.346")
  }

  @Test(arguments: [
    (0, "0"), (1, "1"), (0.123456, "0.123"), (12.3456, "12.3"), (1234.5, "1234"), (-0.00001, "-1.00e-05"), (-3, "-3"),
    (0.9999, "1"), (.nan, "not known"), (1e12, "1.00e+12"), (10, "10"), (100, "100"), (0.00012345, "0.000123"),
    (.infinity, "∞"), (-.infinity, "−∞"),
  ])
  func digitsAreSignificant(value: Double, text: String) { #expect(value.rounded(to: 3) == text) }

  @Test func chancesAreNeverCertain() {
    let shares = [0, 0.001, 0.5, 0.9991, 1]
    #expect(shares.map(\.percentChance) == ["0 %", "< 1 %", "50 %", "> 99 %", "100 %"])
    #expect(shares.map(\.chance) == ["0.00", "< 0.01", "0.50", "> 0.99", "1.00"])
    #expect(shares.map(\.percent) == ["0 %", "0 %", "50 %", "100 %", "100 %"])
    #expect(Double.nan.percent == "not known" && Double.nan.percentChance == "–")
  }

  @Test(arguments: [
    (0.0006, "0.6 ms", "600 µs"), (0.25, "250 ms", "250 ms"), (0.0124, "12 ms", "12.4 ms"), (1.234, "1.23 s", "1.23 s"),
    (2, "2 s", "2.00 s"), (123.4, "123 s", "123 s"),
  ])
  func durationsHaveTheUnitThatSuits(seconds: Double, sentence: String, table: String) {
    #expect(seconds.duration == sentence && seconds.fixedDuration == table)
  }

  @Test func printfsDecimals() { #expect((-0.125).printed(decimals: 2) == "-0.12") }
}

@Suite struct LayoutTests {
  @Test func columnsAreAligned() {
    #expect([["a", "b", "c"], ["long", "é"]].alignedColumns == "a     b  c\nlong  é\n")
    #expect([[String]]().alignedColumns == "")
  }

  @Test func markupIsEscaped() {
    #expect("<a href='x'>\"&\"</a>".escapedForHTML == "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/a&gt;")
  }
}
