import Foundation
import Testing
import Vernier

@testable import VernierReport

/// The page of a series.
struct SeriesReportTests {
  /// A bright square on a picture of so many samples.
  private func square(at place: Int, size: Int = 60, height: Int = 40) throws -> ShownImage<2> {
    let samples = (0..<size * height).map { index -> Float in
      let (x, y) = (index % size, index / size)
      return (place..<(place + 12)).contains(x) && (14..<26).contains(y) ? 200 : Float(20 + (3 * x + 5 * y) % 7)
    }
    return ShownImage(try Image<2>(width: size, height: height, samples: samples))
  }

  /// Frames that drift by two samples each; the third is left out.
  private func report(_ count: Int, name: (Int) -> String = { "frame-\($0).png" }) throws -> SeriesReport {
    let reference = try square(at: 10)
    var report = SeriesReport(
      title: "still.tif", model: .rigid, reference: 0, count: count, canvas: reference.grid, showing: reference,
      version: "9.9.9")
    for number in 0..<count {
      let isLeftOut = number == 2
      let shown = report.wants(number) ? try square(at: 10 + 2 * number % 30) : nil
      try report.append(
        SeriesReport.Frame(
          number: number, name: name(number), verdict: isLeftOut ? .failed : .aligned,
          confidence: isLeftOut ? 0.1 : 0.99, isSkipped: isLeftOut, reason: isLeftOut ? "it shows <nothing>" : nil,
          shifts: isLeftOut ? [] : [2 * Double(number), -0.5], angles: isLeftOut ? [] : [0.25 * Double(number)]),
        before: shown, at: [0, 0], after: shown == nil || isLeftOut ? nil : reference, encodedBy: PlainPictures())
    }
    return report
  }

  @Test func `Verdicts, drift and reasons are told`() throws {
    let html = try report(8).html(encodedBy: PlainPictures())
    for text in [
      "7 of 8 frames aligned", "One frame is left out; the table", "Farthest shift", "14.01 px", "Most turned", "1.75°",
      "it shows &lt;nothing&gt;", "left out", "(6.00, −0.50)", "9.9.9", "Shift of the centre", "Rotation",
    ] {
      #expect(html.contains(text), "\(text)")
    }
    #expect(html.contains("M2 0h1v10h-1z"), "a bar for the frame that is left out")
    #expect(html.contains("default-src 'none'"))
    for outward in ["https:", "@import", "fetch(", "url("] { #expect(!html.contains(outward), "\(outward)") }
  }

  @Test func `Names cannot become markup`() throws {
    let html = try report(3) { _ in "<script>alert(1)<script>.png" }.html(encodedBy: PlainPictures())
    #expect(!html.contains("<script>alert"))
  }

  @Test func `A long series keeps some pictures, and its bad frames alone in the table`() throws {
    let report = try report(2500)
    #expect(report.film.pictures.count <= 60 && report.film.pictures.count >= 50)
    #expect(report.film.lines.count <= 1000 && report.film.lines.count >= 800)
    let html = try report.html(encodedBy: PlainPictures())
    #expect(html.contains("Of 2500 frames the first 1 that are not aligned"))
    #expect(html.utf8.count < 6_000_000)
  }

  @Test func `A frame lies on a larger canvas where it is, and a volume shows its middle`() throws {
    let frame = try square(at: 10)
    let canvas = try Grid<2>(size: [100, 60])
    var report = SeriesReport(
      title: "union", model: .translation, reference: 0, count: 2, canvas: canvas, showing: frame, version: "1")
    try report.append(
      SeriesReport.Frame(
        number: 0, name: "a", verdict: .aligned, confidence: 1, isSkipped: false, reason: nil, shifts: [0, 0],
        angles: [0]),
      before: frame, at: [20, 5], after: nil, encodedBy: PlainPictures())
    #expect(report.film.pictures[0].place == [20, 5, 60, 40])
    // The square's column in the middle row of the canvas, 25 of the frame's.
    let line = report.film.lines[0].before
    #expect(line.count == 100 && line[35] > 200 && line[10] == 0 && line[95] == 0)
    let volume = try Image<3>(
      grid: Grid<3>(size: [4, 3, 5]), samples: (0..<60).map { Float($0 / 12) })
    #expect(ShownImage<2>(middleOf: ShownImage(volume)).brightness.samples == [Float](repeating: 2, count: 12))
  }

  @Test(.enabled(if: Chromium.executable != nil, Chromium.skip)) func `The film plays in a browser`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "vernier-series-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let page = folder.appending(path: "series.html")
    try report(8).html(encodedBy: PlainPictures()).write(to: page, atomically: true, encoding: .utf8)
    func mean(_ state: String) throws -> Double {
      let elements = try Chromium.elements(of: page, state: state)
      #expect(elements.contains("data-ready=\"true\""))
      let told = try #require(elements.range(of: "data-mean=\""))
      return try #require(Double(elements[told.upperBound...].prefix { $0 != "\"" }))
    }
    let after = try mean("#frame=3")
    #expect(after > 10)
    #expect(try mean("#frame=2") == 0, "a frame that is left out is blank afterwards")
    #expect(try mean("#frame=2&stage=before") > 10)
    #expect(try Chromium.elements(of: page, state: "#frame=3").contains("frame 3 of 8: aligned"))
  }
}
