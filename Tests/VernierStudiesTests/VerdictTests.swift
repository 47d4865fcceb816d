import FoundationEssentials
import Testing
import Vernier

@testable import VernierStudies

@Suite struct VerdictTests {
  @Test func theSourceOfAFitIsTheLibrarysFile() throws {
    let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let path = "\(root)/Sources/Vernier/Judge/ConfidenceModel+Calibrated.swift"
    let file = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    let fits = VerdictStudy.Fits(planes: .calibrated(rank: 2), volumes: .calibrated(rank: 3))
    #expect(fits.source == file)
  }

  @Test func aFitGivesEachFeatureItsOwnCoefficient() throws {
    let features = ConfidenceModel.Feature.allCases
    let telling = try #require(features.firstIndex(of: .overlap))
    var random = SplitMix64(seed: 1)
    let outcomes = (0..<300).map { _ in
      let values = features.map { $0 == .constant ? 1 : Double.random(in: -1...1, using: &random) }
      let isRight = values[telling] + Double.random(in: -0.5...0.5, using: &random) > 0
      return VerdictStudy.Outcome(
        kind: "drawn", path: "default", rank: 2, features: values, ceiling: 0.9, right: isRight,
        verdict: { _ in .doubtful })
    }
    let fits = VerdictStudy.Fits(outcomes)
    let coefficients = try #require(fits.planes?.coefficients)
    #expect(Set(coefficients.keys) == Set(features) && fits.volumes == nil)
    #expect(features.max { abs(coefficients[$0] ?? 0) < abs(coefficients[$1] ?? 0) } == .overlap)
    let confidences = outcomes.map { fits.confidence(of: $0) }
    #expect(confidences.allSatisfy { (0...0.9).contains($0) } && confidences.contains(0.9))
    #expect(zip(confidences, outcomes).count { ($0 > 0.5) == $1.right } > 225)
  }
}
