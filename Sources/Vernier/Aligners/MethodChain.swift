/// Methods one after another: linear ones, and at the end perhaps one that deforms.
public struct MethodChain: Sendable {
  /// What finds the linear transform.
  public let linear: [any Aligner]
  /// What deforms what they leave.
  public let deforming: (any Aligner)?

  /// - Throws: ``AlignmentError/unsupported(method:reason:)`` where one that deforms is not the last, or there is none
  ///   at all.
  public init(_ stages: [any Aligner]) throws(AlignmentError) {
    guard let last = stages.last else { throw .unsupported(method: "chain", reason: "it has no method") }
    linear = last.deforms ? stages.dropLast() : stages
    deforming = last.deforms ? last : nil
    if let early = linear.first(where: \.deforms) {
      throw .unsupported(method: early.name, reason: "it deforms, and is the last of a chain")
    }
  }

  /// The chain that names such as `search+refine:interpolation=cubic` stand for.
  ///
  /// A method's options follow its name after a colon, as `OPTION=VALUE`, with commas between.
  ///
  /// - Parameters:
  ///   - text: the names.
  ///   - methods: the methods that it can name.
  /// - Throws: ``AlignmentError/unsupported(method:reason:)`` for a method or an option that does not exist or has
  ///   another value than it takes; what making the methods throws.
  public init(named text: String, of methods: [Method] = Method.classical) throws {
    let stages = try text.split(separator: "+", omittingEmptySubsequences: false).map { word in
      let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard let method = methods.first(where: { $0.name == parts[0] }) else {
        let known = methods.map(\.name).joined(separator: ", ")
        throw AlignmentError.unsupported(
          method: String(parts[0]), reason: "no such method; known are \(known), joined by +")
      }
      return try method.aligner(options: parts.count > 1 ? String(parts[1]) : "")
    }
    try self.init(stages)
  }

  /// All methods in their order.
  public var stages: [any Aligner] { linear + [deforming].compactMap(\.self) }

  /// The methods' names joined by `+`, each with those of its options that are not the usual ones.
  public var name: String { stages.map(\.fullName).joined(separator: "+") }

  /// Says whether the chain can estimate a model.
  ///
  /// - Throws: ``AlignmentError/unsupported(method:reason:)``.
  func check(model: TransformModel, metric: Metric?) throws(AlignmentError) {
    if let last = linear.last, !last.models.contains(model) {
      throw .unsupported(
        method: name,
        reason: "the chain cannot end in \(model.rawValue) transforms: \(last.name) estimates "
          + last.models.map(\.rawValue).joined(separator: ", "))
    }
    guard let metric else { return }
    if model == .homography, metric != .crossCorrelation {
      throw .unsupported(method: model.rawValue, reason: "it is fitted by ncc, not by \(metric.name)")
    }
    for stage in stages {
      if let reason = stage.objection(to: metric) { throw .unsupported(method: stage.name, reason: reason) }
    }
  }

  /// Whether it is the usual search and refinement, which small pictures have an engine of their own for.
  var isUsual: Bool {
    linear.count == 2 && (linear[0] as? Search)?.isUsual == true && (linear[1] as? Refinement)?.isUsual == true
  }
}
