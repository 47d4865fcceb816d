import FoundationEssentials
import Testing
import Vernier
import VernierFiles
import VernierLearning
import VernierPlots

@testable import VernierStudies

@Suite("Small images")
struct SmallImagesTests {
  @Test("without data and methods each row says what is missing; keypoints are counted by what the build brings")
  func missing() throws {
    let counter = KeypointCounter(method: "sift") { $0.width == 32 ? 3 : 5 }
    let result = try results(
      of: SmallImagesStudy(
        StudyOptions(data: "/nonexistent", count: 4, methods: [], keypointCounters: [counter])))
    let report = result.report
    for number in [1, 4] {
      #expect(report.contains("### Table \(number)\n\nSkipped: its pictures are not in /nonexistent."))
    }
    let lines = report.split(separator: "\n")
    let fft = try #require(lines.first { $0.hasPrefix("| FFT (`fft`)") })
    #expect(fft.contains("0.5004 ± 0.0649") && fft.contains("not in this build") && fft.contains("2.2415 ± 0.1396"))
    #expect(try #require(lines.first { $0.hasPrefix("| LSTM") }).contains("not in this build"))
    let counts = lines.filter { $0.hasPrefix("| SIFT  ") }
    #expect(counts.count == 2)
    #expect(
      counts[0].contains("0.0764 ± 0.2988 ") && counts[0].contains("| 3.0000 ± 0.0000") && counts[0].contains("| 4 |"))
    #expect(counts[1].contains("3.3657 ± 3.4143 ") && counts[1].contains("| 5.0000 ± 0.0000"))
    #expect(
      lines.contains { $0.hasPrefix("| ORB ") && $0.contains("0.8264 ± 2.2073") && $0.contains("not in this build") })
    #expect(report.contains("Skipped: there are no photographs"))
    #expect(result.files.isEmpty)
  }

  @Test("a section alone has its table alone; a table is handed over before the next is begun")
  func sections() throws {
    let study = SmallImagesStudy(StudyOptions(data: "/nonexistent", count: 2, methods: []))
    let one = try results(of: study, [.random96])
    #expect(one.pieces.count == 2 && one.pieces[1].hasPrefix("\n### Table 5:"))
    let whole = try results(of: study)
    #expect(whole.pieces.count == 9 && whole.pieces[2].hasPrefix("\n### Table 2:"))
    #expect(SmallImagesStudy.Section.all.map(\.name).contains("random-96"))
  }

  @Test("a method of the build is measured, with a figure for each set")
  func measured() throws {
    let methods = Method.classical.filter { ["search", "refine"].contains($0.name) }
    let result = try results(of: SmallImagesStudy(StudyOptions(data: "/nonexistent", count: 3, methods: methods)))
    #expect(
      result.files.keys.sorted() == ["scatter-random-32-search+refine.svg", "scatter-random-96-search+refine.svg"])
    let row = try #require(result.report.split(separator: "\n").first { $0.hasPrefix("| `search+refine`") })
    let cells = row.split(separator: "|").map { $0.filter { $0 != " " } }
    #expect(cells[1] == "3")
    // No pair without an answer, none off.
    #expect(cells[11] == "0.0000" && cells[12] == "0.0000")
  }

  @Test("pictures are drawn from the data set's own file, each before any serves twice; one seed draws the same")
  func drawn() throws {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    try FileManager.default.createDirectory(atPath: "\(scratch.path)/cifar10", withIntermediateDirectories: true)
    let records = (1...3).flatMap { [UInt8](repeating: UInt8($0), count: 3073) }
    try Data(records).write(to: URL(filePath: "\(scratch.path)/cifar10/test_batch.bin"))
    let data = StudyData(root: scratch.path)
    let set = try #require(try SmallImageSet.cifar10(data, count: 5, seed: 1))
    let values = set.pictures.map { Int($0.samples[0].rounded()) }
    #expect(Set(values.prefix(3)) == [1, 2, 3] && values[3] == values[0] && values[4] == values[1])
    #expect(set.source.hasPrefix("3 pictures of cifar10/test_batch.bin") && set.source.contains("twice"))
    #expect(
      try SmallImageSet.cifar10(data, count: 5, seed: 1)?.pictures.map { $0.samples[0] }
        == set.pictures.map { $0.samples[0] })
    #expect(try SmallImageSet.stl10(data, count: 5, seed: 1) == nil)
  }

  @Test("random patches are white: every grey level as likely, neighbours unrelated")
  func white() {
    let set = SmallImageSet.random(side: 96, count: 2, seed: 1)
    let samples = set.pictures[0].samples
    let mean = samples.reduce(0, +) / 9216
    #expect(abs(mean - 127.5) < 3 && abs(set.pictures[0].deviation - 73.9) < 2)
    let product = zip(samples, samples.dropFirst()).reduce(Float(0)) { $0 + ($1.0 - mean) * ($1.1 - mean) } / 9215
    #expect(abs(product) < 200)
    #expect(samples != set.pictures[1].samples)
  }

  @Test("networks that turn by any angle have rows, refined where their parameters are there")
  func learned() {
    func network(_ name: String, hasFile: Bool) -> Method {
      Method(name: name, kind: .learned, transforms: [.rigid], ranks: [2], source: "") { _ in
        guard hasFile else { throw LearnedModelError.noWeights(name: name, searched: []) }
        return Identity()
      }
    }
    struct Identity: Aligner {
      let name = "identity"
      func candidates<let rank: Int>(
        aligning moving: Image<rank>, to fixed: Image<rank>, from candidates: [Candidate<rank>], as task: AlignmentTask
      ) throws -> [Candidate<rank>] { candidates }
    }
    let methods =
      Method.classical + [
        network("lstm", hasFile: false), network("lstm-compact", hasFile: true), network("rotation-cnn", hasFile: true),
      ]
    let rows = SmallImageMethod.all(methods).map(\.chain)
    #expect(rows.contains("lstm") && rows.contains("lstm-compact") && rows.contains("lstm-compact+refine"))
    #expect(!rows.contains("lstm+refine") && !rows.contains { $0.hasPrefix("rotation-cnn") })
    #expect(StudiedChain("lstm", model: .rigid, methods: methods).obstacle == "no model file")
    #expect(Set(rows).count == rows.count)
  }

  @Test("the paper's rows are complete: eight methods a table, four detectors")
  func published() {
    for table in [PublishedTable.cifar10, .random32, .stl10, .random96] {
      #expect(Set(table.rows.keys) == Set(SmallImageMethod.all(Method.classical).compactMap(\.paper)))
      #expect(Set(table.keypoints.keys) == ["AKAZE", "ORB", "SURF", "SIFT"])
      for (name, row) in table.rows { #expect((row.noAnswer != nil) == (table.keypoints[name] != nil)) }
    }
  }

  @Test("a scatter shows a rotation beside its truth, not a turn away")
  func scatter() {
    func motion(_ degrees: Double, _ x: Double) -> PairOutcome {
      let truth = PredictionScatterFixture.motion(-179, 0)
      let found = PredictionScatterFixture.motion(degrees, x)
      return PredictionScatterFixture.outcome(truth: truth, found: found)
    }
    let figure = PredictionScatter.figure(title: "t", subtitle: "", outcomes: [motion(179, 4)], reach: 8)
    guard case .dots(let shifts, _) = figure.plots[0].layers[1], case .dots(let turns, _) = figure.plots[2].layers[1]
    else {
      Issue.record("the second layer holds the dots")
      return
    }
    #expect(figure.plots.count == 3)
    #expect(abs(shifts[0].x) < 1e-9 && abs(shifts[0].y - 4) < 1e-9)
    #expect(abs(turns[0].x + 179) < 1e-9 && abs(turns[0].y + 181) < 1e-9)
  }
}
