extension ConfidenceModel {
  /// The coefficients in use: written by `vernier study verdict`, whose table is in `docs/verdict.md`.
  public static func calibrated(rank: Int) -> ConfidenceModel {
    ConfidenceModel(coefficients: [
      -29.0359,  // constant
      -1.0346,  // NCC (Fisher z)
      -0.5177,  // information correlation (Fisher z)
      2.5857,  // edge agreement (Fisher z)
      3.4547,  // ln(1 + distinctness)
      7.1933,  // 1 − peak ratio
      1.0266,  // −ln(forward–backward / diagonal)
      35.0753,  // overlap, at most ½
    ])
  }
}
