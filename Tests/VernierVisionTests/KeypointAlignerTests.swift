import Testing
import Vernier

@testable import VernierVision

@Suite(.enabled(if: visionPluginAvailable, pluginNeeded))
struct KeypointAlignerTests {
  static let side = 512
  static let center = Vector<2>(repeating: 255.5)

  static func truth(_ model: TransformModel) -> Affine<2> {
    let grows = model == .similarity || model == .affine
    return Affine(
      .init(
        rotation: [model == .translation ? 0 : 68],
        scale: grows ? [1.12, model == .affine ? 1.05 : 1.12] : [1, 1],
        shear: [model == .affine ? 0.06 : 0], translation: [23.4, -17.8], center: center))
  }

  static let scene = SyntheticScene(side: 1024, seed: 3).image

  static func pair(_ truth: Affine<2>) -> (fixed: Image<2>, moving: Image<2>) {
    let pair = PairCutter(scene: scene).pair(side: side, corner: (256, 256), truth: truth)
    return (pair.fixed.rounded(), pair.moving.rounded())
  }

  /// The mean corner error in samples; SURF's positions, from sums over boxes, are the least precise.
  @Test(arguments: KeypointMethod.allCases, TransformModel.linear)
  func recoversAKnownMotion(method: KeypointMethod, model: TransformModel) throws {
    let truth = Self.truth(model)
    let (fixed, moving) = Self.pair(truth)
    let found = try KeypointAligner(method)
      .candidates(aligning: moving, to: fixed, from: [], as: AlignmentTask(model: model))
    #expect(found.count == 1)
    let candidate = try #require(found.first)
    let transform = try #require(candidate.transform.affine)
    #expect(candidate.score >= 4 && transform.center == fixed.grid.center)
    let error = cornerError(transform, truth, on: fixed.grid)
    #expect(error < (method == .surf ? 2 : 1))
  }

  @Test(arguments: KeypointMethod.allCases) func aNoisyPairIsAlignedAndRefined(method: KeypointMethod) throws {
    let (fixed, moving, truth) = SyntheticScene.pair(seed: 1)
    let methods = Method.classical + Method.keypoints
    func aligned(_ chain: String) throws -> Alignment<2> {
      try Registration(stages: MethodChain(named: chain, of: methods).stages).align(moving, to: fixed)
    }
    let alone = try aligned(method.rawValue)
    #expect(alone.verdict == .aligned && alone.method == method.rawValue)
    let refined = try aligned("\(method.rawValue)+refine")
    #expect(cornerError(refined.linear, truth, on: fixed.grid) < 0.03)
    #expect(refined.method == "\(method.rawValue)+refine")
  }

  @Test(arguments: KeypointMethod.allCases) func theSameBitsForAnyNumberOfThreads(method: KeypointMethod) throws {
    let (fixed, moving) = Self.pair(Self.truth(.rigid))
    let results = try [1, 2, 2, 5].map { threads in
      try KeypointAligner(method)
        .candidates(aligning: moving, to: fixed, from: [], as: AlignmentTask(threads: threads))[0]
    }
    #expect(results.allSatisfy { $0.transform == results[0].transform && $0.score == results[0].score })
  }

  @Test(arguments: KeypointMethod.allCases) func smallPicturesHaveNoAnswer(method: KeypointMethod) throws {
    let truth = Affine<2>(
      .init(rotation: [12], scale: [1, 1], shear: [0], translation: [1, 2], center: [15.5, 15.5]))
    let pair = PairCutter(scene: Self.scene).pair(side: 32, corner: (500, 470), truth: truth)
    let aligner = KeypointAligner(method)
    let counts = try [pair.fixed, pair.moving].map { try aligner.keypointCount(in: $0) }
    do {
      _ = try aligner.align(pair.moving, to: pair.fixed)
      Issue.record("\(method) aligned two patches of 32×32 samples with \(counts) keypoints")
    } catch {
      let lack = KeypointShortage.keypoints(fixed: counts[0], moving: counts[1], needed: 4)
      if counts.contains(where: { $0 < 4 }) {
        #expect(error == .noAnswer(method: method.rawValue, reason: "\(lack)"))
      } else {
        #expect("\(error)".hasPrefix("\(method.rawValue): too few keypoints "))
      }
    }
  }

  @Test func aShortageSaysWhatIsMissing() throws {
    let (fixed, moving) = Self.pair(Self.truth(.rigid))
    func shortage(_ aligner: KeypointAligner) throws -> AlignmentError? {
      #expect(throws: AlignmentError.self) { try aligner.align(moving, to: fixed) }
    }
    func expected(_ shortage: KeypointShortage) -> AlignmentError { .noAnswer(method: "orb", reason: "\(shortage)") }

    var aligner = KeypointAligner(.orb)
    aligner.keypointLimit = 3
    #expect(try shortage(aligner) == expected(.keypoints(fixed: 3, moving: 3, needed: 4)))

    aligner = KeypointAligner(.orb)
    let counts = try (fixed: aligner.keypointCount(in: fixed), moving: aligner.keypointCount(in: moving))
    aligner.ratio = 0
    #expect(
      try shortage(aligner) == expected(.matches(0, fixed: counts.fixed, moving: counts.moving, needed: 4)))

    aligner.ratio = 1
    let agreeing = try aligner.candidates(aligning: moving, to: fixed, from: [], as: AlignmentTask())[0].score
    let matches = try Keypoints(in: fixed, method: .orb, limit: 10_000)
      .matches(with: Keypoints(in: moving, method: .orb, limit: 10_000), ratio: 1).count
    aligner.leastAgreement = matches
    #expect(
      try shortage(aligner) == expected(.agreement(Int(agreeing), matches: matches, needed: matches)))
  }

  @Test func volumesAreUnsupported() throws {
    let volume = try Image<3>(grid: Grid(size: [8, 8, 8]), samples: (0..<512).map { Float($0 % 37) })
    let error = #expect(throws: AlignmentError.self) { try KeypointAligner(.sift).align(volume, to: volume) }
    guard case .unsupported(method: "sift", _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
