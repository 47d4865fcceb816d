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
    .constant: -6.6437,
    .correlation: 0.3006,
    .information: 1.5710,
    .edges: -0.4405,
    .distinctness: 0.1674,
    .uniqueness: 1.5910,
    .thereAndBack: 0.3446,
    .overlap: 0.3854,
    .precision: 0.0180,
    .parts: 6.3132,
    .partEvidence: -0.1692,
    .partError: -2.8265,
    .elsewhere: -0.7199,
    .unlike: -3.2441,
  ])

  private static let contestedPlanes = ConfidenceModel(coefficients: [
    .constant: -9.7199,
    .correlation: -1.3552,
    .information: 0.8604,
    .edges: 0.8712,
    .distinctness: 1.3316,
    .uniqueness: 2.5735,
    .thereAndBack: 0.1793,
    .overlap: 11.0092,
    .precision: 0.0322,
    .parts: 2.4459,
    .partEvidence: -0.3392,
    .partError: -1.3206,
    .elsewhere: -1.1319,
    .unlike: -1.6107,
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
