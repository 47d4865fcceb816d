extension ConfidenceModel {
  /// The model in use for images of a rank: written by `vernier study verdict`, whose tables are in `docs/verdict.md`.
  public static func calibrated(rank: Int) -> ConfidenceModel { rank == 2 ? planes : volumes }

  private static let planes = ConfidenceModel(coefficients: [
    -12.9195,  // constant
    -0.7100,  // NCC (Fisher z)
    -0.8369,  // information correlation (Fisher z)
    1.5238,  // edge agreement (Fisher z)
    0.9093,  // ln(1 + distinctness)
    8.8517,  // 1 − peak ratio
    0.4104,  // −ln(forward–backward / diagonal)
    13.7406,  // overlap, at most ½
    0.2359,  // error that is still right / corner deviation, at most 4
  ])

  private static let volumes = ConfidenceModel(coefficients: [
    -16.9870,  // constant
    -0.6418,  // NCC (Fisher z)
    2.1622,  // information correlation (Fisher z)
    1.7867,  // edge agreement (Fisher z)
    4.1871,  // ln(1 + distinctness)
    2.9226,  // 1 − peak ratio
    0.5897,  // −ln(forward–backward / diagonal)
    8.2110,  // overlap, at most ½
    0.6100,  // error that is still right / corner deviation, at most 4
  ])
}
