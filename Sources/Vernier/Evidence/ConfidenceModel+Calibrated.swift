extension ConfidenceModel {
  /// The model in use for images of a rank: written by `vernier study verdict`, whose tables are in `docs/verdict.md`.
  public static func calibrated(rank: Int) -> ConfidenceModel { rank == 2 ? planes : volumes }

  private static let planes = ConfidenceModel(coefficients: [
    -13.2151,  // constant
    -0.6072,  // NCC (Fisher z)
    -0.9218,  // information correlation (Fisher z)
    1.4119,  // edge agreement (Fisher z)
    0.9773,  // ln(1 + distinctness)
    9.2942,  // 1 − peak ratio
    0.4144,  // −ln(forward–backward / diagonal)
    14.2924,  // overlap, at most ½
    0.2209,  // error that is still right / corner deviation, at most 4
  ])

  private static let volumes = ConfidenceModel(coefficients: [
    -16.5264,  // constant
    -0.6670,  // NCC (Fisher z)
    2.0034,  // information correlation (Fisher z)
    1.8472,  // edge agreement (Fisher z)
    3.5740,  // ln(1 + distinctness)
    3.0223,  // 1 − peak ratio
    0.6432,  // −ln(forward–backward / diagonal)
    8.6969,  // overlap, at most ½
    0.5907,  // error that is still right / corner deviation, at most 4
  ])
}
