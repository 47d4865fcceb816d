import Foundation
import Testing
import VernierCommandLine
import VernierText

@testable import Vernier
@testable import vernier_command

@Suite struct AlignmentTests {
  static func alignment(_ verdict: Verdict, model: TransformModel = .rigid) -> Alignment<2> {
    Alignment(
      transform: Transform(Affine<2>(translation: [1.5, -2], center: [15.5, 15.5])), model: model,
      method: "search+refine",
      metric: .crossCorrelation,
      evidence: Evidence(
        overlap: 0.83, coverage: 0.85, similarityBefore: 0.11, similarityAfter: 0.97, informationCorrelation: 0.98,
        edgeAgreement: 0.9,
        distinctness: 12,
        blocks: BlockAgreement(
          share: 1, leastShare: 0.9, evidence: 60, count: 40, cornerError: 0.1, trendEvidence: 60),
        rivalAgreement: 0, peakRatio: 0.4, rival: nil, forwardBackward: 0.03, covariance: [[0.01, 0], [0, 0.02]],
        cornerDeviation: .nan, stopReason: .converged, iterations: 12),
      verdict: verdict, confidence: 0.99, seconds: 0.0006)
  }

  @Test func `A result has the keys of the contract in their order`() throws {
    let grid = try Grid<2>(size: [32, 32])
    let members = JSON.result(Self.alignment(.aligned), on: grid, fixed: "a.png", moving: "b.png")
    #expect(
      members.map(\.key) == [
        "fixed", "moving", "model", "method", "metric", "matrix", "parameters", "verdict", "confidence", "reason",
        "evidence", "seconds",
      ])
    let text = JSON.object(members).description
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["matrix"] as? [[Double]] == [[1, 0, 1.5], [0, 1, -2], [0, 0, 1]])
    #expect(object["metric"] as? String == "ncc")
    #expect(object["seconds"] as? Double == 0.0006)
    let evidence = try #require(object["evidence"] as? [String: Any])
    #expect(
      Set(evidence.keys) == [
        "overlap", "coverage", "blocks", "rival_agreement", "similarity_before", "similarity_after",
        "information_correlation", "edge_agreement", "edge_agreement_at_start",
        "distinctness", "peak_ratio", "rival", "forward_backward", "covariance", "corner_deviation",
        "error_bound", "mirrored", "stop_reason", "iterations",
      ])
    #expect(evidence["covariance"] as? [[Double]] == [[0.01, 0], [0, 0.02]])
    #expect(evidence["corner_deviation"] is NSNull, "NaN is no JSON")
    let failed = JSON.result(
      Self.alignment(.failed), on: grid, fixed: "a.png", moving: "b.png", writtenAnyway: true)
    #expect(failed.last?.key == "written_anyway" && failed.last?.value.description == "true")
    #expect(evidence["stop_reason"] as? String == "converged")
  }

  private static func advice(_ verdict: Verdict, change: (inout Alignment<2>) -> Void = { _ in }) throws -> Advice<2> {
    var alignment = alignment(verdict)
    change(&alignment)
    return Advice(alignment, on: try Grid<2>(size: [32, 32]), unit: .pixel)
  }

  @Test func `The summary is the verdict, what moved, and how far off it is`() throws {
    let aligned = try Self.advice(.aligned) { $0.evidence.cornerDeviation = 0.05 }
    #expect(
      aligned.summary == """
        aligned, confidence 0.99
        rigid: turned by 0°, moved by (1.5, -2) px
        off by at most 0.23 px at the corners

        """)
    let doubtful = try Self.advice(.doubtful) { $0.evidence.blocks.unlikeShare = 0.4 }
    #expect(
      doubtful.summary == """
        doubtful, confidence 0.99
        rigid: turned by 0°, moved by (1.5, -2) px
        40 % of the small parts are unlike: something else moved, or is in one image alone; leave it out with --fixed-mask

        """)
    let failed = try Self.advice(.failed) {
      $0.evidence.isMirrored = true
      $0.evidence.cornerDeviation = 0.05
    }
    #expect(
      failed.summary.split(separator: "\n").last
        == "the moving image matches when it is mirrored along x; mirror it before")
  }

  @Test func `The details are all of the evidence and what was written`() throws {
    let details = try Self.advice(.aligned).details(fixed: "a.png", moving: "b.png", written: ["moved.png"])
    #expect(
      details == """
          fixed           a.png
          moving          b.png
          method          search+refine, maximising ncc
          model           rigid
          rotation        0°
          translation     (1.5, -2) px
          center          (15.5, 15.5) px
          overlap         83 %
          similarity      0.11 before, 0.97 after (correlation of the samples that are compared)
          information     0.98 (mutual information as a correlation)
          edges           agree to 90 %
          parts           100 % of 40 lie where they should, together 0.1 px off at the corners; 0 % of the small ones are unlike
          next best       40 % of the best score
          there and back  0.03 px apart
          stopped         converged after 12 iterations, 0.6 ms
          written         moved.png

        """)
  }

  @Test func `Only what is not aligned is warned of`() throws {
    func warnings(_ verdict: Verdict, written: [String] = []) throws -> [String] {
      try Self.advice(verdict).warnings(
        moving: "b.png", withheld: written.isEmpty ? ["moved.png", "t.tfm"] : [], written: written)
    }
    #expect(try warnings(.aligned) == [])
    #expect(try warnings(.doubtful).first?.hasPrefix("warning: b.png: the alignment is doubtful") == true)
    #expect(
      try warnings(.failed) == [
        "b.png: the alignment failed (confidence 0.99): the images are not alike enough to be sure; "
          + "--write-anyway writes it all the same; not written: moved.png, t.tfm"
      ])
    #expect(
      try warnings(.failed, written: ["moved.png"]).first?.hasSuffix("; written all the same: moved.png") == true)
  }

  @Test func `What the library says of an image names its file`() {
    func line(_ error: AlignmentError) -> String { "\(error.naming(fixed: "a.png", moving: "b.png"))" }
    #expect(line(.fixedUnusable(.constant)).hasPrefix("a.png: all samples have one value"))
    #expect(line(.movingUnusable(.notFinite(count: 3))).hasPrefix("b.png: 3 samples are NaN"))
    #expect(line(.noOverlap).hasPrefix("b.png: the images do not overlap"))
    #expect(AlignmentError.unsupported(method: "m", reason: "r").naming(fixed: "a", moving: "b") is UsageError)
  }
}
