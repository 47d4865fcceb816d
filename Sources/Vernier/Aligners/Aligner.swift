/// A method of registration: takes a fixed and a moving image, returns an alignment.
///
/// A global search, a local refinement, keypoints with RANSAC and a learned network are all aligners, so that they chain
/// (`search+refine`), are compared in one table and share one command line.
public protocol Aligner: Sendable {
  /// What the command line and the evidence call this method.
  var name: String { get }
  /// The transforms among which it looks.
  var model: TransformModel { get }
  /// Threads to use at most. Results do not depend on it.
  var threads: Int { get }
  /// Whether padding, where it is recognised, is masked before this method sees the images; true unless stated.
  var leavesOutPadding: Bool { get }
  /// Whether it looks at many places and so knows of rivals, or leaves that to what follows; true unless stated. Where false, rivals are looked for when
  /// the answer is judged.
  var comparesPlaces: Bool { get }

  /// Proposes how `moving` lies on `fixed`.
  ///
  /// - Parameters:
  ///   - moving: the image that is brought onto the other.
  ///   - fixed: the image that stays.
  ///   - candidates: where to start, best first; empty means that nothing is known and the images are taken to lie in one
  ///     physical space.
  /// - Returns: one or several candidates, best first. A chain hands all of them to its next aligner.
  /// - Throws: ``AlignmentError`` when the images cannot be aligned by this method at all. An alignment that is
  ///   merely bad is no error: its verdict says so.
  func candidates<let rank: Int>(
    aligning moving: Image<rank>, to fixed: Image<rank>, from candidates: [Candidate<rank>]
  ) throws -> [Candidate<rank>]
}

/// A method that works at several resolutions, which a chain makes once for all its methods.
protocol MultiresolutionAligner: Aligner {
  /// As ``Aligner/candidates(aligning:to:from:)``.
  func candidates<let rank: Int>(
    aligning pair: PyramidPair<rank>, from candidates: [Candidate<rank>]
  ) throws -> [Candidate<rank>]
}

extension Aligner {
  public var leavesOutPadding: Bool { true }
  public var comparesPlaces: Bool { true }
}

/// A transform that an aligner proposes, with what it knows of it.
public struct Candidate<let rank: Int>: Sendable {
  public var transform: Affine<rank>
  /// The similarity that the aligner itself maximises; larger is better. Comparable among the candidates
  /// of one aligner only.
  public var score: Double
  /// Iterations spent on it so far, over all aligners of the chain.
  public var iterations: Int
  public var stopReason: StopReason
  /// The similarity that a refinement maximised; nil where the transform was only searched.
  public var metric: Metric?
  /// The standard deviation that the aligner itself expects at the fixed image's corners, physical units; nil where it says nothing.
  public var cornerDeviation: Double?
  /// The free-form deformation that goes before the transform, where one was found.
  public var deformation: Deformation<rank>?

  public init(
    transform: Affine<rank>, score: Double, iterations: Int = 0, stopReason: StopReason = .searched,
    metric: Metric? = nil, cornerDeviation: Double? = nil
  ) {
    self.transform = transform
    self.score = score
    self.iterations = iterations
    self.stopReason = stopReason
    self.metric = metric
    self.cornerDeviation = cornerDeviation
  }
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
}
