extension ConfidenceModel {
  /// The model in use for images of a rank: written by `vernier study verdict`, whose tables are in `docs/verdict.md`.
  public static func calibrated(rank: Int) -> ConfidenceModel { rank == 2 ? planes : volumes }

  private static let planes = ConfidenceModel(coefficients: [
    -13.1876,  // constant
    -0.6345,  // NCC (Fisher z)
    -0.8149,  // information correlation (Fisher z)
    1.3947,  // edge agreement (Fisher z)
    0.9582,  // ln(1 + distinctness)
    9.2950,  // 1 − peak ratio
    0.4102,  // −ln(forward–backward / diagonal)
    14.3382,  // overlap, at most ½
    0.2040,  // error that is still right / corner deviation, at most 4
  ])

  private static let volumes = ConfidenceModel(coefficients: [
    -17.6630,  // constant
    -0.6203,  // NCC (Fisher z)
    2.1848,  // information correlation (Fisher z)
    1.6928,  // edge agreement (Fisher z)
    4.1904,  // ln(1 + distinctness)
    2.8416,  // 1 − peak ratio
    0.6081,  // −ln(forward–backward / diagonal)
    9.9514,  // overlap, at most ½
    0.5787,  // error that is still right / corner deviation, at most 4
  ])
}
