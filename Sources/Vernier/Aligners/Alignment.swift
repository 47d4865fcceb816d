/// The outcome of a registration: a transform, the evidence for it and a verdict.
public struct Alignment<let rank: Int>: Sendable {
  /// Fixed point to moving point, physical coordinates, written about the fixed image's centre.
  public var transform: Affine<rank>
  public var model: TransformModel
  /// The free-form deformation that goes before ``transform``, where one was asked for and the linear alignment did not fail.
  public var deformation: Deformation<rank>?
  /// The aligners that made it, joined by `+`.
  public var method: String
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
}

extension Alignment {
  /// Whether the chain of methods ends in a free-form deformation.
  public var isFreeForm: Bool { method.split(separator: "+").last == FreeForm.methodName[...] }
}

/// Whether to believe an alignment.
public enum Verdict: String, Sendable {
  case aligned, doubtful, failed
}

/// A measure of how well two images agree; what a refinement maximises.
public enum Metric: String, Sendable, CaseIterable {
  /// Mean squared difference (negated): one scanner, one exposure.
  case meanSquares = "mse"
  /// Normalized cross-correlation: up to gain and offset.
  case crossCorrelation = "ncc"
  /// Mutual information (Mattes et al. 2003): any relation of the intensities, monotone or not.
  case mutualInformation = "mi"
  /// Normalized gradient fields (Haber and Modersitzki 2006): edges in the same places.
  case gradientFields = "ngf"
}
