import Foundation
import Testing

@testable import Vernier
@testable import VernierReport

@Suite struct ReportTests {
  /// The embedded picture file of that name; nil where there is none.
  private func picture(_ name: String, in html: String) throws -> (bytes: Data, type: String)? {
    guard let tag = html.range(of: "<script type=\"text/plain\" id=\"\(name)\" data-type=\"") else { return nil }
    let type = html[tag.upperBound...].prefix { $0 != "\"" }
    let start = try #require(html.range(of: ">", range: tag.upperBound..<html.endIndex)).upperBound
    let end = try #require(html.range(of: "</script>", range: start..<html.endIndex)).lowerBound
    return (try #require(Data(base64Encoded: String(html[start..<end]))), String(type))
  }

  private func size(of picture: Data) -> [Int] {
    [18, 22].map { place in (0..<4).reduce(0) { $0 | Int(picture[place + $1]) << (8 * $1) } }
  }

  @Test func titlesAndWarningsCannotBecomeMarkup() throws {
    let nasty = "<script>alert('a')<script>\"&.png"
    let html = try Fixtures.picture(fixedFile: nasty, movingFile: nasty, warnings: [nasty], withheld: [nasty]).page()
    #expect(!html.contains("<script>alert"))
    #expect(!html.contains("\"&.png"))
    let escaped = "&lt;script&gt;alert(&#39;a&#39;)&lt;script&gt;&quot;&amp;.png"
    #expect(html.components(separatedBy: escaped).count >= 6)
  }

  @Test func loadsNothing() throws {
    for html in try [Fixtures.deformed().page(), Fixtures.volume().page()] {
      for outward in ["http:", "https:", "src=", "url(", "@import", "fetch(", "import(", "XMLHttpRequest", "ftp:"] {
        #expect(!html.contains(outward), "\(outward)")
      }
      let references = html.components(separatedBy: "href=").dropFirst().map { $0.prefix(6) }
      #expect(references == ["\"data:"])
      #expect(html.contains("default-src 'none'"))
    }
  }

  @Test func everyFigureOfTheEvidenceIsTold() throws {
    let html = try Fixtures.picture(rival: Affine<2>.identity.homogeneous).page()
    let properties = Mirror(reflecting: Fixtures.evidence(variances: nil)).children.compactMap(\.label)
    #expect(properties.count >= 12)
    for property in properties { #expect(html.contains("data-evidence=\"\(property)\""), "\(property)") }
    for text in ["87 %", "0.112", "0.968", "0.941", "0.634", "23.4 σ", "0.86", "converged", "± 0.031 px", "0.040 px"] {
      #expect(html.contains(text), "\(text)")
    }
    #expect(html.contains("rotation 0.00°, translation (0.00, 0.00) px"), "the rival is named")
  }

  @Test func tellsParametersWithTheirDeviations() throws {
    let html = try Fixtures.picture().page()
    for text in [
      "7.000 ± 0.013°", "14.250 ± 0.030 px", "−9.500 ± 0.025 px", "(159.500, 119.500) px", "0.992546", "12.4 ms",
    ] {
      #expect(html.contains(text), "\(text)")
    }
    let volume = try Fixtures.volume().page()
    for text in ["rotation x", "−7.500 ± 0.035 mm", "84 × 100 × 48 samples", "mutual information (mi)", "1.32 s"] {
      #expect(volume.contains(text), "\(text)")
    }
  }

  @Test(arguments: [(Verdict.aligned, "Aligned"), (.doubtful, "Doubtful"), (.failed, "Failed")])
  func tellsTheVerdict(verdict: Verdict, word: String) throws {
    let html = try Fixtures.picture(verdict: verdict, confidence: 0.62).page()
    #expect(html.contains("class=\"verdict \(verdict.rawValue)\""))
    #expect(html.contains("<h2 id=\"verdict\">\(word)</h2>"))
    #expect(html.contains("<strong>62 %</strong>"))
    #expect(html.contains("about 62 in 100"))
  }

  @Test func matrixIsGivenWithEveryDigit() throws {
    let html = try Fixtures.picture().page()
    let start = try #require(html.range(of: "<pre id=\"matrix\">")).upperBound
    let end = try #require(html.range(of: "</pre>", range: start..<html.endIndex)).lowerBound
    let matrix = try JSONDecoder().decode([[Double]].self, from: Data(html[start..<end].utf8))
    #expect(matrix == Fixtures.pictures.motion.homogeneous)
  }

  @Test func headingsNameFilesAndTheRunTellsTheirPaths() throws {
    #expect(FileNames("/data/a/one.png", "b/two.png") == FileNames("one.png", "two.png"))
    #expect(FileNames("/data/a/t1.nii", "/data/b/t1.nii").fixed == "a/t1.nii")
    #expect(FileNames("x/a/t1.nii", "y/a/t1.nii").moving == "y/a/t1.nii")
    #expect(
      FileNames("t1.nii", "old/t1.nii").fixed == "t1.nii" && FileNames("t1.nii", "old/t1.nii").moving == "old/t1.nii")
    #expect(FileNames("a.png", "a.png").fixed == "a.png")
    let html = try Fixtures.picture().page()
    #expect(html.contains("<span class=\"name\">harbour-1911-green.png</span>"))
    #expect(html.contains("<dd>plates/harbour-1911-green.png, 320 × 240 px</dd>"))
  }

  @Test func picturesKeepTheirSamplesAndTheirColours() throws {
    let grey = try Fixtures.picture().page()
    for name in ["fixed", "moving", "moved"] {
      let file = try #require(try picture("picture-" + name, in: grey))
      #expect(size(of: file.bytes) == [320, 240])
      #expect(file.type == "image/x-bmp", "a photograph need not be exact")
    }
    let mask = try #require(try picture("mask-moved", in: grey))
    #expect(mask.type == "image/bmp", "a mask is exact")
    #expect(try picture("mask-fixed", in: grey) == nil, "what is whole needs no mask")
    let colored = try #require(try picture("picture-fixed", in: try Fixtures.deformed().page()))
    let pixels = colored.bytes[54...]
    #expect(zip(pixels, pixels.dropFirst(2)).contains { $0 != $1 })
  }

  @Test func fewLevelsAreKeptExactly() throws {
    var report = Fixtures.picture()
    report.fixed = ShownImage(report.fixed.brightness.mapSamples { ($0 / 40).rounded() })
    #expect(try picture("picture-fixed", in: try report.page())?.type == "image/bmp")
  }

  @Test func slicesOfAVolumeLieSideBySide() throws {
    let volume = try #require(try picture("picture-fixed", in: try Fixtures.volume().page()))
    // 48 slices of 84 × 100 in tiles of 88 × 104.
    let (width, height) = (size(of: volume.bytes)[0], size(of: volume.bytes)[1])
    #expect(width % 88 == 0 && height % 104 == 0 && width / 88 * (height / 104) >= 48)
    let plane = Plane(size: [3, 2, 5], bytes: (1...30).map(UInt8.init))
    let mosaic = Mosaic(plane.size)
    #expect(mosaic.tile == [8, 8] && mosaic.columns == 3)
    let picture = mosaic.picture(plane)
    #expect(picture[8, 9] == 28 && picture[10, 8] == 27, "the fifth slice is the second of the second row")
    #expect(picture[7, 7] == 6, "a tile's margin repeats its border")
  }

  @Test func equalizationShowsAnyContrastAlike() {
    let dark = Plane(size: [256, 4, 1], bytes: (0..<1024).map { UInt8(1 + $0 % 40) })
    let table = Equalization(of: dark).table
    #expect(table[0] == 0 && table[40] == 255 && table[1] >= 1)
    #expect(zip(table, table.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(abs(Int(table[20]) - 128) < 4)
    // A background of nine tenths does not take nine tenths of the scale.
    let flat = Plane(size: [1000, 1, 1], bytes: (0..<1000).map { $0 < 900 ? 9 : UInt8(20 + $0 % 200) })
    #expect(Equalization(of: flat).table[9] < 60)
    let none = Plane(size: [4, 1, 1], bytes: [0, 0, 0, 0])
    #expect(Equalization(of: dark, inCommonWith: none.repeated(256)).table[77] == 77)
  }

  @Test func theResidualMapIsTold() throws {
    let html = try Fixtures.picture().page()
    #expect(html.contains("times as long") && html.contains("up to 9.60 px, which still counts as right"))
    let start = try #require(html.range(of: "id=\"residual-map\">")).upperBound
    let end = try #require(html.range(of: "</script>", range: start..<html.endIndex)).lowerBound
    let map = try #require(try JSONSerialization.jsonObject(with: Data(html[start..<end].utf8)) as? [String: Any])
    let arrows = try #require(map["arrows"] as? [[Double]])
    #expect(arrows.count > 100, "the moved image of the fixtures is the fixed one again")
    #expect(arrows.allSatisfy { $0.count == 7 })
    // Some match elsewhere by chance, above all on the small squares.
    #expect(arrows.count { abs($0[3]) + abs($0[4]) < 1.5 } * 10 > 8 * arrows.count)
    #expect(map["side"] as? [Double] == [16, 16, 1])
  }

  @Test func aDeformationIsDrawnWhereThereIsOne() throws {
    #expect(try !Fixtures.picture().page().contains("id=\"field\""))
    let html = try Fixtures.deformed().page()
    #expect(html.contains("value=\"deformation\"") && html.contains("nowhere is space turned inside out"))
    var folded = Fixtures.deformed()
    let grid = folded.fixed.grid
    let fold = (0..<grid.count).map { Float(20 * sin(Double($0 % 320) / 9)) }
    let zero = [Float](repeating: 0, count: grid.count)
    folded.alignment.transform = Transform(
      try DisplacementField<2>([fold, zero].map { Image(unchecked: grid, samples: $0) }))
    #expect(try folded.page().contains("turned inside out</p>") == false)
    #expect(try folded.page().contains("<i class=\"fold\"></i>turned inside out"))
  }

  @Test func aHomographyHasItsOwnMatrix() throws {
    var report = Fixtures.picture()
    let matrix = Matrix<3>(rowMajor: [1, 0.02, 3, -0.01, 1, 5, 1e-4, -2e-4, 1])
    report.alignment.transform = Transform(Homography(matrix, center: report.fixed.grid.center)!)
    let html = try report.page()
    #expect(html.contains("the matrix is the whole of it"))
    #expect(html.contains("value=\"deformation\""))
  }

  @Test func aFailedPairSaysWhatWasNotWritten() throws {
    let html = try Fixtures.picture(verdict: .failed, confidence: 0.01, withheld: ["moved.png", "t.tfm"]).page()
    #expect(html.contains("The alignment failed"))
    #expect(html.contains("Not written: <b>moved.png</b> and <b>t.tfm</b>, since what is probably wrong"))
    #expect(html.contains("Against it: "))
    let bare = try Fixtures.picture(verdict: .failed, confidence: 0.01).page()
    #expect(bare.contains("Nothing but this report was written."))
    #expect(try !Fixtures.picture().page().contains("written. The pictures below"))
  }

  @Test func largeImagesAreReduced() {
    #expect(Layout(size: [6000, 4000], side: 16_384, budget: 25_000_000).reduced == [6000, 4000, 1])
    #expect(Layout(size: [6000, 4000], side: 1024, budget: 1 << 20).reduced == [1024, 682, 1])
    #expect(Layout(size: [300, 40], side: 1024, budget: 1 << 20).reduced == [300, 40, 1])
    #expect(Layout(size: [12_000, 12_000], side: 16_384, budget: 25_000_000).reduced == [5000, 5000, 1])
    let cube = Layout(size: [512, 512, 512], side: 256, budget: 2_200_000).reduced
    #expect(cube == [130, 130, 130])
    #expect(Layout(size: [512, 512, 20], side: 256, budget: 2_200_000).reduced == [256, 256, 20])
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

extension Plane {
  fileprivate func repeated(_ count: Int) -> Self {
    Plane(size: [size[0] * count, 1, 1], bytes: (0..<count).flatMap { _ in bytes })
  }
}
