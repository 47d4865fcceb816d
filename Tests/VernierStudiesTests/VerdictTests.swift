import FoundationEssentials
import Glibc
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

  /// A feature that only follows another, more telling one must not get a sign of its own.
  @Test func aFitKeepsTheSignsItIsGiven() {
    var random = SplitMix64(seed: 2)
    var (rows, outcomes): ([[Double]], [Bool]) = ([], [])
    for _ in 0..<2000 {
      let (telling, noise) = (Double.random(in: -1...1, using: &random), Double.random(in: -1...1, using: &random))
      // The second is right with the first in most, and against the outcome where both differ.
      rows.append([1, telling, telling + 0.4 * noise])
      outcomes.append(telling - 0.3 * noise + Double.random(in: -0.6...0.6, using: &random) > 0)
    }
    let free = LogisticFit(features: rows, outcomes: outcomes, ridge: 1).coefficients
    #expect(free[1] > 0 && free[2] < -0.5)
    let bounded = LogisticFit(
      features: rows, outcomes: outcomes, signs: [.any, .notNegative, .notNegative], ridge: 1
    ).coefficients
    #expect(bounded[1] > 0 && bounded[2] == 0)
    // What is left is the fit of the others alone.
    let alone = LogisticFit(features: rows.map { Array($0.prefix(2)) }, outcomes: outcomes, ridge: 1).coefficients
    #expect(abs(bounded[0] - alone[0]) < 1e-6 && abs(bounded[1] - alone[1]) < 1e-6)
    let negative = LogisticFit(
      features: rows, outcomes: outcomes, signs: [.any, .notPositive, .any], ridge: 1
    ).coefficients
    #expect(negative[1] == 0 && negative[2] > 0)
  }

  /// At the least cost the mean of a feature over the right ones is what the probabilities say, but for the ridge.
  @Test func aFitHasNoGradientLeft() {
    var random = SplitMix64(seed: 3)
    let rows = (0..<500).map { _ in
      [1, Double.random(in: 0...3, using: &random), Double.random(in: -2...9, using: &random)]
    }
    let outcomes = rows.map { 2 * $0[1] - $0[2] + Double.random(in: -2...2, using: &random) > 1 }
    let coefficients = LogisticFit(features: rows, outcomes: outcomes, ridge: 1e-9).coefficients
    for column in 0..<3 {
      let rest = zip(rows, outcomes).reduce(0) { sum, pair in
        let odds = zip(coefficients, pair.0).reduce(0) { $0 + $1.0 * $1.1 }
        return sum + (1 / (1 + exp(-odds)) - (pair.1 ? 1 : 0)) * pair.0[column]
      }
      #expect(abs(rest) < 1e-5)
    }
  }
}
