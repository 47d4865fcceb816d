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
    .constant: -6.6540,
    .correlation: 0.2930,
    .information: 1.5518,
    .edges: -0.4262,
    .distinctness: 0.1660,
    .uniqueness: 1.5454,
    .thereAndBack: 0.3495,
    .overlap: 0.4906,
    .precision: 0.0200,
    .parts: 6.2747,
    .partEvidence: -0.1719,
    .partError: -2.8004,
    .elsewhere: -0.7879,
    .unlike: -3.2901,
  ])

  private static let contestedPlanes = ConfidenceModel(coefficients: [
    .constant: -9.7247,
    .correlation: -1.3537,
    .information: 0.8445,
    .edges: 0.8781,
    .distinctness: 1.3217,
    .uniqueness: 2.5579,
    .thereAndBack: 0.1873,
    .overlap: 10.9894,
    .precision: 0.0309,
    .parts: 2.4306,
    .partEvidence: -0.3389,
    .partError: -1.3113,
    .elsewhere: -1.1175,
    .unlike: -1.6005,
  ])

  private static let volumes = ConfidenceModel(coefficients: [
    .constant: -18.2346,
    .correlation: -0.3469,
    .information: 3.7813,
    .edges: 2.1666,
    .distinctness: 4.7343,
    .uniqueness: 0.1078,
    .thereAndBack: -0.0009,
    .overlap: 11.0902,
    .precision: 0.8579,
    .parts: -5.6538,
    .partEvidence: 0.1515,
    .partError: 1.8369,
    .elsewhere: 4.2810,
    .unlike: -13.7336,
  ])

  private static let contestedVolumes = ConfidenceModel(coefficients: [
    .constant: -10.8740,
    .correlation: -2.1790,
    .information: 1.8413,
    .edges: 2.9987,
    .distinctness: 2.1720,
    .uniqueness: -2.4445,
    .thereAndBack: 0.6299,
    .overlap: 1.3223,
    .precision: 0.7640,
    .parts: -3.2946,
    .partEvidence: 0.0042,
    .partError: -0.4136,
    .elsewhere: 0.5034,
    .unlike: 0.1557,
  ])
}
