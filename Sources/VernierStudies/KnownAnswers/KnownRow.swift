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
