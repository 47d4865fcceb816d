import FoundationEssentials
import Vernier

/// Vernier on real images whose answers are known: errors, verdicts, and what goes wrong where it does.
public struct KnownAnswersStudy: Study {
  public static let name = "known-answers"
  public static let summary = "errors and verdicts on real images with known answers"

  /// One data set.
  public struct Section: StudySection {
    public static let all = KnownDataSet.all.map(Section.init)

    let dataSet: KnownDataSet

    public var name: String { dataSet.title.lowercased().replacing(",", with: "").replacing(" ", with: "-") }
    public var summary: String { "\(dataSet.title), in the folder \(dataSet.folder)" }
  }

  private let options: StudyOptions

  public init(_ options: StudyOptions) { self.options = options }

  public func run(_ sections: [Section], to output: StudyOutput) throws {
    try output.write("# Known answers\n\nseed \(options.seed), threads \(options.threads)\n\n")
    var overview = KnownSummary.table(firstColumn: "data set")
    var failures = KnownTables.failures
    for (section, output) in sections.parts(of: output) {
      let set = section.dataSet
      let folder = KnownFolder(path: "\(options.data)/\(set.folder)", options: options)
      guard folder.holds(".") else {
        try output.write("## \(set.title)\n\nSkipped: there is no folder `\(set.folder)`.\n\n")
        continue
      }
      let rows = try set.cases(folder).parts(of: output).flatMap { item, output in
        output.progress(0, "\(set.title): \(item.name)")
        return try item.rows()
      }
      for row in rows { failures.addDiagnosis(of: row, in: set) }
      overview.add([set.title + " (\(set.unit))"] + KnownSummary(rows).cells)
      let groups = KnownTables.groups(rows).map { $0.text + "\n" } ?? ""
      try output.write("## \(set.title)\n\n\(set.note)\n\n\(KnownTables.rows(rows, of: set).text)\n\(groups)")
    }
    try output.write("## Overview\n\n\(KnownSummary.legend)\n\n\(overview.text)\n")
    if !failures.rows.isEmpty {
      try output.write("## Wrong answers\n\n\(KnownTables.failuresLegend)\n\n\(failures.text)\n")
    }
  }
}
