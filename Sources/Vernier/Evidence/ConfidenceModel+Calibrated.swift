extension ConfidenceModel {
  /// The model in use for images of a rank: written by `vernier study verdict`, whose tables are in `docs/verdict.md`.
  public static func calibrated(rank: Int) -> ConfidenceModel { rank == 2 ? planes : volumes }

  private static let planes = ConfidenceModel(coefficients: [
    -16.3237,  // constant
    -0.2501,  // NCC (Fisher z)
    -0.3026,  // information correlation (Fisher z)
    1.7745,  // edge agreement (Fisher z)
    3.3448,  // ln(1 + distinctness)
    11.7977,  // 1 − peak ratio
    0.6622,  // −ln(forward–backward / diagonal)
    12.3219,  // overlap, at most ½
  ])

  private static let volumes = ConfidenceModel(coefficients: [
    -18.0965,  // constant
    -0.7698,  // NCC (Fisher z)
    2.4331,  // information correlation (Fisher z)
    1.9923,  // edge agreement (Fisher z)
    4.0286,  // ln(1 + distinctness)
    1.1475,  // 1 − peak ratio
    0.8373,  // −ln(forward–backward / diagonal)
    12.1584,  // overlap, at most ½
  ])
}
