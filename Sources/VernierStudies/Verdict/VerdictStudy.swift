import Vernier
import VernierText

/// Fits the confidence to measured pairs and shows how far it can be relied upon.
///
/// The coefficients in use are fitted to all pairs. The tables judge each pair by a fit to the other half: those with an
/// even number show scenes and people that those with an odd number do not. A pair counts as right when its mean corner
/// error is at most 2 samples or 3 % of the longest side, whichever is more.
public struct VerdictStudy: Study {
  public static let name = "verdict"
  public static let summary = "fit the confidence on pairs with known answers, and show its reliability"

  /// What can be run alone.
  public enum Section: String, CaseIterable, StudySection {
    case confidence

    public var summary: String { "the fit, its coefficients, and what the verdict says of other pairs" }
  }

  private let options: StudyOptions

  public init(_ options: StudyOptions) { self.options = options }

  /// What became of one pair.
  struct Outcome: Sendable {
    var kind: String
    var path: String
    var rank: Int
    /// In the order of `ConfidenceModel.Feature.allCases`.
    var features: [Double]
    /// See `VerdictRules.floor(_:rank:)`.
    var floor = 0.0
    /// See `VerdictRules.ceiling(_:on:)`.
    var ceiling: Double
    var right: Bool
    /// The mean distance at the corners from the right answer, infinite where there is none, and what the evidence says
    /// of it: the corner deviation, the parts' corner error, and the distance after going there and back. As shares of
    /// the error that is still right.
    var errors: [Double] = []
    /// `Alignment.errorBound` as such a share; infinite where there is none.
    var bound = Double.infinity
    /// What a confidence in it amounts to.
    var verdict: @Sendable (_ confidence: Double) -> Verdict
  }

  public func run(_ sections: [Section], to output: StudyOutput) throws {
    output.progress(0, "reading the scenes")
    let scenes = try VerdictScenes(StudyData(root: options.data))
    guard scenes.planes.count >= 4 else {
      throw StudyError.missingData(folder: options.data, needs: "bsds500, kodak or lung_sem")
    }
    let planeCount = options.count ?? 6000
    let volumeCount = scenes.people.count < 4 ? 0 : planeCount / 8
    let halves = [scenes.half(forFit: true), scenes.half(forFit: false)]
    // Volumes first: they take the longest, and the last ones would keep one thread waiting.
    let outcomes = try inParallel(
      planeCount + volumeCount, threads: options.threads, progress: { output.progress($0, "registering") },
      { index in
        var random = SplitMix64(seed: options.seed &* 1_000_003 &+ UInt64(index))
        let half = halves[index % 2]
        return index < volumeCount
          ? try judge(half.people, by: VerdictPath.forVolumes, using: &random)
          : try judge(half.planes, by: VerdictPath.forPictures, using: &random)
      })
    let judged = Self.judgedByTheOtherHalf(outcomes)
    let all = outcomes.compactMap(\.self)
    let fits = Fits(all)
    let reliability = Reliability(judged.map { ($0.confidence, $0.outcome.right) })
    try output.write(report(fits, judged, reliability))
    try output.save(reliability.svg, "reliability.svg")
    try output.save(fits.source, "ConfidenceModel+Calibrated.swift")
    try output.save(Self.table(all), "outcomes.csv")
  }

  /// An outcome and its confidence by a fit that has not seen its scene.
  struct Judged {
    var outcome: Outcome
    var confidence: Double
  }

  /// The outcomes with an even place by a fit to those with an odd one, and the other way round.
  static func judgedByTheOtherHalf(_ outcomes: [Outcome?]) -> [Judged] {
    let halves = [0, 1].map { half in outcomes.indices.filter { $0 % 2 == half }.compactMap { outcomes[$0] } }
    return [0, 1].flatMap { half in
      let fits = Fits(halves[1 - half])
      return halves[half].map { Judged(outcome: $0, confidence: fits.confidence(of: $0)) }
    }
  }

  private func judge(
    _ scenes: [[Image<2>]], by paths: [VerdictPath], using random: inout SplitMix64
  ) throws -> Outcome? {
    let path = paths.drawn(by: \.weight, using: &random)
    return try judge(PlanePairs(scenes: scenes).pair(for: path, using: &random), by: path, using: &random)
  }

  private func judge(
    _ people: [[[Image<3>]]], by paths: [VerdictPath], using random: inout SplitMix64
  ) throws -> Outcome? {
    let path = paths.drawn(by: \.weight, using: &random)
    return try judge(VolumePairs(people: people).pair(for: path, using: &random), by: path, using: &random)
  }

  private func judge<let rank: Int>(
    _ pair: VerdictPair<rank>, by path: VerdictPath, using random: inout SplitMix64
  ) throws -> Outcome? {
    guard let alignment = try path.alignment(of: pair, methods: options.methods, using: &random) else { return nil }
    let (evidence, grid) = (alignment.evidence, pair.fixed.grid)
    return Outcome(
      kind: pair.kind, path: path.name, rank: rank,
      features: ConfidenceModel.Feature.allCases.map { $0.value(in: evidence, on: grid) },
      floor: VerdictRules.floor(evidence, rank: rank), ceiling: VerdictRules.ceiling(evidence, on: grid),
      right: pair.isRight(alignment.linear),
      errors: [
        pair.truth?.cornerDistance(to: alignment.linear, on: grid) ?? .infinity, evidence.cornerDeviation ?? .infinity,
        evidence.blocks.cornerError ?? .infinity, evidence.forwardBackward,
      ].map { $0 / VerdictRules.largestRightError(on: grid) },
      bound: (alignment.errorBound ?? .infinity) / VerdictRules.largestRightError(on: grid),
      verdict: { VerdictRules.verdict(confidence: $0, evidence, isBeaten: false, on: grid) })
  }

  /// Every pair with its features, for whoever wants to fit something else.
  static func table(_ outcomes: [Outcome]) -> String {
    let errors = ["error", "corner deviation", "parts' error", "there and back"]
    let features = ConfidenceModel.Feature.allCases.map(\.rawValue)
    let header = ["kind", "path", "rank", "right", "ambiguous", "floor", "ceiling"] + errors + features
    let rows = outcomes.map { outcome in
      let numbers = [outcome.floor, outcome.ceiling] + outcome.errors + outcome.features
      let isAmbiguous = outcome.verdict(1) != .aligned
      return [outcome.kind, outcome.path, "\(outcome.rank)", "\(outcome.right)", "\(isAmbiguous)"]
        + numbers.map { "\($0)" }
    }
    return CSV.text([header] + rows)
  }

  private func report(_ fits: Fits, _ judged: [Judged], _ reliability: Reliability) -> String {
    var coefficients = MarkdownTable(header: ["feature"] + Fits.Case.all.map(\.title))
    for feature in ConfidenceModel.Feature.allCases {
      let cells = Fits.Case.all.map { fits.models[$0]?.coefficients[feature]?.fixed(3) ?? "–" }
      coefficients.add([feature.rawValue] + cells)
    }
    let kinds = verdicts(Dictionary(grouping: judged) { "\($0.outcome.rank)D, \($0.outcome.kind)" }, all: judged)
    let paths = verdicts(Dictionary(grouping: judged) { "\($0.outcome.rank)D, \($0.outcome.path)" }, all: judged)
    return """
      ## Confidence and verdict

      Fitted on \(judged.count) pairs; seed \(options.seed). A pair is right when its mean corner error is at most 2 samples or
      3 % of the longest side. `aligned` from \(VerdictRules.alignedFrom.fixed(2)), `failed` below \
      \(VerdictRules.failedBelow.fixed(2)).

      \(coefficients.text)
      What the verdict says of the same pairs, each judged by a fit to the other half, by what they are:

      \(kinds.text)
      By the path to the answer:

      \(paths.text)
      Reliability, judged in the same way: of the pairs with a confidence in a range, how many are right.

      \(reliability.table)
      \(Self.coverage(of: judged.map(\.outcome)))

      Expected calibration error \(reliability.calibrationError.fixed(3)), Brier score \(reliability.brierScore.fixed(3)), area under
      the ROC curve \(reliability.areaUnderCurve.fixed(4)).
      """
  }

  /// How often the bound of the error held.
  private static func coverage(of outcomes: [Outcome]) -> String {
    func sentence(_ rank: Int, _ name: String) -> String {
      let bounded = outcomes.filter { $0.rank == rank && $0.right && $0.bound.isFinite }
      let held = bounded.count { ($0.errors.first ?? .infinity) <= $0.bound }
      return "\((100 * Double(held) / Double(max(bounded.count, 1))).fixed(1)) % of \(bounded.count) in \(name)"
    }
    return """
      Of the right answers, `Alignment.errorBound` held for \(sentence(2, "pictures"))
      and for \(sentence(3, "volumes")).
      """
  }

  private func verdicts(_ groups: [String: [Judged]], all: [Judged]) -> MarkdownTable {
    var table = MarkdownTable(
      header: [
        "pairs", "n", "mean confidence", "right", "aligned", "doubtful", "failed", "aligned, wrong",
        "failed, though right",
      ])
    for (name, members) in groups.sorted(by: { $0.key < $1.key }) + [("all", all)] {
      let judged = members.map { ($0.outcome.right, $0.outcome.verdict($0.confidence)) }
      let total = Double(max(judged.count, 1))
      func share(_ condition: ((Bool, Verdict)) -> Bool) -> String {
        (100 * Double(judged.count(where: condition)) / total).fixed(1) + " %"
      }
      table.add([
        name, "\(judged.count)", (members.reduce(0) { $0 + $1.confidence } / total).fixed(3), share { $0.0 },
        share { $0.1 == .aligned }, share { $0.1 == .doubtful }, share { $0.1 == .failed },
        share { $0.1 == .aligned && !$0.0 }, share { $0.1 == .failed && $0.0 },
      ])
    }
    return table
  }
}
