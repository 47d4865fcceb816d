extension ConfidenceModel {
  /// The coefficients in use.
  public static let calibrated = ConfidenceModel(coefficients: [-6, 1, 1, 4, 1, 1, 0.5, 1])
}
