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
    .constant: -6.6152,
    .correlation: 0.2926,
    .information: 1.4887,
    .edges: -0.4028,
    .distinctness: 0.1602,
    .uniqueness: 1.4329,
    .thereAndBack: 0.3610,
    .overlap: 0.6219,
    .precision: 0.0231,
    .parts: 6.1004,
    .partEvidence: -0.1546,
    .partError: -2.7557,
    .elsewhere: -0.9178,
    .unlike: -3.4085,
  ])

  private static let contestedPlanes = ConfidenceModel(coefficients: [
    .constant: -9.6899,
    .correlation: -1.2889,
    .information: 0.7465,
    .edges: 0.8929,
    .distinctness: 1.2747,
    .uniqueness: 2.5467,
    .thereAndBack: 0.2009,
    .overlap: 10.9396,
    .precision: 0.0308,
    .parts: 2.3774,
    .partEvidence: -0.3217,
    .partError: -1.3844,
    .elsewhere: -1.1427,
    .unlike: -1.5215,
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
