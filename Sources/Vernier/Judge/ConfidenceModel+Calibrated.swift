extension ConfidenceModel {
  /// The model in use: written by `vernier-studies verdict`, whose tables are in `docs/verdict.md`.
  ///
  /// - Parameters:
  ///   - rank: the images'.
  ///   - isContested: whether one of the rules objects, see ``VerdictRules/objections(to:on:)``.
  public static func calibrated(rank: Int, isContested: Bool) -> ConfidenceModel {
    rank == 2 ? isContested ? contestedPlanes : planes : isContested ? contestedVolumes : volumes
  }

  private static let planes = ConfidenceModel(coefficients: [
    .constant: -3.6956,
    .correlation: 0.1038,
    .information: 1.4231,
    .edges: -0.4996,
    .distinctness: 0.1558,
    .uniqueness: 1.4043,
    .thereAndBack: 0.3867,
    .overlap: -0.8909,
    .precision: 0.0920,
    .parts: 3.1378,
    .partEvidence: -0.0293,
    .partError: -2.7855,
    .elsewhere: -1.1052,
    .unlike: -4.1571,
  ])

  private static let contestedPlanes = ConfidenceModel(coefficients: [
    .constant: -4.5766,
    .correlation: -0.7603,
    .information: 1.5903,
    .edges: -0.2933,
    .distinctness: 0.6839,
    .uniqueness: 0.8249,
    .thereAndBack: 0.1213,
    .overlap: 5.5462,
    .precision: -0.1714,
    .parts: 1.3304,
    .partEvidence: -0.0887,
    .partError: -1.7804,
    .elsewhere: -1.3159,
    .unlike: -0.5720,
  ])

  private static let volumes = ConfidenceModel(coefficients: [
    .constant: -18.3607,
    .correlation: -0.3509,
    .information: 3.7588,
    .edges: 2.1390,
    .distinctness: 4.6627,
    .uniqueness: 0.1149,
    .thereAndBack: 0.0053,
    .overlap: 10.6696,
    .precision: 0.8974,
    .parts: -5.3968,
    .partEvidence: 0.1706,
    .partError: 1.7806,
    .elsewhere: 4.2667,
    .unlike: -13.5394,
  ])

  private static let contestedVolumes = ConfidenceModel(coefficients: [
    .constant: -10.0477,
    .correlation: -2.5710,
    .information: 3.4131,
    .edges: 2.5547,
    .distinctness: 3.3880,
    .uniqueness: -0.8311,
    .thereAndBack: 0.4841,
    .overlap: 3.3899,
    .precision: 0.4557,
    .parts: -4.2476,
    .partEvidence: -0.3507,
    .partError: -0.7778,
    .elsewhere: 0.2296,
    .unlike: -0.3530,
  ])
}
