import Testing

@testable import VernierPlots

@Suite("Plots")
struct PlotTests {
  @Test(
    "ticks stand at round numbers",
    arguments: [
      (PlotAxis("", 0...1), [0, 0.2, 0.4, 0.6, 0.8, 1]), (PlotAxis("", -12...12), [-10, -5, 0, 5, 10]),
      (PlotAxis("", 0.8...11, scale: .logarithmic), [1, 2, 5, 10]), (PlotAxis("", 0...1, ticks: [0.5, 3]), [0.5]),
    ])
  func ticks(axis: PlotAxis, expected: [Double]) {
    #expect(axis.ticks.count == expected.count)
    #expect(zip(axis.ticks, expected).allSatisfy { abs($0 - $1) < 1e-9 })
  }

  @Test("numbers at the ticks have as many decimals as they need")
  func tickText() {
    #expect(PlotAxis("", 0...1).text(0.4) == "0.4")
    #expect(PlotAxis("", -12...12).text(-5) == "−5")
    #expect(PlotAxis("", 0.05...20, scale: .logarithmic).text(0.05) == "0.05")
    #expect(PlotAxis("", 0.05...20, scale: .logarithmic).text(10) == "10")
  }

  @Test("places along an axis")
  func places() {
    #expect(PlotAxis("", -10...10).place(5) == 0.75)
    #expect(abs(PlotAxis("", 0.1...10, scale: .logarithmic).place(1) - 0.5) < 1e-12)
  }

  private func plot(_ layers: [PlotLayer]) -> Plot {
    Plot(x: PlotAxis("x & y", 0...10), y: PlotAxis("up", 0...10), layers: layers)
  }

  @Test("y grows upwards; what lies beyond the axes is drawn hollow at the border")
  func dots() {
    let drawing = plot([.dots([PlotPoint(0, 0), PlotPoint(10, 10), PlotPoint(25, 5)], colour: "#123456")]).drawing
    #expect(drawing.contains("M0.0 300.0h0M300.0 0.0h0\""))
    #expect(drawing.contains("<circle cx=\"300.0\" cy=\"150.0\" r=\"3\"/>"))
  }

  @Test("a figure stands alone: a title, a role, a white ground, a legend, and nothing unescaped")
  func figure() {
    let svg = Figure(
      title: "a < b", subtitle: "c > d",
      plots: [plot([.line([PlotPoint(1, 1), PlotPoint(2, .nan), PlotPoint(3, 3)], colour: "#111", name: "one & all")])]
    ).svg
    #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "))
    #expect(svg.contains("role=\"img\" aria-label=\"a &lt; b\""))
    #expect(svg.contains("<title>a &lt; b</title>") && svg.contains("x &amp; y") && svg.contains("one &amp; all"))
    #expect(svg.contains("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>"))
    #expect(svg.contains("points=\"30.0,270.0 90.0,210.0\""))
    #expect(!svg.contains("(−") && !svg.contains("\"−"))
  }

  @Test("a long title widens the figure")
  func width() {
    func width(_ title: String) -> Int? {
      let svg = Figure(title: title, plots: [plot([])]).svg
      return svg.split(separator: "viewBox=\"0 0 ").last?.split(separator: " ").first.flatMap { Int($0) }
    }
    #expect(width("a") == 398)
    #expect(width(String(repeating: "a", count: 60)) == 650)
  }
}
