extension ConfidenceModel {
  /// The model in use for images of a rank: written by `vernier study verdict`, whose tables are in `docs/verdict.md`.
  public static func calibrated(rank: Int) -> ConfidenceModel { rank == 2 ? planes : volumes }

  private static let planes = ConfidenceModel(coefficients: [
    -13.1701,  // constant
    -0.6084,  // NCC (Fisher z)
    -0.8771,  // information correlation (Fisher z)
    1.4128,  // edge agreement (Fisher z)
    0.9405,  // ln(1 + distinctness)
    9.2157,  // 1 − peak ratio
    0.4183,  // −ln(forward–backward / diagonal)
    14.1729,  // overlap, at most ½
    0.2286,  // error that is still right / corner deviation, at most 4
  ])

  private static let volumes = ConfidenceModel(coefficients: [
    -15.3790,  // constant
    -0.9813,  // NCC (Fisher z)
    1.8386,  // information correlation (Fisher z)
    1.7763,  // edge agreement (Fisher z)
    3.9329,  // ln(1 + distinctness)
    1.3735,  // 1 − peak ratio
    0.7344,  // −ln(forward–backward / diagonal)
    6.0009,  // overlap, at most ½
    0.5711,  // error that is still right / corner deviation, at most 4
  ])
}
