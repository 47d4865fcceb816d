import Vernier
import VernierText

/// Fits the confidence to measured pairs and shows how far it can be relied upon.
///
/// Pairs with an even number are fitted, those with an odd number judge the fit. A pair counts as right when its mean
/// corner error is at most 2 samples or 3 % of the longest side, whichever is more.
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
    var rank: Int
    /// In the order of `ConfidenceModel.Feature.allCases`.
    var features: [Double]
    /// See `VerdictRules.floor(_:)`.
    var floor = 0.0
    /// See `VerdictRules.ceiling(_:on:)`.
    var ceiling: Double
    var right: Bool
    /// What a confidence in it amounts to.
    var verdict: @Sendable (_ confidence: Double) -> Verdict
  }

  public func run(_ sections: [Section], to output: StudyOutput) throws {
    output.progress(0, "reading the scenes")
    let planes = PlanePairs(scenes: try scenes())
    let volumes = VolumePairs(scans: try scans())
    guard !planes.scenes.isEmpty else {
      throw StudyError.missingData(folder: options.data, needs: "bsds500, kodak or lung_sem")
    }
    let planeCount = options.count ?? 2400
    let volumeCount = volumes.scans.isEmpty ? 0 : planeCount / 5
    let total = planeCount + volumeCount
    let outcomes = try inParallel(
      total, threads: options.threads, progress: { output.progress($0, "registering") },
      { index in
        let seed = options.seed &* 1_000_003 &+ UInt64(index)
        return index < planeCount ? judge(planes.pair(seed: seed)) : judge(volumes.pair(seed: seed))
      })
    let fitted = outcomes.enumerated().filter { $0.offset % 2 == 0 }.compactMap(\.element)
    let held = outcomes.enumerated().filter { $0.offset % 2 == 1 }.compactMap(\.element)
    let fits = Fits(fitted)
    let reliability = Reliability(held.map { (fits.confidence(of: $0), $0.right) })
    try output.write(report(fits, fitted: fitted, held: held, reliability))
    try output.save(reliability.svg, "reliability.svg")
    try output.save(fits.source, "ConfidenceModel+Calibrated.swift")
    try output.save(Self.table(outcomes.compactMap(\.self)), "outcomes.csv")
  }

  /// Every pair with its features, for whoever wants to fit something else.
  static func table(_ outcomes: [Outcome]) -> String {
    let header = ["kind", "rank", "right"] + ConfidenceModel.Feature.allCases.map(\.rawValue)
    let rows = outcomes.map { outcome in
      ["\(outcome.kind)", "\(outcome.rank)", "\(outcome.right)"] + outcome.features.map { "\($0)" }
    }
    return CSV.text([header] + rows)
  }

  /// One fit for pictures and one for volumes: their evidence has other distributions.
  struct Fits {
    /// Nil where too few pairs were drawn.
    let planes: ConfidenceModel?
    let volumes: ConfidenceModel?

    init(planes: ConfidenceModel?, volumes: ConfidenceModel?) {
      self.planes = planes
      self.volumes = volumes
    }

    init(_ outcomes: [Outcome]) {
      func fit(rank: Int) -> ConfidenceModel? {
        let own = outcomes.filter { $0.rank == rank }
        guard own.contains(where: \.right), own.contains(where: { !$0.right }) else { return nil }
        let fit = LogisticFit(features: own.map(\.features), outcomes: own.map(\.right), ridge: 1)
        return ConfidenceModel(
          coefficients: Dictionary(uniqueKeysWithValues: zip(ConfidenceModel.Feature.allCases, fit.coefficients)))
      }
      self.init(planes: fit(rank: 2), volumes: fit(rank: 3))
    }

    func confidence(of outcome: Outcome) -> Double {
      let values = Dictionary(uniqueKeysWithValues: zip(ConfidenceModel.Feature.allCases, outcome.features))
      let model = outcome.rank == 2 ? planes : volumes
      return min(max(model?.probability { values[$0, default: 0] } ?? 0.5, outcome.floor), outcome.ceiling)
    }

    /// The source file that carries the coefficients into the library.
    var source: String {
      func rows(_ model: ConfidenceModel?) -> String {
        let rows = ConfidenceModel.Feature.allCases.compactMap { feature in
          model?.coefficients[feature].map { "    .\(feature): \($0.fixed(4).replacing("−", with: "-"))," }
        }
        return rows.isEmpty ? "    :" : rows.joined(separator: "\n")
      }
      return """
        extension ConfidenceModel {
          /// The model in use for images of a rank: written by `vernier-studies verdict`, whose tables are in
          /// `docs/verdict.md`.
          public static func calibrated(rank: Int) -> ConfidenceModel { rank == 2 ? planes : volumes }

          private static let planes = ConfidenceModel(coefficients: [
        \(rows(planes))
          ])

          private static let volumes = ConfidenceModel(coefficients: [
        \(rows(volumes))
          ])
        }

        """
    }
  }

  /// Photographs, and one of the micrographs: neighbouring sections would show one scene as two.
  private func scenes() throws -> [Image<2>] {
    let data = StudyData(root: options.data)
    let micrograph = try data.files("lung_sem", ["png"]).prefix(1).map(StudyData.plane)
    return (try data.photographs() + micrograph).map { $0.reduced(toAtMost: 800) }
  }

  /// Scans at about 2 mm, so that some hundred pairs are quick.
  private func scans() throws -> [[Image<3>]] {
    let data = StudyData(root: options.data)
    var scans = try data.files("mri_oasis_malf", ["nii.gz"]).filter { $0.contains("_SS") }
      .map { [try StudyData.volume($0).reduced(toAtMost: 96)] }
    let patient = data.files("mri_ms_mni_aligned/patient07", ["nii.gz"]).filter { !$0.contains("GOLD") }
    if !patient.isEmpty { scans.append(try patient.map { try StudyData.volume($0).reduced(toAtMost: 96) }) }
    for visit in ["patient01/study1", "patient01/study2", "patient04/study1", "patient20/study2"] {
      let parts = visit.split(separator: "/")
      let paths = data.files("mri_ms_longitudinal/\(parts[0])", ["nii.gz"]).filter { $0.contains("/\(parts[1])_") }
      // Two contrasts of one visit, each on its own grid: registered to each other within a sample by the scanner.
      if !paths.isEmpty { scans.append(try paths.map { try StudyData.volume($0).reduced(toAtMost: 96) }) }
    }
    scans += try data.files("elastix", ["mha"]).filter { $0.contains("3DCT") }.map {
      [try StudyData.volume($0).reduced(toAtMost: 96)]
    }
    let templates = data.files("mri_spm_templates", ["nii", "nii.gz"])
    let read = try templates.map { try StudyData.volume($0).reduced(toAtMost: 96) }
    for group in Dictionary(grouping: read, by: { $0.size }).sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      scans.append(group.value)
    }
    return scans
  }

  private func judge<let rank: Int>(_ pair: VerdictPair<rank>) -> Outcome? {
    guard let alignment = try? Registration(model: pair.model, threads: 1).align(pair.moving, to: pair.fixed) else {
      return nil
    }
    let (evidence, grid) = (alignment.evidence, pair.fixed.grid)
    return Outcome(
      kind: pair.kind, rank: rank,
      features: ConfidenceModel.Feature.allCases.map { $0.value(in: evidence, on: grid) },
      floor: VerdictRules.floor(evidence), ceiling: VerdictRules.ceiling(evidence, on: grid),
      right: pair.isRight(alignment.linear),
      verdict: { VerdictRules.verdict(confidence: $0, evidence, isBeaten: false, on: grid) })
  }

  private func report(
    _ fits: Fits, fitted: [Outcome], held: [Outcome], _ reliability: Reliability
  ) -> String {
    var coefficients = MarkdownTable(header: ["feature", "pictures", "volumes"])
    for feature in ConfidenceModel.Feature.allCases {
      func cell(_ model: ConfidenceModel?) -> String { model?.coefficients[feature]?.fixed(3) ?? "–" }
      coefficients.add([feature.rawValue, cell(fits.planes), cell(fits.volumes)])
    }
    var verdicts = MarkdownTable(
      header: ["pairs", "n", "right", "aligned", "doubtful", "failed", "aligned, wrong", "failed, though right"])
    let kinds = Dictionary(grouping: held) { "\($0.rank)D, \($0.kind)" }.sorted { $0.key < $1.key }
    for (kind, outcomes) in kinds + [("all", held)] {
      let judged = outcomes.map { ($0.right, $0.verdict(fits.confidence(of: $0))) }
      func share(_ condition: ((Bool, Verdict)) -> Bool) -> String {
        (100 * Double(judged.count(where: condition)) / Double(max(judged.count, 1))).fixed(1) + " %"
      }
      verdicts.add([
        kind, "\(judged.count)", share { $0.0 }, share { $0.1 == .aligned }, share { $0.1 == .doubtful },
        share { $0.1 == .failed }, share { $0.1 == .aligned && !$0.0 }, share { $0.1 == .failed && $0.0 },
      ])
    }
    return """
      ## Confidence and verdict

      Fitted on \(fitted.count) pairs, judged on \(held.count) others; seed \(options.seed). A pair is right when its mean corner
      error is at most 2 samples or 3 % of the longest side. `aligned` from \(VerdictRules.alignedFrom.fixed(2)), \
      `failed` below
      \(VerdictRules.failedBelow.fixed(2)).

      \(coefficients.text)
      What the verdict says of the pairs that the fit has not seen:

      \(verdicts.text)
      Reliability on the same pairs: of those with a confidence in a range, how many are right.

      \(reliability.table)
      Expected calibration error \(reliability.calibrationError.fixed(3)), Brier score \(reliability.brierScore.fixed(3)), area under
      the ROC curve \(reliability.areaUnderCurve.fixed(4)).
      """
  }
}
