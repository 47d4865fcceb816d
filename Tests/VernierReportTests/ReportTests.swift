import Foundation
import Testing

@testable import Vernier
@testable import VernierReport

@Suite struct ReportTests {
  /// The bytes of an embedded plane, decoded as a browser does.
  private func plane(_ name: String, in html: String) throws -> [UInt8] {
    let opening = "<script type=\"text/plain\" id=\"plane-\(name)\">"
    let start = try #require(html.range(of: opening)).upperBound
    let end = try #require(html.range(of: "</script>", range: start..<html.endIndex)).lowerBound
    return [UInt8](try #require(Data(base64Encoded: String(html[start..<end]))))
  }

  @Test func titlesAndWarningsCannotBecomeMarkup() throws {
    let nasty = "<script>alert('a')</script>\"&.png"
    let html = Fixtures.picture(fixedTitle: nasty, movingTitle: nasty, warnings: [nasty]).html()
    #expect(!html.contains("<script>alert"))
    #expect(!html.contains("\"&.png"))
    let escaped = "&lt;script&gt;alert(&#39;a&#39;)&lt;/script&gt;&quot;&amp;.png"
    #expect(html.components(separatedBy: escaped).count >= 6)
  }

  @Test func loadsNothing() throws {
    for html in [Fixtures.picture().html(), Fixtures.volume().html()] {
      for outward in ["http:", "https:", "src=", "url(", "@import", "fetch(", "import(", "XMLHttpRequest", "ftp:"] {
        #expect(!html.contains(outward), "\(outward)")
      }
      let references = html.components(separatedBy: "href=").dropFirst().map { $0.prefix(6) }
      #expect(references == ["\"data:"])
      #expect(html.contains("default-src 'none'"))
    }
  }

  @Test func everyFigureOfTheEvidenceIsTold() throws {
    let html = Fixtures.picture(rival: Affine<2>.identity.homogeneous).html()
    let properties = Mirror(reflecting: Fixtures.evidence(variances: nil)).children.compactMap(\.label)
    #expect(properties.count >= 12)
    for property in properties { #expect(html.contains("data-evidence=\"\(property)\""), "\(property)") }
    for text in ["87 %", "0.112", "0.968", "0.941", "0.634", "23.4 σ", "0.86", "converged", "± 0.031 px", "0.040 px"] {
      #expect(html.contains(text), "\(text)")
    }
    #expect(html.contains("rotation 0.00°, translation (0.00, 0.00) px"), "the rival is named")
  }

  @Test func tellsParametersWithTheirDeviations() throws {
    let html = Fixtures.picture().html()
    for text in [
      "7.000 ± 0.013°", "14.250 ± 0.030 px", "−9.500 ± 0.025 px", "(159.500, 119.500) px", "0.992546", "12.4 ms",
    ] {
      #expect(html.contains(text), "\(text)")
    }
    let volume = Fixtures.volume().html()
    for text in ["rotation x", "−7.500 ± 0.035 mm", "84 × 100 × 48 samples", "mutual information (mi)", "1.32 s"] {
      #expect(volume.contains(text), "\(text)")
    }
  }

  @Test(arguments: [(Verdict.aligned, "Aligned"), (.doubtful, "Doubtful"), (.failed, "Failed")])
  func tellsTheVerdict(verdict: Verdict, word: String) throws {
    let html = Fixtures.picture(verdict: verdict, confidence: 0.62).html()
    #expect(html.contains("class=\"verdict \(verdict.rawValue)\""))
    #expect(html.contains("<h2 id=\"verdict\">\(word)</h2>"))
    #expect(html.contains("<strong>62 %</strong>"))
    #expect(html.contains("about 62 in 100"))
  }

  @Test func matrixIsGivenWithEveryDigit() throws {
    let html = Fixtures.picture().html()
    let start = try #require(html.range(of: "<pre id=\"matrix\">")).upperBound
    let end = try #require(html.range(of: "</pre>", range: start..<html.endIndex)).lowerBound
    let matrix = try JSONDecoder().decode([[Double]].self, from: Data(html[start..<end].utf8))
    #expect(matrix == Fixtures.pictures.motion.homogeneous)
  }

  @Test func planesHaveOneByteASample() throws {
    let picture = Fixtures.picture().html()
    for name in ["fixed", "moving", "moved", "before"] { #expect(try plane(name, in: picture).count == 320 * 240) }
    #expect(try plane("moved", in: picture).contains(0), "what the moving image does not cover is marked")
    #expect(try !plane("fixed", in: picture).contains(0))
    let volume = Fixtures.volume().html()
    for name in ["fixed", "moving", "moved", "before"] { #expect(try plane(name, in: volume).count == 84 * 100 * 48) }
  }

  @Test func largeImagesAreReduced() {
    #expect(Layout(size: [6000, 4000], side: 1024, budget: 1 << 20).reduced == [1024, 1024, 1])
    #expect(Layout(size: [300, 40], side: 1024, budget: 1 << 20).reduced == [300, 40, 1])
    let cube = Layout(size: [512, 512, 512], side: 256, budget: 1_600_000).reduced
    #expect(cube == [116, 116, 116])
    #expect(Layout(size: [512, 512, 20], side: 256, budget: 1_600_000).reduced == [256, 256, 20])
  }

  @Test func averagingKeepsTheMeanAndLeavesOutWhatIsNotThere() {
    let samples = (0..<35).map { Float($0 % 7) }
    let (values, weights) = averaged(samples, mask: nil, size: [7, 5, 1], to: [3, 2, 1])
    #expect(values.count == 6)
    #expect(weights.allSatisfy { abs($0 - 1) < 1e-5 })
    #expect(abs(values.reduce(0, +) / 6 - 3) < 1e-5)

    var holed: [Float] = [1, 3, .nan, 100, 5, 5, 5, 5]
    let mask: [UInt8] = [1, 1, 1, 0, 1, 1, 1, 1]
    let masked = averaged(holed, mask: mask, size: [4, 2, 1], to: [2, 1, 1])
    #expect(masked.values[0] / masked.weights[0] == 3.5)
    #expect(masked.values[1] / masked.weights[1] == 5)
    #expect(masked.weights == [1, 0.5])
    holed = [Float](repeating: .nan, count: 8)
    #expect(averaged(holed, mask: nil, size: [4, 2, 1], to: [2, 1, 1]).weights == [0, 0])
  }

  @Test func volumesAreShownInTheOrderOfTheBodysAxes() {
    // Stored as (posterior, superior, right): shown as (left, posterior, superior).
    var layout = Layout(size: [2, 3, 4], side: 256, budget: 1_000)
    layout.orient(along: [[0, 0, -1], [1, 0, 0], [0, 1, 0]])
    #expect(layout.displayed == [4, 2, 3])
    let samples = (0..<24).map(Float.init)
    var window = Window(samples, mask: nil)
    (window.low, window.high) = (0, 254)
    let shown = layout.plane(samples, mask: nil, window: window)
    // The first sample displayed is the last one of the stored third axis.
    #expect(shown.bytes[0] == 1 + 18)
    #expect(shown.bytes[1] == 1 + 12)
    #expect(shown.bytes[4] == 1 + 19)
    let index = layout.index(ofDisplayed: [1, 0.5, 2])
    #expect(index == [0.5, 2, 2])
    #expect(layout.displayed(index: index) == [1, 0.5, 2])
  }

  @Test func windowLeavesOutliersOut() {
    var samples = (0..<10_000).map { Float($0 % 100) }
    samples[17] = 1e9
    samples[18] = .infinity
    let window = Window(samples, mask: nil)
    #expect(window.low <= 1 && window.high >= 98 && window.high <= 100)
    #expect(window.byte(-5) == 1 && window.byte(1e9) == 255)
    #expect(Window([4, 4, 4], mask: nil).byte(4) == 128)
    #expect(Window([], mask: nil).byte(4) == 128)
  }

  @Test func base64AgreesWithFoundation() {
    for count in 0..<70 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 89 &+ 7) }
      #expect(base64(bytes) == Data(bytes).base64EncodedString())
    }
  }
}
