extension ConfidenceModel {
  /// The model in use for images of a rank: written by `vernier-studies verdict`, whose tables are in
  /// `docs/verdict.md`.
  public static func calibrated(rank: Int) -> ConfidenceModel { rank == 2 ? planes : volumes }

  private static let planes = ConfidenceModel(coefficients: [
    .constant: -12.9682,
    .correlation: -0.7203,
    .information: -0.8292,
    .edges: 1.5388,
    .distinctness: 0.9078,
    .uniqueness: 8.9019,
    .thereAndBack: 0.4107,
    .overlap: 13.8127,
    .precision: 0.2317,
  ])

  private static let volumes = ConfidenceModel(coefficients: [
    .constant: -17.0378,
    .correlation: -0.6369,
    .information: 2.1857,
    .edges: 1.7698,
    .distinctness: 4.2867,
    .uniqueness: 2.8744,
    .thereAndBack: 0.5799,
    .overlap: 8.1755,
    .precision: 0.6094,
  ])
}
