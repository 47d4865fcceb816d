import FoundationEssentials
import Testing
import Vernier
import VernierFiles
import VernierLearning

@testable import VernierStudies

private let canTrain = (try? TensorsPlugin.load()) != nil

@Suite("Rotation by a CNN")
struct RotationTests {
  /// The frames are drawn, in two folders of a scratch folder, as the loader finds anyone's.
  private func frames(in scratch: ScratchFolder) throws {
    for (folder, first) in [("learn", 0), ("judge", 10)] {
      try FileManager.default.createDirectory(atPath: "\(scratch.path)/\(folder)", withIntermediateDirectories: true)
      for number in 0..<3 {
        try ImageFile([SyntheticScene(side: 96, seed: UInt64(first + number)).image], sampleType: .uint8)
          .write(to: "\(scratch.path)/\(folder)/\(number).png")
      }
    }
  }

  private func configuration(_ change: (inout RotationConfiguration) -> Void = { _ in }) -> RotationConfiguration {
    var small = RotationConfiguration.usual
    (small.trainingFrames, small.testFrames) = (["learn"], ["judge"])
    (small.pairsPerEpoch, small.testPairs, small.epochShare) = (16, 8, 0.01)
    (small.widths, small.hidden) = ([4, 4, 4], 4)
    small.runs = [
      .init(name: "TA1", epochs: 300, learningRate: 1e-3, batch: 8, loss: .meanAbsolute, side: 32),
      .init(name: "TA6", epochs: 200, learningRate: 1e-3, batch: 4, loss: .meanSquared, side: 16),
    ]
    (small.noise, small.qualities, small.denoisers, small.pairs) = ([0, 10], [30], ["tv"], 4)
    change(&small)
    return small
  }

  private func write(_ configuration: RotationConfiguration, _ scratch: ScratchFolder) throws -> String {
    let path = "\(scratch.path)/c.json"
    try JSONEncoder().encode(configuration).write(to: URL(filePath: path))
    return path
  }

  @Test("the example in docs is what runs unless told")
  func example() throws {
    let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    #expect(try RotationConfiguration(file: root + "/docs/rotation.json") == .usual)
    let table: [(String, Int, Double, Int, Int)] = RotationConfiguration.usual.runs.map {
      ($0.name, $0.epochs, $0.learningRate, $0.batch, $0.side)
    }
    #expect(table.map { $0.0 } == ["TA1", "TA2", "TA3", "TA4", "TA5", "TA6"])
    #expect(table.map { $0.1 } == [300, 300, 200, 200, 200, 200] && table.map { $0.3 } == [40, 40, 50, 20, 20, 20])
    #expect(table.map { $0.2 } == [1e-3, 1e-4, 1e-4, 1e-2, 1e-2, 1e-2])
    #expect(table.map { $0.4 } == [128, 128, 128, 128, 128, 64])
  }

  @Test("a configuration that cannot be run is refused with its reason")
  func refused() throws {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    for (change, reason) in [
      ({ $0.testFrames = ["learn"] }, "must not have seen"), ({ $0.runs[0].batch = 0 }, "TA1: epochs, batch"),
      ({ $0.runs[1].side = 2 }, "TA6: the side 2"), ({ $0.qualities = [0] }, "qualities lie in 1 to 100"),
      ({ $0.pairs = 0 }, "are positive"),
    ] as [((inout RotationConfiguration) -> Void, String)] {
      let path = try write(configuration(change), scratch)
      #expect { try RotationConfiguration(file: path) } throws: { "\($0)".hasPrefix(path) && "\($0)".contains(reason) }
    }
    try Data("{}".utf8).write(to: URL(filePath: "\(scratch.path)/c.json"))
    #expect { try RotationConfiguration(file: "\(scratch.path)/c.json") } throws: {
      "\($0)".contains("docs/rotation.json")
    }
    #expect(throws: FileError("/none.json", .missing)) { try RotationConfiguration(file: "/none.json") }
  }

  @Test(
    "runs are trained, methods of the build are measured, others say what they lack",
    .enabled(if: canTrain, "needs the plug-ins: make learning"))
  func measured() throws {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    try frames(in: scratch)
    let methods = Method.classical.filter { ["search", "refine"].contains($0.name) }
    let options = StudyOptions(
      data: scratch.path, methods: methods, configuration: try write(configuration(), scratch))
    let result = try results(of: RotationStudy(options))
    #expect(result.shares.allSatisfy { (0...1).contains($0) })
    let lines = result.report.split(separator: "\n").map { $0.split(separator: "|").map { $0.filter { $0 != " " } } }
    let run = try #require(lines.first { $0.first == "TA1" })
    // A hundredth of the epochs, and a loss that was reached.
    #expect(run[1] == "300" && run[2] == "3" && run[6] == "32×64×3" && Double(run[9]) != nil)
    let rows = lines.filter { $0.first == "`search+refine`" }
    #expect(rows.map { $0[1] } == ["none", "tv", "none"])
    let clean = try #require(Double(rows[2][2].prefix { $0 != "(" }))
    let noisy = try #require(Double(rows[2][3].prefix { $0 != "(" }))
    #expect(clean < 0.1 && noisy > clean)
    let bound = try #require(lines.first { $0.first == "thebound" })
    #expect(try #require(Double(bound[2])) < 0.01 && #require(Double(bound[3])) > 0.05 && bound[4] == "–")
    #expect(lines.first { $0.first == "`rotation-cnn`" }?[2] == "notinthisbuild")
    #expect(result.files.count == 1 && result.files["rotation-losses.svg"]?.contains(">TA6<") == true)
  }
}

@Suite("Microscopy")
struct MicroscopyTests {
  /// A network that answers the identity.
  private func still(_ name: String) -> Method {
    Method(name: name, kind: .learned, transforms: [.similarity], ranks: [2], source: "") { _ in
      struct Still: Aligner {
        let name: String
        func candidates<let rank: Int>(
          aligning moving: Image<rank>, to fixed: Image<rank>, from candidates: [Candidate<rank>],
          as task: AlignmentTask
        ) throws -> [Candidate<rank>] { candidates }
      }
      return Still(name: name)
    }
  }

  @Test("every learned method with a scale has its rows, the paper's own a figure and a picture")
  func measured() throws {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    for (folder, side) in [("bsds500", 160), ("kodak", 300), ("lung_sem", 600)] {
      try FileManager.default.createDirectory(atPath: "\(scratch.path)/\(folder)", withIntermediateDirectories: true)
      for number in 0..<2 {
        try ImageFile([SyntheticScene(side: side, seed: UInt64(side + number)).image], sampleType: .uint8)
          .write(to: "\(scratch.path)/\(folder)/\(number).png")
      }
    }
    let methods = [still("two-headed-cnn"), still("another")] + Method.classical.filter { $0.name == "refine" }
    let options = StudyOptions(data: scratch.path, count: 6, folder: scratch.path, methods: methods)
    let result = try results(of: MicroscopyStudy(options))
    #expect(result.shares.allSatisfy { (0...1).contains($0) })
    let rows = result.report.split(separator: "\n").map { $0.split(separator: "|").map { $0.filter { $0 != " " } } }
    for name in ["`two-headed-cnn`", "`two-headed-cnn+refine`", "`another`", "`another+refine`"] {
      #expect(rows.count { $0.first == name && $0.count == 11 && $0[1] == "6" } == 4, "\(name)")
    }
    #expect(rows.count { $0.first == "`search+refine`" && $0[1] == "notinthisbuild" } == 4)
    // What stands still is as far off as the motions go: half of 30° in the mean, within what six pairs scatter.
    let off = try #require(rows.first { $0.first == "`another`" }.flatMap { Double($0[2]) })
    #expect(off > 5 && off < 25)
    #expect(result.report.contains("Skipped: their folders are not there."))
    #expect(result.files.keys.sorted() == ["microscopy-correlation.svg"])
    #expect(try ImageFile.read("\(scratch.path)/microscopy-triptych.png").size == [784, 520])
  }

  @Test("predictions that are the truth lie on the line, others do not")
  func correlation() {
    var random = SplitMix64(seed: 3)
    let motion = MotionRange<2>(degrees: 30, scale: 0.8...1.25, shift: 9)
    func outcome(_ truth: Affine<2>, _ found: Affine<2>) -> PairOutcome {
      let error = RigidError(of: found, from: truth, on: PredictionScatterFixture.grid)
      return PairOutcome(truth: truth, answer: .init(transform: found, error: error, verdict: .aligned, seconds: 0))
    }
    let truths = (0..<200).map { _ in motion.random(center: [15.5, 15.5], using: &random) }
    let right = ParameterCorrelation(title: "", truths.map { outcome($0, $0) })
    #expect(right.coefficients.allSatisfy { abs($0 - 1) < 1e-9 } && right.count == 200)
    // Standardised by the true mean and deviation.
    let values = right.points[1].map(\.x)
    #expect(abs(values.reduce(0, +)) < 1e-9 && abs(values.reduce(0) { $0 + $1 * $1 } / 200 - 1) < 1e-9)
    let others = zip(truths, truths.reversed()).map { outcome($0, $1) }
    #expect(ParameterCorrelation(title: "", others).coefficients.allSatisfy { abs($0) < 0.3 })
    #expect(abs(try! #require(outcome(truths[0], .identity).scaleError) - abs(1 / truths[0].meanScale - 1)) < 1e-12)
  }
}
