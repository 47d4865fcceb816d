import Vernier

/// A pair of pictures or volumes whose answer is known, as the verdict's study draws it.
struct VerdictPair<let rank: Int>: Sendable {
  var fixed: Image<rank>
  var moving: Image<rank>
  /// Fixed point to moving point; nil where the two cannot match.
  var truth: Transform<rank>?
  var model: TransformModel
  /// What kind of pair it is, for the table.
  var kind: String

  /// Whether a transform is right: its mean corner error is at most 2 samples or 3 % of the longest side, whichever is
  /// more.
  func isRight(_ transform: Affine<rank>) -> Bool {
    guard let truth else { return false }
    return truth.cornerDistance(to: transform, on: fixed.grid) <= VerdictRules.largestRightError(on: fixed.grid)
  }
}
