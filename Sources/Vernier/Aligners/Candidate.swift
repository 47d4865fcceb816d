/// A transform that an aligner proposes, with what it knows of it.
public struct Candidate<let rank: Int>: Sendable {
  /// Fixed point to moving point, physical coordinates.
  public var transform: Transform<rank>
  /// The similarity that the aligner itself maximises; larger is better. Comparable among the candidates
  /// of one aligner only.
  public var score: Double
  /// Iterations spent on it so far, over all aligners of the chain.
  public var iterations: Int
  public var stopReason: StopReason
  /// The similarity that a refinement maximised; nil where the transform was only searched.
  public var metric: Metric?
  /// The standard deviation that the aligner itself expects at the fixed image's corners, physical units; nil where it
  /// says nothing.
  public var cornerDeviation: Double?
  /// What is known of the deformation in ``transform``, where one was found.
  public var deformation: DeformationEvidence?

  public init(
    transform: some SpatialTransform<Vector<rank>>, score: Double, iterations: Int = 0,
    stopReason: StopReason = .searched, metric: Metric? = nil, cornerDeviation: Double? = nil
  ) {
    self.transform = Transform(transform)
    self.score = score
    self.iterations = iterations
    self.stopReason = stopReason
    self.metric = metric
    self.cornerDeviation = cornerDeviation
  }

  /// The linear part of ``transform``.
  public var linear: Affine<rank> { transform.linear }
}

/// Why an aligner stopped.
public enum StopReason: String, Sendable {
  /// The search ended; there was nothing to iterate.
  case searched
  /// The step fell below the tolerance.
  case converged
  /// The similarity could not be improved along the search direction.
  case noImprovement = "no further improvement"
  case iterationLimit = "iteration limit"
  /// The overlap fell below what can be compared.
  case lostOverlap = "lost overlap"
  /// The equations of the step were singular: the images do not determine the model.
  case undetermined
  /// The transform was given; nobody looked for another.
  case given
}
