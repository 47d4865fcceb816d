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
    .constant: -5.2368,
    .correlation: 0.0000,
    .information: 1.3620,
    .edges: 0.0000,
    .distinctness: 0.0000,
    .uniqueness: 1.8280,
    .thereAndBack: 0.3283,
    .overlap: 0.0000,
    .precision: 0.0079,
    .parts: 4.4091,
    .likeliestParts: 0.0000,
    .partEvidence: 0.0000,
    .partError: -2.8545,
    .elsewhere: -1.2035,
    .unlike: -13.4244,
  ])

  private static let contestedPlanes = ConfidenceModel(coefficients: [
    .constant: -10.9960,
    .correlation: 0.0000,
    .information: 0.0000,
    .edges: 0.3053,
    .distinctness: 1.1558,
    .uniqueness: 2.4506,
    .thereAndBack: 0.1576,
    .overlap: 12.4104,
    .precision: 0.0250,
    .parts: 0.6524,
    .likeliestParts: 1.3407,
    .partEvidence: 0.0000,
    .partError: -1.4633,
    .elsewhere: -1.0340,
    .unlike: -0.6960,
  ])

  private static let volumes = ConfidenceModel(coefficients: [
    .constant: -16.1631,
    .correlation: 0.0000,
    .information: 2.9556,
    .edges: 1.9934,
    .distinctness: 2.9790,
    .uniqueness: 0.0000,
    .thereAndBack: 0.2347,
    .overlap: 6.5973,
    .precision: 0.6324,
    .parts: 0.0000,
    .likeliestParts: 0.0000,
    .partEvidence: 0.0000,
    .partError: 0.0000,
    .elsewhere: 0.0000,
    .unlike: -25.9755,
  ])

  private static let contestedVolumes = ConfidenceModel(coefficients: [
    .constant: -8.7810,
    .correlation: 0.0000,
    .information: 0.0000,
    .edges: 1.3517,
    .distinctness: 1.7569,
    .uniqueness: 0.0000,
    .thereAndBack: 0.2206,
    .overlap: 1.0683,
    .precision: 0.6027,
    .parts: 0.0000,
    .likeliestParts: 0.0000,
    .partEvidence: 0.0000,
    .partError: -0.0588,
    .elsewhere: 0.0000,
    .unlike: -4.3204,
  ])
}
