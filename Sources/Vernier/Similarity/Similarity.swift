/// How well two images agree: what a refinement maximises, and a deformation.
///
/// A similarity of one's own needs ``name``, ``relation`` and ``cost(of:against:weights:in:slopes:)``; ``Metric``
/// carries it:
///
///     Registration(metric: Metric(MySimilarity()))
///
/// The cost is counted in nats, for images of mean 0 and deviation 1, so that similarities have one scale: ½ ln(1 − ρ²)
/// for images whose intensities correlate by ρ, minus the mutual information for others. From it follow the correlation
/// that a cost amounts to, √(1 − e^(2·cost)), the significance of an alignment, and the weight of a deformation's
/// regularisation.
public protocol Similarity: Sendable {
  /// What the command line and the evidence call it.
  var name: String { get }
  /// What people call it; the name unless stated.
  var title: String { get }
  /// What the intensities of two images that match have to do with each other.
  var relation: IntensityRelation { get }
  /// Whether it compares sample by sample, so that a deformation can be found by it; true unless stated.
  var comparesSamples: Bool { get }

  /// The cost of moved samples beside fixed ones, in nats: the smaller the more alike.
  ///
  /// - Parameters:
  ///   - moved: the moving image's values at the fixed image's samples.
  ///   - fixed: the fixed image's values; as many.
  ///   - weights: 1 where a sample counts, 0 where not; as many. What does not count may hold anything.
  ///   - context: what is known of both images as a whole.
  ///   - slopes: receives the derivative of the cost by each moved value, 0 where it does not count; empty where nobody
  ///     asks.
  /// - Returns: nil where there is nothing to compare.
  func cost(
    of moved: Span<Float>, against fixed: Span<Float>, weights: Span<Float>, in context: SimilarityContext,
    slopes: inout MutableSpan<Float>
  ) -> Double?
}

extension Similarity {
  public var title: String { name }
  public var comparesSamples: Bool { true }
}

/// What the intensities of two images that match have to do with each other.
public enum IntensityRelation: Sendable {
  /// They mean the same, so that both images are shifted and scaled alike.
  case same
  /// They differ by a gain and an offset: the evidence measures correlation.
  case linear
  /// Any: the evidence measures information.
  case any
}

/// What a similarity is told of both images as a whole.
public struct SimilarityContext: Sendable {
  /// The range of the fixed image's intensities without their outliers, after they were brought to mean 0 and deviation
  /// 1.
  public var fixedRange: ClosedRange<Float>
  /// That of the moving image.
  public var movingRange: ClosedRange<Float>
  /// Threads to use at most; the cost must not depend on it.
  public var threads: Int

  public init(fixedRange: ClosedRange<Float>, movingRange: ClosedRange<Float>, threads: Int = 1) {
    self.fixedRange = fixedRange
    self.movingRange = movingRange
    self.threads = threads
  }
}

/// A similarity by its name: one of Vernier's, or one of your own.
public struct Metric: Sendable {
  public let similarity: any Similarity

  public init(_ similarity: some Similarity) { self.similarity = similarity }

  /// One of ``all``; nil for another name.
  public init?(named name: String) {
    guard let known = Self.all.first(where: { $0.name == name }) else { return nil }
    self = known
  }

  public var name: String { similarity.name }
  public var title: String { similarity.title }
  public var relation: IntensityRelation { similarity.relation }

  /// Mean squared difference (negated): one scanner, one exposure.
  public static let meanSquares = Metric(MeanSquares())
  /// Normalized cross-correlation: up to gain and offset.
  public static let crossCorrelation = Metric(CrossCorrelation())
  /// Mutual information (Mattes et al. 2003): any relation of the intensities, monotone or not.
  public static let mutualInformation = Metric(MutualInformation())
  /// Normalized gradient fields (Haber and Modersitzki 2006): edges in the same places.
  public static let gradientFields = Metric(GradientFields())

  /// Those of this module, in the order in which a table lists them.
  public static let all = [meanSquares, crossCorrelation, mutualInformation, gradientFields]
}

extension Metric: Equatable, Hashable {
  public static func == (left: Self, right: Self) -> Bool { left.name == right.name }
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// By how much information has to exceed correlation, as significances, before images are taken to be related otherwise
/// than linearly.
let informationMargin = 1.11
