extension ConfidenceModel {
  /// The model in use for images of a rank: written by `vernier study verdict`, whose tables are in `docs/verdict.md`.
  public static func calibrated(rank: Int) -> ConfidenceModel { rank == 2 ? planes : volumes }

  private static let planes = ConfidenceModel(coefficients: [
    -13.2338,  // constant
    -1.0973,  // NCC (Fisher z)
    -1.5587,  // information correlation (Fisher z)
    2.1418,  // edge agreement (Fisher z)
    1.2631,  // ln(1 + distinctness)
    8.7031,  // 1 − peak ratio
    0.3888,  // −ln(forward–backward / diagonal)
    13.6599,  // overlap, at most ½
    0.4301,  // error that is still right / corner deviation, at most 4
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
