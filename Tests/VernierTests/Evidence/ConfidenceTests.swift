import Testing

@testable import Vernier

@Suite struct ConfidenceTests {
  private func evidence(distinctness: Double, forwardBackward: Double, overlap: Double = 1) -> Evidence {
    Evidence(
      overlap: overlap, coverage: overlap, similarityBefore: 0.5, similarityAfter: 0.98, informationCorrelation: 0.95,
      edgeAgreement: 0.99,
      distinctness: distinctness,
      blocks: BlockAgreement(
        share: 1, leastShare: 0.9, evidence: 60, count: 40, cornerError: 0.1, trendEvidence: 60),
      rivalAgreement: 0, peakRatio: 0, rival: nil, forwardBackward: forwardBackward, covariance: nil,
      cornerDeviation: 0.4, stopReason: .converged, iterations: 10)
  }

  @Test func theCeilingIsLowerForAFrameAlone() throws {
    let grid = try Grid<2>(size: [640, 530])
    #expect(VerdictRules.ceiling(evidence(distinctness: 2, forwardBackward: 22), on: grid) == 0.9)
    #expect(VerdictRules.ceiling(evidence(distinctness: 12, forwardBackward: 22), on: grid) == 1)
    #expect(VerdictRules.ceiling(evidence(distinctness: 2, forwardBackward: 5), on: grid) == 1)
    let volume = try Grid<3>(size: [640, 530, 20])
    #expect(VerdictRules.ceiling(evidence(distinctness: 2, forwardBackward: 22), on: volume) == 1)
  }

  @Test func theCeilingIsLowerForAFewSamples() throws {
    let grid = try Grid<2>(size: [32, 32])
    #expect(VerdictRules.ceiling(evidence(distinctness: 9, forwardBackward: 0, overlap: 0.05), on: grid) == 0.9)
    #expect(VerdictRules.ceiling(evidence(distinctness: 9, forwardBackward: 0, overlap: 0.07), on: grid) == 1)
  }

  @Test func theConfidenceKeepsBelowTheCeiling() throws {
    let grid = try Grid<2>(size: [640, 530])
    let (steady, turning) = (
      evidence(distinctness: 2, forwardBackward: 15), evidence(distinctness: 2, forwardBackward: 22)
    )
    #expect(VerdictRules.confidence(in: steady, on: grid) > VerdictRules.alignedFrom)
    #expect((0...0.9).contains(VerdictRules.confidence(in: turning, on: grid)))
  }

  @Test func picturesThatMatchBesideTheirPlacesAreNotFailed() throws {
    func confidence<let rank: Int>(on grid: Grid<rank>, _ change: (inout Evidence) -> Void = { _ in }) -> Double {
      var evidence = evidence(distinctness: 0.5, forwardBackward: 40)
      (evidence.similarityAfter, evidence.informationCorrelation, evidence.edgeAgreement) = (0.4, 0.4, 0.2)
      (evidence.blocks.leastShare, evidence.blocks.share) = (0.1, 0.2)
      (evidence.blocks.cornerError, evidence.blocks.evidence, evidence.blocks.trendEvidence) = (12, 8, 60)
      change(&evidence)
      return VerdictRules.confidence(in: evidence, on: grid)
    }
    let grid = try Grid<2>(size: [300, 300])
    #expect(confidence(on: grid) == 0.6)
    #expect(confidence(on: grid) { $0.rivalAgreement = 0.6 } < VerdictRules.failedBelow)
    #expect(confidence(on: grid) { $0.blocks.trendEvidence = 29 } < VerdictRules.failedBelow)
    #expect(try confidence(on: Grid<3>(size: [300, 300, 300])) < VerdictRules.failedBelow)
  }

  @Test func eachObjectionBoundsTheConfidence() throws {
    let grid = try Grid<2>(size: [200, 200])
    func objections(_ change: (inout Evidence) -> Void) -> [VerdictReason] {
      var evidence = evidence(distinctness: 9, forwardBackward: 0)
      change(&evidence)
      return VerdictRules.objections(to: evidence, on: grid)
    }
    #expect(objections { _ in } == [])
    #expect(objections { $0.isMirrored = true } == [.mirrored])
    #expect(
      objections {
        $0.blocks.evidence = 1
        $0.blocks.trendEvidence = 1
      } == [.partsDisagree])
    // Together beside their places, but near enough: right as far as it goes.
    #expect(objections { $0.blocks.evidence = 1 } == [])
    #expect(objections { $0.blocks.share = 0.6 } == [.fewPartsAgree(share: 0.6)])
    #expect(
      objections {
        $0.blocks.cornerError = 4
        $0.blocks.trendEvidence = 90
        $0.blocks.remainder = .curved
      } == [.remainder(.curved, error: 4)])
    // No more than chance gives a trend.
    #expect(objections { $0.blocks.cornerError = 4 } == [])
    #expect(objections { $0.rivalAgreement = 0.6 } == [.anotherPlace])
    #expect(objections { $0.blocks.unlikeShare = 0.2 } == [.unlikeParts(share: 0.2)])
    let gravest = objections {
      $0.isMirrored = true
      $0.rivalAgreement = 1
    }
    #expect(gravest == [.mirrored, .anotherPlace] && gravest.map(\.ceiling) == [0.45, 0.9])
  }

  @Test func theReasonIsWhatSpeaksMostAgainstIt() throws {
    let grid = try Grid<2>(size: [200, 200])
    func reason(_ verdict: Verdict, _ change: (inout Evidence) -> Void = { _ in }) -> VerdictReason? {
      var evidence = evidence(distinctness: 9, forwardBackward: 0)
      change(&evidence)
      let alignment = Alignment<2>(
        transform: .identity, model: .rigid, method: "search+refine", metric: .crossCorrelation, evidence: evidence,
        verdict: verdict, confidence: verdict == .aligned ? 0.99 : 0.6, seconds: 0)
      return VerdictRules.reason(against: alignment, on: grid)
    }
    #expect(reason(.aligned) { $0.rivalAgreement = 1 } == nil)
    #expect(reason(.doubtful) { $0.rivalAgreement = 1 } == .anotherPlace)
    #expect(reason(.doubtful) { $0.peakRatio = 0.95 } == .ambiguous)
    #expect(reason(.failed) == .weak)
  }

  @Test func theErrorBoundKnowsOfTheModelsError() {
    func bound<let rank: Int>(_: Image<rank>.Type, _ change: (inout Evidence) -> Void) -> Double? {
      var evidence = evidence(distinctness: 9, forwardBackward: 0.5)
      evidence.blocks.cornerError = nil
      change(&evidence)
      return Alignment<rank>(
        transform: .identity, model: .rigid, method: "search+refine", metric: .crossCorrelation, evidence: evidence,
        verdict: .aligned, confidence: 0.99, seconds: 0
      ).errorBound
    }
    let narrow = bound(Image<2>.self) { _ in } ?? 0
    #expect(narrow > 0.5)
    #expect(bound(Image<2>.self) { $0.blocks.cornerError = 5 } == narrow + 5)
    // In space chance alone shows some millimetres.
    #expect(bound(Image<3>.self) { $0.blocks.cornerError = 5 } == narrow)
    let clear = bound(Image<3>.self) {
      $0.blocks.cornerError = 5
      $0.blocks.trendEvidence = $0.blocks.evidence + 31
    }
    #expect(clear == narrow + 5)
    #expect(bound(Image<2>.self) { $0.cornerDeviation = nil } == nil)
  }
}
