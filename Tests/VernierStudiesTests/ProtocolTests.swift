import Testing
import Vernier

@testable import VernierStudies

@Suite("Pairs of known relation")
struct ProtocolTests {
  /// The mean |moving(T(p)) − fixed(p)| over the fixed samples whose T(p) the moving image holds.
  private func disagreement(_ pair: RegisteredPair, through transform: Affine<2>) -> Double {
    let seen = pair.moving.resampled(onto: pair.fixed.grid, through: transform, interpolation: .cubic)
    let mask = seen.mask ?? []
    let gaps = mask.indices.filter { mask[$0] != 0 }.map { abs(Double(seen.samples[$0] - pair.fixed.samples[$0])) }
    return gaps.reduce(0, +) / Double(max(gaps.count, 1))
  }

  @Test("published: moving(T(p)) = fixed(p), zeros outside, whole grey levels")
  func published() throws {
    let picture = SyntheticScene(side: 96, seed: 5).image
    var random = SplitMix64(seed: 3)
    for _ in 0..<5 {
      let pair = PublishedProtocol.pair(of: picture, using: &random)
      #expect(disagreement(pair, through: pair.truth) < 4)
      #expect(disagreement(pair, through: try #require(pair.truth.inverted())) > 10)
      let found = pair.truth.parameters
      #expect(abs(found.translation[0]) <= 24 && abs(found.translation[1]) <= 24)
      #expect(pair.truth.center == [47.5, 47.5])
      #expect(pair.moving.mask == nil)
      for sample in pair.moving.samples + pair.fixed.samples { #expect(sample == sample.rounded()) }
    }
    let shifted = PublishedProtocol.pair(of: picture, truth: Affine(translation: [3, 0], center: picture.grid.center))
    #expect(shifted.moving.samples[0..<3].allSatisfy { $0 == 0 })
    #expect(shifted.moving.samples[3] == shifted.fixed.samples[0])
  }

  @Test("strict: moving(T(p)) = fixed(p), and no border shows")
  func strict() throws {
    let kind = StrictProtocol()
    let scenes = StrictProtocol.Scenes([SyntheticScene(side: 400, seed: 2).image], for: kind)
    for seed in 1...5 {
      var random = SplitMix64(seed: UInt64(seed))
      let pair = kind.cut(scenes, using: &random).pair
      #expect(pair.moving.mask == nil && pair.fixed.mask == nil)
      #expect(pair.fixed.deviation >= StrictProtocol.leastDeviation)
      #expect(disagreement(pair, through: pair.truth) < 0.6)
      #expect(disagreement(pair, through: try #require(pair.truth.inverted())) > 5)
    }
  }

  @Test("a scene too small for the protocol is left out")
  func smallScenes() {
    let kind = StrictProtocol()
    let photographs = [SyntheticScene(side: 200, seed: 2).image, SyntheticScene(side: 230, seed: 2).image]
    #expect(StrictProtocol.Scenes(photographs, for: kind).images.count == 1)
  }

  @Test("one seed cuts the same pair whatever is done to it, with noise of its own on each image")
  func levels() throws {
    let kind = StrictProtocol()
    let scenes = StrictProtocol.Scenes([SyntheticScene(side: 400, seed: 2).image], for: kind)
    let pairs = try [StrictLevel.noise0, .noise10].map { level in
      var random = SplitMix64(seed: 8)
      return try level.applied(to: kind.cut(scenes, using: &random).pair, using: &random)
    }
    #expect(pairs[0].truth == pairs[1].truth)
    func noise(_ image: (RegisteredPair) -> Image<2>) throws -> Image<2> {
      try Image(width: 64, height: 64, samples: zip(image(pairs[1]).samples, image(pairs[0]).samples).map { $0 - $1 })
    }
    let (fixed, moving) = (try noise { $0.fixed }, try noise { $0.moving })
    for deviation in [fixed.deviation, moving.deviation] { #expect(deviation > 22 && deviation < 26) }
    let product = zip(fixed.samples, moving.samples).reduce(0.0) { $0 + Double($1.0 * $1.1) } / 4096
    #expect(abs(product) < 50)
  }

  @Test("smoothing keeps the sum, spreads a point as a Gaussian, and reflects at the border")
  func smoothing() throws {
    var samples = [Float](repeating: 0, count: 21 * 21)
    samples[10 * 21 + 10] = 1
    let spread = try Image<2>(width: 21, height: 21, samples: samples).smoothed(deviation: 1)
    #expect(abs(spread.samples.reduce(0, +) - 1) < 1e-5)
    #expect(abs(spread.samples[10 * 21 + 12] / spread.samples[10 * 21 + 10] - 0.135_335) < 1e-4)
    #expect(abs(spread.samples[8 * 21 + 10] / spread.samples[10 * 21 + 10] - 0.135_335) < 1e-4)
    let flat = try Image<2>(width: 5, height: 4, samples: [Float](repeating: 7, count: 20)).smoothed(deviation: 2)
    #expect(flat.samples.allSatisfy { abs($0 - 7) < 1e-5 })
  }

  @Test("a block is the part it names")
  func block() throws {
    let image = try Image<2>(width: 4, height: 3, samples: (0..<12).map(Float.init))
    let part = image.block(x: 1..<3, y: 1..<3)
    #expect(part.size == [2, 2] && part.samples == [5, 6, 9, 10])
  }
}

@Suite("Errors and summaries")
struct OutcomeTests {
  private let grid = (try? Grid<2>(size: [32, 32]))!

  private func motion(_ degrees: Double, _ x: Double, _ y: Double) -> Affine<2> {
    Affine(.init(rotation: [degrees], scale: [1, 1], shear: [0], translation: [x, y], center: grid.center))
  }

  @Test("the translation's error is |Δtx| + |Δty| of the centre, the rotation's goes around the circle")
  func errors() {
    let error = RigidError(of: motion(179, 3, -1), from: motion(-179, 1, 2), on: grid)
    #expect(abs(error.translation - 5) < 1e-12)
    #expect(abs(error.rotation - 2) < 1e-9)
    #expect(error.isOff)
    let corner = RigidError(of: motion(0, 3, 4), from: motion(0, 0, 0), on: grid).corner
    #expect(abs(corner - 5) < 1e-12)
    #expect(abs(RigidError.signedDifference(-170, 170) - 20) < 1e-12)
    #expect(abs(RigidError.signedDifference(170, -170) + 20) < 1e-12)
  }

  @Test("more than 2 px or 5° is off, exactly that much is not")
  func off() {
    let truth = motion(0, 0, 0)
    #expect(!RigidError(of: motion(0, 1, 1), from: truth, on: grid).isOff)
    #expect(RigidError(of: motion(0, 1, 1.01), from: truth, on: grid).isOff)
    #expect(!RigidError(of: motion(4.99, 0, 0), from: truth, on: grid).isOff)
    #expect(RigidError(of: motion(5.01, 0, 0), from: truth, on: grid).isOff)
  }

  @Test("no answer and off are counted apart; errors are those of the answers")
  func summary() {
    let truth = motion(0, 0, 0)
    func outcome(_ shift: Double, _ verdict: Verdict) -> PairOutcome {
      let found = motion(0, shift, 0)
      return PairOutcome(
        truth: truth,
        answer: .init(
          transform: found, error: RigidError(of: found, from: truth, on: grid), verdict: verdict, seconds: shift))
    }
    let summary = PairSummary([
      outcome(1, .aligned), outcome(1.5, .failed), outcome(3, .aligned), PairOutcome(truth: truth, answer: nil),
    ])
    #expect(summary.count == 4 && summary.noAnswer == 0.25 && summary.off == 0.25 && summary.wronglyAligned == 0.25)
    #expect(summary.verdicts == [.aligned: 2, .failed: 1])
    #expect(summary.translation.median == 1.5 && summary.translation.count == 3)
  }

  @Test("a method without an answer is counted, a method that does not exist is an error")
  func answers() throws {
    struct Silent: Aligner {
      var name: String { "silent" }
      func candidates<let rank: Int>(
        aligning moving: Image<rank>, to fixed: Image<rank>, from candidates: [Candidate<rank>], as task: AlignmentTask
      ) throws -> [Candidate<rank>] { [] }
    }
    let silent = Method(name: "silent", kind: .classical, transforms: [.rigid], ranks: [2], source: "") { _ in Silent()
    }
    let image = SyntheticScene(side: 32, seed: 1).image
    let pair = RegisteredPair(fixed: image, moving: image, truth: motion(0, 0, 0))
    #expect(try PairOutcome(of: pair, by: "silent", methods: [silent]).answer == nil)
    #expect(throws: AlignmentError.self) { try PairOutcome(of: pair, by: "absent", methods: [silent]) }
    let own = try PairOutcome(of: pair, by: "search+refine", methods: Method.classical)
    #expect(try #require(own.answer).error.corner < 0.05)
  }

  @Test("a chain says why it cannot run")
  func chains() {
    let shifts = Method(name: "shifts", kind: .classical, transforms: [.translation], ranks: [2], source: "") { _ in
      Search()
    }
    func obstacle(_ name: String) -> String? {
      StudiedChain(name, model: .rigid, methods: Method.classical + [shifts]).obstacle
    }
    #expect(obstacle("search+refine") == nil)
    #expect(obstacle("shifts+refine") == nil)
    #expect(obstacle("shifts") == "does not apply: no rigid transform")
    #expect(obstacle("alchemy+refine") == "not in this build")
    #expect(obstacle("search+refine:interpolation=cubic") == nil)
    #expect(obstacle("refine:interpolation=square")?.contains("interpolation is one of linear, cubic") == true)
  }
}
