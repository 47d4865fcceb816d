import Glibc
import Testing

@testable import Vernier

/// Answers of methods that compare no places: the judge looks for rivals itself.
@Suite struct RivalSearchTests {
  /// Says what it was told, as a network does that never looks twice.
  private struct Told: Aligner {
    var name: String { "told" }
    var comparesPlaces = false
    var answers: [Affine<2>]

    func candidates<let rank: Int>(
      aligning moving: Image<rank>, to fixed: Image<rank>, from candidates: [Candidate<rank>], as task: AlignmentTask
    ) throws -> [Candidate<rank>] {
      answers.enumerated().compactMap {
        Candidate(transform: $1, score: 1 - 0.01 * Double($0)) as Any as? Candidate<rank>
      }
    }
  }

  private func pair(side: Int) throws -> (fixed: Image<2>, moving: Image<2>, truth: Affine<2>) {
    let scene = SyntheticScene(side: 2 * side, seed: 5).image
    let recipe = SyntheticPairs.Recipe(
      side: side, kind: .strict, model: .rigid, motion: MotionRange<2>(degrees: 40, shift: 0.1 * Double(side)))
    let pair = try SyntheticPairs(of: [scene], recipe, seed: 3).pair(0)
    return (pair.fixed, pair.moving, pair.truth)
  }

  // Both searches: that of small pictures and the general one.
  @Test(arguments: [48, 200]) func aRightAnswerIsBelievedAndAWrongOneIsNot(side: Int) throws {
    let (fixed, moving, truth) = try pair(side: side)
    let right = try Told(answers: [truth]).align(moving, to: fixed)
    #expect(right.verdict == .aligned && right.evidence.peakRatio < 0.8 && right.metric == .crossCorrelation)
    for shift in [0.08, 0.3] {
      var wrong = truth
      wrong.translation[0] += shift * Double(side)
      let answer = try Told(answers: [wrong]).align(moving, to: fixed)
      #expect(answer.verdict == .failed, "\(shift): \(answer.confidence)")
      let rival = try #require(answer.evidence.rival)
      let distance = Affine<2>(homogeneous: rival).cornerDistance(to: truth, on: fixed.grid)
      #expect(distance < 0.02 * Double(side), "the rival is the truth")
    }
  }

  /// Stripes that match a period away as well, nearly: the answer there agrees closely, but is beaten, and so wrong
  /// rather than doubtful.
  @Test func aBeatenAnswerIsNotDoubtful() throws {
    let side = 200
    let scene = SyntheticScene(side: 2 * side, seed: 5).image
    let striped = try Image<2>(
      grid: scene.grid,
      samples: scene.samples.enumerated().map { index, value in
        0.17 * value + 40 * Float(sin(2 * Double.pi * Double(index % (2 * side)) / 25))
      })
    let truth = Affine<2>(translation: [3, -2])
    let pair = PairCutter(scene: striped).pair(side: side, corner: (side / 2, side / 2), truth: truth)
    let wrong = Affine<2>(translation: [28, -2])
    let answer = try Told(answers: [wrong]).align(pair.moving, to: pair.fixed)
    #expect(answer.evidence.similarityAfter > 0.9 && answer.evidence.peakRatio == 1)
    #expect(answer.verdict == .failed, "\(answer.confidence)")
  }

  @Test func versionsOfOnePlaceAreNoRivals() throws {
    let (fixed, moving, truth) = try pair(side: 48)
    var near = truth
    near.translation[1] += 0.3
    let known = try Told(comparesPlaces: true, answers: [truth, near]).align(moving, to: fixed)
    #expect(known.verdict == .aligned && known.evidence.peakRatio < 0.8)
  }

  @Test func acrossContrastsInformationDecides() throws {
    let (fixed, moving, truth) = try pair(side: 200)
    let other = moving.mapSamples { 0.02 * ($0 - 120) * ($0 - 120) }
    let right = try Told(answers: [truth]).align(other, to: fixed)
    #expect(right.metric == .mutualInformation && right.verdict != .failed, "\(right.confidence)")
    let wrong = try Told(answers: [.identity]).align(other, to: fixed)
    #expect(wrong.verdict == .failed, "\(wrong.confidence)")
  }
}
