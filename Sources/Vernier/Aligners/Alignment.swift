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
  /// The deformation that was asked for; nil where none was.
  public var deformationModel: DeformationModel?
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

extension Alignment {
  /// The mean distance at the corners, in physical units, below which the error of 95 of 100 right answers lies; nil
  /// where the images do not determine the transform.
  ///
  ///     2 s + e + b
  ///
  /// with s the corner deviation, which knows of noise alone, e the corner error that the parts show, which knows of the
  /// model's error, and b the distance after going there and back. In space e counts only where the parts say it clearly:
  /// their samples are coarse there, and chance alone shows some millimetres. How often it held is in `docs/verdict.md`.
  public var errorBound: Double? {
    guard let deviation = evidence.cornerDeviation, deviation.isFinite else { return nil }
    let shown = rank == 2 || evidence.blocks.showsTrend(rank: rank) ? evidence.blocks.cornerError ?? 0 : 0
    return 2 * deviation + shown + evidence.forwardBackward
  }
}
