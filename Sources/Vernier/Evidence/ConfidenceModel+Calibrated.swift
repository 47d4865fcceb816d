extension ConfidenceModel {
  /// The model in use for images of a rank: written by `vernier-studies verdict`, whose tables are in `docs/verdict.md`.
  public static func calibrated(rank: Int) -> ConfidenceModel { rank == 2 ? planes : volumes }

  private static let planes = ConfidenceModel(coefficients: [
    -12.9682,  // constant
    -0.7203,  // NCC (Fisher z)
    -0.8292,  // information correlation (Fisher z)
    1.5388,  // edge agreement (Fisher z)
    0.9078,  // ln(1 + distinctness)
    8.9019,  // 1 − peak ratio
    0.4107,  // −ln(forward–backward / diagonal)
    13.8127,  // overlap, at most ½
    0.2317,  // error that is still right / corner deviation, at most 4
  ])

  private static let volumes = ConfidenceModel(coefficients: [
    -17.0378,  // constant
    -0.6369,  // NCC (Fisher z)
    2.1857,  // information correlation (Fisher z)
    1.7698,  // edge agreement (Fisher z)
    4.2867,  // ln(1 + distinctness)
    2.8744,  // 1 − peak ratio
    0.5799,  // −ln(forward–backward / diagonal)
    8.1755,  // overlap, at most ½
    0.6094,  // error that is still right / corner deviation, at most 4
  ])
}
