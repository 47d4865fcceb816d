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
    let model = ConfidenceModel.calibrated(rank: 2)
    let (steady, turning) = (
      evidence(distinctness: 2, forwardBackward: 15), evidence(distinctness: 2, forwardBackward: 22)
    )
    #expect(VerdictRules.confidence(in: steady, on: grid) > VerdictRules.alignedFrom)
    #expect(model.probability(of: turning, on: grid) > VerdictRules.alignedFrom)
    #expect(VerdictRules.confidence(in: turning, on: grid) == 0.9)
  }
}
