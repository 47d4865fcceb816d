/// A method of registration: takes a fixed and a moving image, proposes how one lies on the other.
///
/// A global search, a local refinement, keypoints with RANSAC and a learned network are all aligners, so that they
/// chain (`search+refine`), are compared in one table and share one command line. ``Registration`` runs a chain of them
/// and has the answer judged.
///
/// An aligner of one's own needs a ``name`` and ``candidates(aligning:to:from:as:)``; one for pictures alone is a
/// ``PictureAligner``.
public protocol Aligner: Sendable {
  /// What the command line and the evidence call this method.
  var name: String { get }
  /// Its options that are not the usual ones, as a chain of names has them: `interpolation=cubic`; none unless stated.
  var options: [String] { get }
  /// The models that it can estimate, so that a chain for one of them may end here; all unless stated.
  var models: [TransformModel] { get }
  /// Whether padding, where it is recognised, is masked before this method sees the images; true unless stated.
  var leavesOutPadding: Bool { get }
  /// Whether it looks at all places where the images may lie and so knows of rivals; true unless stated. Where no method
  /// of a chain does, rivals are looked for when the answer is judged.
  var comparesPlaces: Bool { get }
  /// Why it cannot maximise a similarity; nil where it can or maximises none: the usual.
  func objection(to metric: Metric) -> String?
  /// How it deforms what a linear alignment leaves: then it is the last of a chain, and sees an answer that has been
  /// judged; nil, for none, unless stated.
  var deformation: DeformationModel? { get }

  /// Proposes how `moving` lies on `fixed`.
  ///
  /// - Parameters:
  ///   - moving: the image that is brought onto the other.
  ///   - fixed: the image that stays.
  ///   - candidates: where to start, best first; empty means that nothing is known and the images are taken to lie in
  ///     one physical space.
  ///   - task: what the registration asks of all its methods.
  /// - Returns: one or several candidates, best first. A chain hands all of them to its next aligner.
  /// - Throws: ``AlignmentError`` when the images cannot be aligned by this method at all. An alignment that is
  ///   merely bad is no error: its verdict says so.
  func candidates<let rank: Int>(
    aligning moving: Image<rank>, to fixed: Image<rank>, from candidates: [Candidate<rank>], as task: AlignmentTask
  ) throws -> [Candidate<rank>]
}

extension Aligner {
  public var options: [String] { [] }
  public var models: [TransformModel] { TransformModel.allCases }
  public var leavesOutPadding: Bool { true }
  public var comparesPlaces: Bool { true }
  public var deformation: DeformationModel? { nil }
  public func objection(to metric: Metric) -> String? { nil }

  /// Aligns `moving` to `fixed` by this method alone, and judges the result.
  ///
  /// ``Registration`` chains methods, takes a start and reports progress.
  ///
  /// - Parameters:
  ///   - moving: the image that is brought onto the other.
  ///   - fixed: the image that stays.
  ///   - model: rigid, or the freest that the method can estimate, where nothing is said.
  ///   - threads: threads to use at most; the result does not depend on it.
  /// - Throws: ``AlignmentError`` when the images cannot be aligned at all.
  public func align<let rank: Int>(
    _ moving: Image<rank>, to fixed: Image<rank>, model: TransformModel? = nil, threads: Int = 2
  ) throws(AlignmentError) -> Alignment<rank> {
    let model = model ?? (models.contains(.rigid) ? .rigid : models.last ?? .rigid)
    return try Registration(model: model, stages: [self], threads: threads).align(moving, to: fixed)
  }
}

extension Aligner {
  var deforms: Bool { deformation != nil }

  /// The name with the options that are not the usual ones: `refine:interpolation=cubic`.
  var fullName: String { options.isEmpty ? name : "\(name):\(options.joined(separator: ","))" }

  /// An option as ``options`` has it; nil where the value is the usual one.
  package func option(_ name: String, _ value: Double, usually usual: Double) -> String? {
    value == usual ? nil : "\(name)=\(value.shortest)"
  }
}

/// What a registration asks of each of its methods.
public struct AlignmentTask: Sendable {
  public var model: TransformModel
  /// The similarity to maximise; nil lets the images decide.
  public var metric: Metric?
  /// Threads to use at most. Results do not depend on it.
  public var threads: Int

  public init(model: TransformModel = .rigid, metric: Metric? = nil, threads: Int = 2) {
    self.model = model
    self.metric = metric
    self.threads = threads
  }
}

/// A method for pictures alone.
public protocol PictureAligner: Aligner {
  /// As ``Aligner/candidates(aligning:to:from:as:)``, which throws ``AlignmentError/unsupported(method:reason:)`` for
  /// volumes.
  func candidates(
    aligning moving: Image<2>, to fixed: Image<2>, from candidates: [Candidate<2>], as task: AlignmentTask
  ) throws -> [Candidate<2>]
}

extension PictureAligner {
  public func candidates<let rank: Int>(
    aligning moving: Image<rank>, to fixed: Image<rank>, from candidates: [Candidate<rank>], as task: AlignmentTask
  ) throws -> [Candidate<rank>] {
    let found = try Ranks.inPlane(rank, (moving, fixed, candidates), as: [Candidate<rank>].self) {
      (pair: (Image<2>, Image<2>, [Candidate<2>])) -> [Candidate<2>]? in
      try self.candidates(aligning: pair.0, to: pair.1, from: pair.2, as: task)
    }
    guard let found else {
      throw AlignmentError.unsupported(method: name, reason: "only pictures can be aligned, not images of rank \(rank)")
    }
    return found
  }
}

/// A method that works at several resolutions, which a chain makes once for all its methods.
protocol MultiresolutionAligner: Aligner {
  /// As ``Aligner/candidates(aligning:to:from:as:)``.
  func candidates<let rank: Int>(
    aligning pair: PyramidPair<rank>, from candidates: [Candidate<rank>], as task: AlignmentTask
  ) throws -> [Candidate<rank>]
}

extension MultiresolutionAligner {
  public func candidates<let rank: Int>(
    aligning moving: Image<rank>, to fixed: Image<rank>, from candidates: [Candidate<rank>], as task: AlignmentTask
  ) throws -> [Candidate<rank>] {
    let pair = PyramidPair(moving: moving, fixed: fixed, threads: task.threads)
    return try self.candidates(aligning: pair, from: candidates, as: task)
  }
}
