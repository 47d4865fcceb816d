/// The main job: align two images by a model and say whether to believe the answer.
public struct Registration: Sendable {
  public var model: TransformModel
  /// The similarity to maximise; nil lets the images decide between NCC and mutual information.
  public var metric: Metric?
  /// The chain of aligners, such as `search+refine`; nil chooses by itself.
  public var method: String?
  /// Threads to use at most. Results do not depend on it.
  public var threads: Int

  public init(
    model: TransformModel = .rigid, metric: Metric? = nil, method: String? = nil, threads: Int = 2
  ) {
    self.model = model
    self.metric = metric
    self.method = method
    self.threads = threads
  }

  /// Aligns `moving` to `fixed`.
  ///
  /// - Parameters:
  ///   - initial: where to start (fixed to moving); then no global search is made unless `method` names one.
  ///   - progress: called now and then, from any thread, with the share of the work done (0…1) and what is being done.
  /// - Throws: ``AlignmentError`` when the images cannot be aligned at all.
  public func align<let rank: Int>(
    _ moving: Image<rank>, to fixed: Image<rank>, initial: Affine<rank>? = nil,
    progress: (@Sendable (Double, String) -> Void)? = nil
  ) throws -> Alignment<rank> {
    throw AlignmentError.noOverlap
  }
}

/// A method that `--method` can name, alone or in a chain.
public struct MethodDescription: Sendable {
  public enum Kind: String, Sendable { case classical, learned }
  public var name: String
  public var kind: Kind
  public var transforms: [TransformModel]
  public var ranks: [Int]
  /// Where the method comes from: paper or book.
  public var source: String

  /// Every method of this module, in the order in which a table lists them.
  public static let all: [MethodDescription] = []
}
