import Vernier
import VernierText

extension JSON {
  /// The result of one pair: what `register --json` and each line of `batch` say.
  static func result<let rank: Int>(
    _ alignment: Alignment<rank>, on grid: Grid<rank>, fixed: String, moving: String, writtenAnyway: Bool = false
  ) -> [Member] {
    let reason = VerdictRules.reason(against: alignment, on: grid)
    let prepared =
      alignment.prepare.isEmpty
      ? [] : [Member(key: "prepare", value: .array(alignment.prepare.map(JSON.string)))]
    return names(fixed: fixed, moving: moving) + [
      Member(key: "model", value: .string(alignment.modelName)),
      Member(key: "method", value: .string(alignment.method)),
    ] + prepared + [
      Member(key: "metric", value: .string(alignment.metric.name)),
      Member(key: "matrix", value: .matrix(alignment.matrix)),
      Member(key: "parameters", value: .parameters(of: alignment.linear, model: alignment.model)),
    ] + deformation(alignment) + [
      Member(key: "verdict", value: .string(alignment.verdict.rawValue)),
      Member(key: "confidence", value: .number(alignment.confidence)),
      Member(key: "reason", value: .optional(reason) { .string("\($0)") }),
      Member(key: "evidence", value: .evidence(alignment.evidence, errorBound: alignment.errorBound)),
      Member(key: "seconds", value: .number(alignment.seconds)),
    ] + (writtenAnyway ? [Member(key: "written_anyway", value: true)] : [])
  }

  /// The deformation of a result that asks for one; null where the linear alignment failed.
  private static func deformation<let rank: Int>(_ alignment: Alignment<rank>) -> [Member] {
    guard alignment.deformationModel != nil || alignment.deformation != nil else { return [] }
    let found = alignment.deformation.map { found -> JSON in
      let numbers: [Member] = [
        Member(key: "metric", value: .string(found.metric.name)),
        Member(key: "folding", value: .number(found.folding.share)),
        Member(key: "least_jacobian", value: .number(found.folding.leastDeterminant)),
        Member(key: "most_jacobian", value: .number(found.folding.mostDeterminant)),
        Member(key: "similarity_before", value: .number(found.similarityBefore)),
        Member(key: "similarity_after", value: .number(found.similarityAfter)),
        Member(key: "cost_before", value: .number(found.costBefore)),
        Member(key: "cost_after", value: .number(found.costAfter)),
        Member(key: "stop_reason", value: .string(found.stopReason.rawValue)),
        Member(key: "iterations", value: .integer(found.iterations)),
      ]
      return .object(grid(of: alignment.transform) + numbers + validation(found))
    }
    let name = alignment.deformationModel == .diffeomorphic ? "field" : alignment.modelName
    return [Member(key: name, value: found ?? .null)]
  }

  /// What was measured of a deformation that was found here: whether the images ask for it, and its inverse.
  private static func validation(_ found: DeformationEvidence) -> [Member] {
    var members: [Member] = []
    if let error = found.inverseError { members.append(Member(key: "inverse_error", value: .number(error))) }
    guard let gain = found.heldOut else { return members }
    let held: JSON = [
      "blocks": .integer(gain.count), "before": .number(gain.before), "after": .number(gain.after),
      "significance": .number(gain.significance),
    ]
    return members + [
      Member(key: "supported", value: .boolean(found.isSupported)), Member(key: "held_out", value: held),
    ]
  }

  /// The grid on which a deformation is given: its control points, or its displacements.
  static func grid<let rank: Int>(of transform: Transform<rank>) -> [Member] {
    guard let grid = transform.deformationGrid else { return [] }
    return [
      Member(key: "size", value: .array(grid.size.map(JSON.integer))),
      Member(key: "spacing", value: .numbers(grid.spacing.elements)),
    ]
  }

  /// What every result begins with.
  static func names(fixed: String?, moving: String?) -> [Member] {
    [
      Member(key: "fixed", value: .optional(fixed, JSON.string)),
      Member(key: "moving", value: .optional(moving, JSON.string)),
    ]
  }

  /// The members of results, with and without an answer: columns of a list that are called so are not carried.
  static let resultKeys: Set<String> = [
    "fixed", "moving", "model", "method", "prepare", "metric", "matrix", "parameters", "bspline", "field",
    "composition", "homography", "verdict", "confidence", "reason", "evidence", "seconds", "written_anyway", "error",
  ]

  /// The line of a pair that could not be registered; the files are null where not even they are known.
  static func failure(_ error: String, fixed: String?, moving: String?) -> [Member] {
    names(fixed: fixed, moving: moving) + [
      Member(key: "matrix", value: .null),
      Member(key: "verdict", value: .string(Verdict.failed.rawValue)),
      Member(key: "confidence", value: .integer(0)),
      Member(key: "error", value: .string(error)),
    ]
  }

  /// The parameters of a transform, as far as the model has them free.
  ///
  /// Rotation is one number in the plane and three in space; scale is one number where the model scales all axes alike,
  /// and exactly 1 where it does not scale; shear is there for affine transforms only.
  static func parameters<let rank: Int>(of transform: Affine<rank>, model: TransformModel) -> JSON {
    let all = transform.parameters.withoutNoise
    var members = [
      Member(key: "rotation", value: angles(model == .translation ? all.rotation.map { _ in 0 } : all.rotation))
    ]
    switch model {
    case .translation, .rigid: members.append(Member(key: "scale", value: .integer(1)))
    case .similarity:
      members.append(Member(key: "scale", value: .number(all.scale.reduce(0, +) / Double(rank))))
    case .affine:
      members.append(Member(key: "scale", value: .numbers(all.scale)))
      members.append(Member(key: "shear", value: angles(all.shear)))
    }
    members.append(Member(key: "translation", value: .numbers(all.translation.elements)))
    members.append(Member(key: "center", value: .numbers(all.center.elements)))
    return .object(members)
  }

  /// One angle or shear as a number, three as a list.
  private static func angles(_ values: [Double]) -> JSON { values.count == 1 ? .number(values[0]) : .numbers(values) }

  static func evidence(_ evidence: Evidence, errorBound: Double?) -> JSON {
    [
      "overlap": .number(evidence.overlap),
      "coverage": .number(evidence.coverage),
      "similarity_before": .number(evidence.similarityBefore),
      "similarity_after": .number(evidence.similarityAfter),
      "information_correlation": .number(evidence.informationCorrelation),
      "edge_agreement": .number(evidence.edgeAgreement),
      "edge_agreement_at_start": .optional(evidence.edgeAgreementAtStart, JSON.number),
      "distinctness": .number(evidence.distinctness),
      "blocks": blocks(evidence.blocks),
      "rival_agreement": .number(evidence.rivalAgreement),
      "peak_ratio": .number(evidence.peakRatio),
      "rival": .optional(evidence.rival, JSON.matrix),
      "forward_backward": .number(evidence.forwardBackward),
      "covariance": .optional(evidence.covariance, JSON.matrix),
      "corner_deviation": .optional(evidence.cornerDeviation, JSON.number),
      "error_bound": .optional(errorBound, JSON.number),
      "mirrored": .boolean(evidence.isMirrored),
      "stop_reason": .string(evidence.stopReason.rawValue),
      "iterations": .integer(evidence.iterations),
    ]
  }

  private static func blocks(_ blocks: BlockAgreement) -> JSON {
    [
      "count": .integer(blocks.count),
      "share": .number(blocks.share),
      "least_share": .number(blocks.leastShare),
      "evidence": .number(blocks.evidence),
      "corner_error": .optional(blocks.cornerError, JSON.number),
      "trend_evidence": .number(blocks.trendEvidence),
      "unlike_share": .number(blocks.unlikeShare),
      "remainder": .optional(blocks.remainder) { .string($0.rawValue) },
    ]
  }
}

extension Affine.Parameters {
  /// The parameters without what taking a matrix apart leaves of rounding: scales and shears to 10⁻¹⁴, angles to 10⁻¹²
  /// degrees.
  fileprivate var withoutNoise: Self {
    func rounded(_ values: [Double], to step: Double) -> [Double] {
      values.map { abs($0) < 1e3 ? ($0 * step).rounded() / step : $0 }
    }
    return Self(
      rotation: rounded(rotation, to: 1e12), scale: rounded(scale, to: 1e14), shear: rounded(shear, to: 1e14),
      translation: translation, center: center)
  }
}
