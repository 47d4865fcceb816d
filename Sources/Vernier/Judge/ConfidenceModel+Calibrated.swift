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
    .constant: -4.5222,
    .correlation: 0.2682,
    .information: 1.6432,
    .edges: -0.4659,
    .distinctness: 0.0809,
    .uniqueness: 1.8009,
    .thereAndBack: 0.3033,
    .overlap: -1.6905,
    .precision: 0.0286,
    .parts: 4.9454,
    .partEvidence: -0.0523,
    .partError: -2.8823,
    .elsewhere: -1.2473,
    .unlike: -22.6302,
  ])

  private static let contestedPlanes = ConfidenceModel(coefficients: [
    .constant: -10.0391,
    .correlation: -1.2810,
    .information: 0.6362,
    .edges: 0.8805,
    .distinctness: 1.3872,
    .uniqueness: 2.4830,
    .thereAndBack: 0.1733,
    .overlap: 11.7161,
    .precision: 0.0347,
    .parts: 2.2816,
    .partEvidence: -0.2913,
    .partError: -1.3802,
    .elsewhere: -1.1187,
    .unlike: -1.5051,
  ])

  private static let volumes = ConfidenceModel(coefficients: [
    .constant: -19.3453,
    .correlation: -0.4671,
    .information: 4.0044,
    .edges: 1.8464,
    .distinctness: 4.3506,
    .uniqueness: 0.2588,
    .thereAndBack: 0.0670,
    .overlap: 11.2420,
    .precision: 0.9312,
    .parts: -4.8084,
    .partEvidence: 0.2210,
    .partError: 1.6984,
    .elsewhere: 4.8095,
    .unlike: -30.8372,
  ])

  private static let contestedVolumes = ConfidenceModel(coefficients: [
    .constant: -10.5886,
    .correlation: -2.1290,
    .information: 1.1498,
    .edges: 2.6799,
    .distinctness: 2.1026,
    .uniqueness: -0.6565,
    .thereAndBack: 0.6389,
    .overlap: 1.2636,
    .precision: 0.7042,
    .parts: -2.5134,
    .partEvidence: -0.0805,
    .partError: -0.1352,
    .elsewhere: 1.2079,
    .unlike: -2.7090,
  ])
}
