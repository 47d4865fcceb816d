import Glibc
import Vernier

/// Where a wrong registration goes wrong: each metric with the search, and from the answer itself.
struct Diagnosis: Sendable {
  /// How one registration ended.
  struct Ending: Sendable {
    /// The distance from the answer; infinite when there is no result.
    var error: Double
    /// What was maximised, see ``init(error:alignment:)``; 0 when there is no result.
    var score: Double
  }

  struct Trial: Sendable {
    var metric: Metric
    /// Search and refinement with this metric.
    var searched: Ending
    /// Refinement from the best answer that the model can give.
    var fromAnswer: Ending

    func holds(_ tolerance: Double) -> Bool { fromAnswer.error <= tolerance }
    /// Whether the metric scores the wrong place above the answer.
    var prefersOther: Bool { searched.score > fromAnswer.score }
  }

  var trials: [Trial]
  var tolerance: Double

  /// In words: what would have had to be otherwise.
  var cause: String {
    let found = trials.filter { $0.searched.error <= tolerance }
    guard found.isEmpty else { return "choice of metric: \(Self.list(found)) finds it" }
    let held = trials.filter { $0.holds(tolerance) }
    guard !held.isEmpty else { return "metric: none stays at the answer" }
    let missed = held.filter { !$0.prefersOther }
    guard missed.isEmpty else { return "search: \(Self.list(missed)) would score the answer higher" }
    return "metric: \(Self.list(held)) stays, but scores the wrong place higher"
  }

  private static func list(_ trials: [Trial]) -> String { trials.map(\.metric.name).joined(separator: ", ") }
}

extension Diagnosis.Ending {
  /// The score is Fisher's z of the metric's own correlation times the square root of the overlap, as the refinement
  /// compares candidates; for gradient fields the edge agreement stands in.
  init<let rank: Int>(error: Double, alignment: Alignment<rank>?) {
    self.error = error
    guard let evidence = alignment?.evidence, let metric = alignment?.metric else {
      score = 0
      return
    }
    let correlation =
      switch metric {
      case .gradientFields: max(evidence.edgeAgreement, 0)
      case .mutualInformation: evidence.informationCorrelation
      default: abs(evidence.similarityAfter)
      }
    score = atanh(min(correlation, 0.999_999)) * evidence.overlap.squareRoot()
  }
}
