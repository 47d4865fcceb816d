import FoundationEssentials
import Testing
import Vernier

@testable import VernierStudies

@Suite struct VerdictTests {
  @Test func theSourceOfAFitIsTheLibrarysFile() throws {
    let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let path = "\(root)/Sources/Vernier/Judge/ConfidenceModel+Calibrated.swift"
    let file = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    let cases = VerdictStudy.Fits.Case.all
    let fits = VerdictStudy.Fits(
      models: Dictionary(
        uniqueKeysWithValues: cases.map { ($0, .calibrated(rank: $0.rank, isContested: $0.isContested)) }))
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
    let coefficients = try #require(fits.models[.init(rank: 2, isContested: true)]?.coefficients)
    #expect(Set(coefficients.keys) == Set(features) && fits.models.count == 1)
    #expect(features.max { abs(coefficients[$0] ?? 0) < abs(coefficients[$1] ?? 0) } == .overlap)
    let confidences = outcomes.map { fits.confidence(of: $0) }
    #expect(confidences.allSatisfy { (0...0.9).contains($0) } && confidences.contains(0.9))
    #expect(zip(confidences, outcomes).count { ($0 > 0.5) == $1.right } > 225)
  }
}
