/// A method that `--method` can name, alone or in a chain, and how its aligner is made.
///
/// Each module lists its own (``classical`` is this one's); ``Registration`` knows the methods that it is given.
public struct Method: Sendable {
  public enum Kind: String, Sendable { case classical, learned }

  /// What a registration asks of each aligner of its chain.
  public struct Request: Sendable {
    public var model: TransformModel
    /// The similarity to maximise; nil lets the images decide.
    public var metric: Metric?
    /// Threads to use at most.
    public var threads: Int
    /// The file with a learned method's parameters; nil for those that come with Vernier.
    public var weights: String?

    public init(model: TransformModel, metric: Metric? = nil, threads: Int = 2, weights: String? = nil) {
      self.model = model
      self.metric = metric
      self.threads = threads
      self.weights = weights
    }
  }

  public var name: String
  public var kind: Kind
  /// The models that it can estimate; a chain ends in a method that can estimate the one asked for.
  public var transforms: [TransformModel]
  /// Whether it finds a free-form deformation after the chain's linear transform; then it is the chain's last method.
  public var deforms: Bool
  public var ranks: [Int]
  /// Where the method comes from: paper or book.
  public var source: String
  public var aligner: @Sendable (Request) throws -> any Aligner

  public init(
    name: String, kind: Kind, transforms: [TransformModel], deforms: Bool = false, ranks: [Int], source: String,
    aligner: @escaping @Sendable (Request) throws -> any Aligner
  ) {
    self.name = name
    self.kind = kind
    self.transforms = transforms
    self.deforms = deforms
    self.ranks = ranks
    self.source = source
    self.aligner = aligner
  }
}
