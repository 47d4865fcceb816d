/// The outcome of a registration: a transform, the evidence for it and a verdict.
public struct Alignment<let rank: Int>: Sendable {
  /// The whole map, fixed point to moving point, physical coordinates.
  public var transform: Transform<rank>
  /// The model that was asked for; of a deformation that of the linear part.
  public var model: TransformModel
  /// What is known of the deformation in ``transform``; nil where none was asked for or the linear alignment failed.
  public var deformation: DeformationEvidence?
  /// The methods that made it, joined by `+`; `given` where the transform came from elsewhere.
  public var method: String
  /// Whether a deformation was asked for.
  public var isDeformable: Bool = false
  /// The steps that both images went through before, by name; see ``Registration/prepare``.
  public var prepare: [String] = []
  /// The similarity that the refinement maximised.
  public var metric: Metric
  public var evidence: Evidence
  public var verdict: Verdict
  /// The probability, calibrated on measured pairs, that the transform is right: 0…1. See ``ConfidenceModel``.
  public var confidence: Double
  /// The time of the alignment alone, without files.
  public var seconds: Double

  /// The linear part of ``transform``: of an answer that was found here written about the fixed image's centre.
  public var linear: Affine<rank> { transform.linear }
}
