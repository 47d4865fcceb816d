import FoundationEssentials
import Vernier

/// Vernier on real images whose answers are known: errors, verdicts, and what goes wrong where it does.
public struct KnownAnswersStudy: Study {
  public static let name = "known-answers"
  public static let summary = "errors and verdicts on real images with known answers"

  private let options: StudyOptions

  public init(_ options: StudyOptions) { self.options = options }

  static let sets: [KnownDataSet] = [
    .brainSlices, .plates, .oxfordAffine, .multimodal, .syntheticSamples, .maskedUltrasound, .artificialHistology,
    .repeatedScans, .contrastsOfOneScan, .movedBrain, .movedTemplates,
  ]

  public func run(progress: @Sendable (Double, String) -> Void) throws -> StudyResult {
    var report = "# Known answers\n\nseed \(options.seed), threads \(options.threads)\n\n"
    var overview = KnownSummary.table(firstColumn: "data set")
    var details = ""
    var failures = KnownTables.failures
    for (index, set) in Self.sets.enumerated() {
      let folder = KnownFolder(path: "\(options.data)/\(set.folder)", options: options)
      guard folder.holds(".") else {
        details += "## \(set.title)\n\nSkipped: there is no folder `\(set.folder)`.\n\n"
        continue
      }
      let cases = try set.cases(folder)
      var rows: [KnownRow] = []
      for (number, item) in cases.enumerated() {
        let done = (Double(index) + Double(number) / Double(max(cases.count, 1))) / Double(Self.sets.count)
        progress(done, "\(set.title): \(item.name)")
        rows += try item.rows()
      }
      for row in rows { failures.addDiagnosis(of: row, in: set) }
      overview.add([set.title + " (\(set.unit))"] + KnownSummary(rows).cells)
      details += "## \(set.title)\n\n\(set.note)\n\n\(KnownTables.rows(rows, of: set).text)\n"
      details += KnownTables.groups(rows).map { $0.text + "\n" } ?? ""
    }
    report += "## Overview\n\n\(KnownSummary.legend)\n\n\(overview.text)\n"
    if !failures.rows.isEmpty { report += "## Wrong answers\n\n\(KnownTables.failuresLegend)\n\n\(failures.text)\n" }
    return StudyResult(report: report + details)
  }
}
