import Vernier
import VernierText

/// What the study of shifts prints of Vernier's own way.
struct PlateTables {
  let own: [OwnPlate]

  var report: String {
    """
    ## Vernier's own way, every plate

    `auto`, green the reference. "Off" is how far the shifts (`--transform translation`) are from the checked ones, which were determined outside \
    of Vernier (`CheckedShifts.swift` says how); edges agree by NCC of their strengths over the inner green exposure: before, by shifts, and by affine maps, which is the \
    default. The lower of blue's and red's.

    \(plateTable.text)
    \(summary)


    """
  }

  private var plateTable: MarkdownTable {
    var table = MarkdownTable(header: [
      "plate", "verdict", "blue on the plate, px", "red", "off, px", "edges before", "shifts", "affine", "peak",
      "next best",
    ])
    for plate in own {
      func least(_ values: [Double]) -> String { (values.min() ?? .nan).fixed(2) }
      let shifts = plate.displacements.map { "(\($0[0].fixed(2)), \($0[1].fixed(2)))" }
      table.add(
        [plate.name, plate.mapped.verdict.rawValue] + (shifts.count == 2 ? shifts : ["–", "–"]) + [
          plate.errors.isEmpty ? "–" : plate.errors.map { $0.fixed(2) }.joined(separator: ", "),
          least(plate.mapped.alignments.map(\.agreementBefore)), least(plate.shifted.alignments.map(\.agreementAfter)),
          least(plate.mapped.alignments.map(\.agreementAfter)), least(plate.mapped.alignments.map(\.peak)),
          (plate.mapped.alignments.map(\.peakRatio).max() ?? .nan).fixed(2),
        ])
    }
    return table
  }

  private var summary: String {
    let errors = Statistics(own.flatMap(\.errors))
    let mapped = own.compactMap { $0.mapped.alignments.map(\.agreementAfter).min() }
    let shifted = own.compactMap { $0.shifted.alignments.map(\.agreementAfter).min() }
    let most = own.flatMap(\.errors).max() ?? .nan
    return """
      From the checked shifts: mean \(errors.mean.fixed(2)) px, largest \(most.fixed(2)) px, over \(errors.count) exposures. Edges agree to \
      \(Statistics(shifted).mean.fixed(3)) in the mean by shifts and \(Statistics(mapped).mean.fixed(3)) by affine maps.
      """
  }

  /// What exposures of different plates look like beside those that belong together.
  func nulls(_ mixed: MixedPlates) -> String {
    let right = own.flatMap(\.mapped.alignments)
    let peaks = mixed.rows.map(\.peak)
    let counts = [Verdict.aligned, .doubtful, .failed].map { "\(mixed.verdicts[$0] ?? 0) \($0.rawValue)" }
    return """
      ## Exposures that do not belong together

      Plates put together from exposures of three different plates, \(mixed.verdicts.values.reduce(0, +)) of them: \(counts.joined(separator: ", ")). \
      The peak, the NCC of the edges less their local mean at the best of all shifts, is at most \((peaks.max() ?? .nan).fixed(3)) over these \
      \(peaks.count) pairs (median \(Statistics(peaks).median.fixed(3))), and at least \((right.map(\.peak).min() ?? .nan).fixed(3)) over the \(right.count) pairs that \
      belong together. The limits lie between: below 0.15 an exposure is unmatched and the plate failed, from 0.25 on it is matched, in between doubtful. The \
      next best shift reaches at most \((right.map(\.peakRatio).max() ?? .nan).fixed(2)) of the peak where exposures belong together; from 0.8 on it is doubtful.

      """
  }
}
