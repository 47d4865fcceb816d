import Foundation
import Testing
import Vernier
import VernierReport

@Suite struct ListReportTests {
  private static func page() throws -> String {
    let samples: [Float] = (0..<1200).map { index in
      let (y, x) = index.quotientAndRemainder(dividingBy: 40)
      return Float(scene(Double(2 * x), Double(3 * y)))
    }
    let image = try Image<2>(width: 40, height: 30, samples: samples)
    let preview = try PairPreview(fixed: image, moved: image, side: 20, encodedBy: PlainPictures())
    func row(_ number: Int, _ verdict: Verdict, _ confidence: Double, _ reason: String? = nil, shown: Bool = true)
      -> ListReport.Row
    {
      ListReport.Row(
        number: number, fixedFile: "f<\(number)>.png", movingFile: "m\(number).png", verdict: verdict,
        confidence: confidence, found: "rigid", reason: reason, preview: shown ? preview : nil)
    }
    return ListReport(
      [
        row(3, .aligned, 0.999), row(4, .failed, 0, "no such file", shown: false), row(5, .doubtful, 0.6, "look & see"),
        row(10, .aligned, 0.97),
      ], title: "pairs.csv", note: "A note.", version: "1.2.3"
    ).html()
  }

  @Test func `The page has a row a pair and all that it shows`() throws {
    let page = try Self.page()
    #expect(page.components(separatedBy: "<tr data-number=").count == 5)
    #expect(page.components(separatedBy: "<img ").count == 10)
    #expect(page.contains("width=\"20\" height=\"15\""))
    for text in ["f&lt;3&gt;.png", "look &amp; see", "no such file", "A note.", "all (4)", "aligned (2)", "&gt; 99 %"] {
      #expect(page.contains(text), "\(text)")
    }
    #expect(!page.contains("http:") && !page.contains("https:"))
  }

  @Test(.enabled(if: Chromium.executable != nil, Chromium.skip))
  func `Rows are filtered, found and sorted`() throws {
    let probe = """
      <script>window.addEventListener('load', () => {
        const seen = () => [...document.querySelectorAll('tbody tr')].filter(r => !r.hidden).map(r => r.dataset.number).join(' ');
        const steps = [seen()];
        const choose = (id, value, event) => { const e = document.querySelector(id); e.value = value;
          e.dispatchEvent(new Event(event)); steps.push(seen()); };
        choose('#verdicts', 'aligned', 'change'); choose('#verdicts', 'all', 'change');
        choose('#words', 'SUCH', 'input'); choose('#words', '', 'input');
        for (const key of ['confidence', 'confidence', 'fixed', 'verdict']) {
          document.querySelector(`[data-key=${key}]`).click(); steps.push(seen()); }
        document.title = steps.join('|');
      });</script>
      """
    let file = FileManager.default.temporaryDirectory.appending(path: "vernier-list-\(UUID().uuidString).html")
    defer { try? FileManager.default.removeItem(at: file) }
    try Self.page().replacingOccurrences(of: "</body>", with: probe + "</body>")
      .write(to: file, atomically: true, encoding: .utf8)
    let elements = try Chromium.elements(of: file)
    let steps = ["3 4 5 10", "3 10", "3 4 5 10", "4", "3 4 5 10", "4 5 10 3", "3 10 5 4", "3 4 5 10", "4 5 3 10"]
    #expect(elements.contains("<title>\(steps.joined(separator: "|"))</title>"))
  }
}
