import Vernier
import VernierText

extension JSON {
  /// The line of a frame: what `stack --json` says.
  ///
  /// - Parameters:
  ///   - matrix: the transform as it is told; nil where the frame is left out.
  ///   - grid: the common grid; nil where there is none.
  static func frame<let rank: Int>(
    _ pose: FramePose<rank>, file: String, matrix: [[Double]]?, model: TransformModel, on grid: Grid<rank>?
  ) -> [Member] {
    let verdict = pose.isSkipped ? Verdict.failed : pose.verdict
    let reason = verdict == .aligned ? nil : pose.frame.problem ?? grid.map { pose.reason(on: $0) }
    return [
      Member(key: "frame", value: .integer(pose.frame.number)),
      Member(key: "file", value: .string(file)),
      Member(key: "model", value: .string(model.rawValue)),
      Member(key: "matrix", value: .optional(matrix, JSON.matrix)),
      Member(key: "verdict", value: .string(verdict.rawValue)),
      Member(key: "confidence", value: .number(pose.confidence)),
      Member(key: "skipped", value: .boolean(pose.isSkipped)),
      Member(key: "reason", value: .optional(reason, JSON.string)),
      Member(key: "evidence", value: evidence(of: pose)),
    ]
  }

  /// How many pairs the frame was aligned in, how many of them agree, and the evidence of the one that was judged.
  private static func evidence<let rank: Int>(of pose: FramePose<rank>) -> JSON {
    let links = [
      Member(key: "links", value: .integer(pose.links)), Member(key: "agreeing", value: .integer(pose.agreeing)),
    ]
    guard let alignment = pose.frame.alignment,
      case .object(let judged) = evidence(alignment.evidence, errorBound: alignment.errorBound).content
    else { return .object(links) }
    return .object(links + judged)
  }
}
