import Testing
import Vernier

@testable import VernierStudies

@Suite("Homography")
struct HomographyTests {
  @Test("three rows are read, comments left out")
  func parsing() throws {
    let homography = try #require(Homography(parsing: "# a to b\n1 0 5\n0 2\t-1\n0.001 0 1\n"))
    #expect(homography([0, 0]) == [5, -1])
    let mapped = homography([100, 10])
    #expect(abs(mapped[0] - 105 / 1.1) < 1e-12 && abs(mapped[1] - 19 / 1.1) < 1e-12)
  }

  @Test(
    "what is not nine numbers is refused",
    arguments: ["", "1 2 3", "1 0 0\n0 1 0\n0 0 x", "1 0 0 0 1 0 0 0 1 7", "1 0 0 0 nan 0 0 0 1"])
  func malformed(text: String) {
    #expect(Homography(parsing: text) == nil)
  }

  @Test("the inverse undoes it")
  func inverse() throws {
    let matrix = Matrix<3>(rowMajor: [0.88, 0.31, -19.7, -0.18, 0.94, 76.6, 0.0004, -0.00003, 1])
    let homography = try #require(Homography(matrix))
    let back = try #require(homography.inverted())
    #expect((back(homography([130, 57])) - [130, 57]).length < 1e-9)
  }
}

@Suite("Moved images and lattices")
struct KnownSceneTests {
  @Test("a moved image shows at the moved place what was there")
  func movedImage() throws {
    var samples = [Float](repeating: 0, count: 100)
    samples[4 * 10 + 3] = 1
    let image = try Image<2>(width: 10, height: 10, samples: samples)
    let moved = image.moved(by: Affine(translation: [2, -1]), interpolation: .nearest)
    #expect(moved.samples[3 * 10 + 5] == 1)
    #expect(moved.mask == nil)
    let masked = image.moved(by: Affine(translation: [2, -1]), interpolation: .nearest, isMasked: true)
    #expect(masked.mask?.count { $0 == 0 } == 2 * 10 + 10 - 2)
  }

  @Test("a lattice spans the share of the grid")
  func lattice() throws {
    let points = try Grid<2>(size: [11, 21]).lattice(3, over: 0.25...0.75)
    #expect(points.count == 9)
    #expect(points.first == [2.5, 5] && points.last == [7.5, 15])
  }
}

@Suite("Known answers")
struct KnownAnswerTests {
  private func row(error: Double, verdict: Verdict) -> KnownRow {
    KnownRow(
      name: "a", group: "", model: .rigid, method: "search", metric: "ncc", error: error, floor: nil, tolerance: 2,
      verdict: verdict, confidence: 0.5, seconds: 1, extra: [], diagnosis: nil)
  }

  @Test("the summary counts each kind of mistake")
  func summary() {
    let summary = KnownSummary([
      row(error: 1, verdict: .aligned), row(error: 1, verdict: .failed), row(error: 9, verdict: .aligned),
      row(error: 9, verdict: .doubtful), row(error: .infinity, verdict: .failed),
    ])
    #expect(summary.failures == 3 && summary.trusted == 1 && summary.rejected == 1)
    #expect(summary.errors.median == 9)
  }

  @Test("the diagnosis names the first thing that would have helped")
  func diagnosis() {
    func cause(_ searched: Double, _ fromAnswer: Double, score: Double = 1) -> String {
      let far = Diagnosis.Ending(error: 50, score: 1)
      let trial = Diagnosis.Trial(
        metric: .mutualInformation, searched: .init(error: searched, score: 1),
        fromAnswer: .init(error: fromAnswer, score: score))
      let other = Diagnosis.Trial(metric: .gradientFields, searched: far, fromAnswer: far)
      return Diagnosis(trials: [trial, other], tolerance: 2).cause
    }
    #expect(cause(1, 1) == "choice of metric: mi finds it")
    #expect(cause(30, 1, score: 1.2) == "search: mi would score the answer higher")
    #expect(cause(30, 1, score: 0.8) == "metric: mi stays, but scores the wrong place higher")
    #expect(cause(30, 30) == "metric: none stays at the answer")
  }

  @Test("a study without data says what it skipped")
  func missingData() throws {
    let result = try results(of: KnownAnswersStudy(StudyOptions(data: "/nonexistent")))
    for set in KnownDataSet.all {
      #expect(result.report.contains("## \(set.title)\n\nSkipped: there is no folder `\(set.folder)`."))
    }
  }

  @Test("a section alone is one data set, and names are words of a command line")
  func oneSection() throws {
    let sections = KnownAnswersStudy.Section.all
    #expect(Set(sections.map(\.name)).count == sections.count)
    #expect(sections.allSatisfy { section in !section.name.contains { $0 == " " || $0 == "," } })
    let plates = try #require(sections.first { $0.name == "glass-plates" })
    let result = try results(of: KnownAnswersStudy(StudyOptions(data: "/nonexistent")), [plates])
    #expect(result.pieces.count == 3 && result.pieces[1].hasPrefix("## Glass plates\n\nSkipped"))
    #expect(!result.report.contains("## ITK brain slices") && result.report.contains("## Overview"))
  }
}
