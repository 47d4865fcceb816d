extension ConfidenceModel {
  /// The model in use for images of a rank: written by `vernier study verdict`, whose tables are in `docs/verdict.md`.
  public static func calibrated(rank: Int) -> ConfidenceModel { rank == 2 ? planes : volumes }

  private static let planes = ConfidenceModel(coefficients: [
    -14.9971,  // constant
    -0.9644,  // NCC (Fisher z)
    0.1787,  // information correlation (Fisher z)
    1.8362,  // edge agreement (Fisher z)
    2.2881,  // ln(1 + distinctness)
    12.7171,  // 1 − peak ratio
    0.7829,  // −ln(forward–backward / diagonal)
    10.8168,  // overlap, at most ½
    0.0,  // error that is still right / corner deviation, at most 4
  ])

  private static let volumes = ConfidenceModel(coefficients: [
    -18.0911,  // constant
    -0.7711,  // NCC (Fisher z)
    2.4355,  // information correlation (Fisher z)
    1.9921,  // edge agreement (Fisher z)
    4.0305,  // ln(1 + distinctness)
    1.1570,  // 1 − peak ratio
    0.8355,  // −ln(forward–backward / diagonal)
    12.1562,  // overlap, at most ½
    0.0,  // error that is still right / corner deviation, at most 4
  ])
}
