extension ConfidenceModel {
  /// The model in use for images of a rank: written by `vernier study verdict`, whose tables are in `docs/verdict.md`.
  public static func calibrated(rank: Int) -> ConfidenceModel { rank == 2 ? planes : volumes }

  private static let planes = ConfidenceModel(coefficients: [
    -13.1494,  // constant
    -0.6088,  // NCC (Fisher z)
    -0.8944,  // information correlation (Fisher z)
    1.4139,  // edge agreement (Fisher z)
    0.9634,  // ln(1 + distinctness)
    9.2267,  // 1 − peak ratio
    0.4148,  // −ln(forward–backward / diagonal)
    14.1243,  // overlap, at most ½
    0.2244,  // error that is still right / corner deviation, at most 4
  ])

  private static let volumes = ConfidenceModel(coefficients: [
    -16.7292,  // constant
    -0.6719,  // NCC (Fisher z)
    2.0682,  // information correlation (Fisher z)
    1.6997,  // edge agreement (Fisher z)
    3.9935,  // ln(1 + distinctness)
    3.0015,  // 1 − peak ratio
    0.6362,  // −ln(forward–backward / diagonal)
    8.4055,  // overlap, at most ½
    0.5831,  // error that is still right / corner deviation, at most 4
  ])
}
