import Vernier

/// One registration beside its known answer: a line of a table.
struct KnownRow: Sendable {
  var name: String
  /// What a summary puts together, such as a modality.
  var group: String
  var model: TransformModel
  var method: String
  var metric: String
  /// The distance from the answer in the data set's unit; infinite when nothing was found.
  var error: Double
  /// The error of the best transform of this model; nil where there is no such thing.
  var floor: Double?
  /// What is still right.
  var tolerance: Double
  var verdict: Verdict
  var confidence: Double
  var seconds: Double
  /// The data set's further columns.
  var extra: [String]
  /// Why it failed; nil where it did not.
  var diagnosis: Diagnosis?

  var isRight: Bool { error <= tolerance }
}

/// Where a wrong registration goes wrong: each metric with the search, and from the answer itself.
struct Diagnosis: Sendable {
  struct Trial: Sendable {
    var metric: Metric
    /// The error after search and refinement with this metric.
    var searched: Double
    /// The error after refinement from the best answer that the model can give.
    var fromAnswer: Double
  }

  var trials: [Trial]
  var tolerance: Double

  /// In words: what would have had to be otherwise.
  var cause: String {
    let found = trials.filter { $0.searched <= tolerance }
    guard found.isEmpty else {
      return "the choice of metric: \(Self.list(found)) finds it"
    }
    let held = trials.filter { $0.fromAnswer <= tolerance }
    guard held.isEmpty else { return "the search: \(Self.list(held)) stays at the answer" }
    return "the metric: none stays at the answer"
  }

  private static func list(_ trials: [Trial]) -> String { trials.map(\.metric.rawValue).joined(separator: ", ") }
}
