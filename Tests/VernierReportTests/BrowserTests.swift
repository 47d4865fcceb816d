import Foundation
import Testing
import Vernier
import VernierReport

/// The page in a real browser: does it draw, and does it draw what was asked?
///
/// With `VERNIER_SCREENSHOTS` set to a folder, the pictures taken are left there to be looked at.
@Suite(.serialized, .enabled(if: Chromium.executable != nil, Chromium.skip))
struct BrowserTests {
  /// What the page recorded of a canvas after drawing it.
  struct Drawn: Equatable {
    var mean: Double
    var deviation: Double
    var check: String
  }

  private let folder: URL
  private let keeps: Bool

  init() throws {
    let wanted = ProcessInfo.processInfo.environment["VERNIER_SCREENSHOTS"]
    keeps = wanted != nil
    folder =
      wanted.map { URL(filePath: $0) }
      ?? FileManager.default.temporaryDirectory.appending(path: "vernier-report-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func withPage(_ name: String, _ html: String, _ body: (URL) throws -> Void) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let page = folder.appending(path: name + ".html")
    try html.write(to: page, atomically: true, encoding: .utf8)
    defer { if !keeps { try? FileManager.default.removeItem(at: folder) } }
    try body(page)
  }

  private func attribute(_ name: String, in tag: Substring) -> String? {
    guard let start = tag.range(of: name + "=\"")?.upperBound else { return nil }
    return String(tag[start...].prefix { $0 != "\"" })
  }

  private func canvases(_ elements: String) -> [String: Drawn] {
    var found: [String: Drawn] = [:]
    for part in elements.components(separatedBy: "<canvas ").dropFirst() {
      let tag = part.prefix { $0 != ">" }
      guard let name = attribute("data-canvas", in: tag),
        let mean = attribute("data-mean", in: tag).flatMap(Double.init),
        let deviation = attribute("data-deviation", in: tag).flatMap(Double.init)
      else { continue }
      found[name] = Drawn(mean: mean, deviation: deviation, check: attribute("data-check", in: tag) ?? "")
    }
    return found
  }

  private func root(_ elements: String) -> Substring {
    elements.range(of: "<html ").map { elements[$0.upperBound...].prefix { $0 != ">" } } ?? ""
  }

  /// A picture that is more than one colour: large enough as PNG, and with many values among its bytes.
  private func expectNotBlank(_ file: URL) throws {
    let data = try Data(contentsOf: file)
    #expect(data.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    #expect(data.count > 40_000)
    #expect(Set(data).count > 200)
  }

  @Test func picturesInEveryMode() throws {
    try withPage("picture", try Fixtures.picture().page()) { page in
      var drawn: [String: Drawn] = [:]
      let states = [
        "overlay": "#mode=overlay", "before": "#mode=overlay&stage=before", "small": "#mode=checkerboard&square=8",
        "checkerboard": "#mode=checkerboard", "difference": "#mode=difference", "fixed": "#mode=blink&show=fixed",
        "moved": "#mode=blink&show=moved", "curtain": "#mode=curtain&curtain=30", "edges": "#mode=edges",
        "other edges": "#mode=edges&lines=fixed", "residual": "#mode=residual",
      ]
      for (name, state) in states {
        let elements = try Chromium.elements(of: page, state: state)
        #expect(attribute("data-ready", in: root(elements)) == "true", "\(name)")
        let canvases = canvases(elements)
        #expect(Set(canvases.keys) == ["compare-picture", "fixed-picture", "moving-picture", "moved-picture"])
        for (canvas, content) in canvases where name != "difference" || canvas != "compare-picture" {
          #expect(content.deviation > 10, "\(canvas) in \(name)")
        }
        #expect(canvases["fixed-picture"] != canvases["moving-picture"])
        drawn[name] = canvases["compare-picture"]
        // The same image at another size.
        if name == "fixed" || name == "moved" {
          let (large, small) = (try #require(canvases["compare-picture"]), try #require(canvases["\(name)-picture"]))
          #expect(abs(large.mean - small.mean) < 2 && abs(large.deviation - small.deviation) < 6)
        }
        if name == "difference" {
          let before = attribute("data-residual-before", in: root(elements)).flatMap(Double.init) ?? 0
          let after = attribute("data-residual-after", in: root(elements)).flatMap(Double.init) ?? 1
          #expect(after < 0.25 && before > 0.8, "the difference is small after, large before: \(after), \(before)")
        }
      }
      #expect(Set(drawn.values.map(\.check)).count == states.count, "each mode draws something else")
    }
  }

  @Test func volumesInEveryView() throws {
    try withPage("volume", try Fixtures.volume().page()) { page in
      let middle = canvases(try Chromium.elements(of: page, state: "#mode=overlay"))
      #expect(middle.count == 12)
      for (canvas, content) in middle { #expect(content.deviation > 10, "\(canvas)") }
      let moved = canvases(try Chromium.elements(of: page, state: "#mode=overlay&z=14"))
      #expect(moved["compare-axial"] != middle["compare-axial"])
      #expect(moved["fixed-axial"] != middle["fixed-axial"])
      #expect(moved["compare-coronal"] == middle["compare-coronal"])
      let curtain = canvases(try Chromium.elements(of: page, state: "#mode=curtain&stage=before"))
      for view in ["axial", "coronal", "sagittal"] {
        #expect(curtain["compare-\(view)"]?.check != middle["compare-\(view)"]?.check)
      }
    }
  }

  /// What a person does, done by a script at the end of the page.
  private func after(_ actions: String, on html: String) throws -> String {
    let driven = html.replacing("</body>", with: "<script>\(actions)</script></body>")
    var elements = ""
    try withPage("driven", driven) { elements = try Chromium.elements(of: $0) }
    return elements
  }

  @Test func answersKeysAndSliders() throws {
    let press = "const press = key => document.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));"
    let picture = try Fixtures.picture().page()
    let difference = try after(press + "press('3'); press('b');", on: picture)
    #expect(attribute("data-mode", in: root(difference)) == "difference")
    #expect(try #require(canvases(difference)["compare-picture"]).deviation > 10)
    #expect(difference.contains("before alignment"))

    // It turns every two thirds of a second: stopped after 0.8 s it shows the moving image.
    let blinked = try after(press + "press('4'); setTimeout(() => press(' '), 800);", on: picture)
    #expect(blinked.contains("<strong id=\"showing\">moving image, after</strong>"))
    #expect(try #require(canvases(blinked)["compare-picture"]).deviation > 10)

    let drag = """
      press('5');
      const stage = document.querySelector('.stage'), box = stage.getBoundingClientRect();
      stage.dispatchEvent(new PointerEvent('pointerdown', { clientX: box.left + box.width / 4, clientY: box.top + 9 }));
      """
    let curtain = try after(press + drag, on: picture)
    #expect(curtain.contains("25 %</output>"))

    let slide = """
      const slider = document.querySelector('#slice-2');
      slider.value = 30;
      slider.dispatchEvent(new Event('input'));
      """
    let volume = try after(slide, on: try Fixtures.volume().page())
    #expect(volume.contains("31 of 48</output>"))
  }

  @Test func deformationsAndEnlargedPicturesDraw() throws {
    try withPage("deformed", try Fixtures.deformed().page()) { page in
      var drawn: [String] = []
      for state in ["#mode=deformation", "#mode=deformation&zoom=4", "#mode=residual&zoom=4", "#mode=blink&show=fixed"]
      {
        let elements = try Chromium.elements(of: page, state: state)
        #expect(attribute("data-ready", in: root(elements)) == "true")
        drawn.append(try #require(canvases(elements)["compare-picture"]).check)
      }
      #expect(Set(drawn).count == 4)
    }
  }

  @Test func unusualImagesDrawToo() throws {
    var report = Fixtures.picture(verdict: .failed, confidence: 0.003)
    report.moved = ShownImage(report.moved.brightness.mapSamples { _ in .nan })
    report.moving = ShownImage(report.moving.brightness.mapSamples { _ in 7 })
    report.alignment.transform = Transform(Affine(translation: [.nan, .infinity]))
    try withPage("unusual", try report.page()) { page in
      let elements = try Chromium.elements(of: page, state: "#mode=difference&stage=before&zoom=nonsense&x=-4")
      #expect(attribute("data-ready", in: root(elements)) == "true")
      #expect(canvases(elements).count == 4)
    }
  }

  @Test(arguments: [false, true]) func screenshotsAreNotBlank(dark: Bool) throws {
    let suffix = dark ? "-dark" : ""
    let doubtful = Fixtures.picture(
      verdict: .doubtful, confidence: 0.62, warnings: ["The images differ in size; the larger one was not reduced."],
      rival: Affine<2>(translation: [-31.25, 8]).homogeneous)
    try withPage("picture", try (dark ? doubtful : Fixtures.picture()).page()) { page in
      let file = folder.appending(path: "picture\(suffix).png")
      try Chromium.screenshot(of: page, to: file, height: 1600, dark: dark)
      try expectNotBlank(file)
    }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try withPage("volume", try Fixtures.volume().page()) { page in
      let file = folder.appending(path: "volume\(suffix).png")
      try Chromium.screenshot(of: page, state: "#mode=curtain", to: file, height: 1600, dark: dark)
      try expectNotBlank(file)
    }
  }
}
