import Vernier
import VernierCommandLine
import VernierFiles
import VernierReport

/// The one page for all pairs of a list.
///
/// It is made from the results once all are there, whatever run they came from: the images are read again and seen
/// through the transform that was found.
struct BatchPage: Sendable {
  let rows: BatchRows
  /// A result a row.
  let results: [BatchResult]
  /// What to call the list.
  let title: String

  /// How many pairs have a row. Of more, those of the least confidence have.
  private static let mostRows = 20_000
  /// How many have pictures. Of more, those of the least confidence have.
  private static let mostPictures = 2000
  /// The samples of one of a pair's three pictures, all pairs together: what keeps the page small.
  private static let mostSamples = 2_000_000.0

  /// - Parameters:
  ///   - path: the page.
  ///   - atOnce: how many pairs to work on at once.
  @MainActor func write(to path: String, atOnce: Int) async throws {
    let byConfidence = results.indices.sorted { (results[$0].confidence, $0) < (results[$1].confidence, $1) }
    let shown = byConfidence.prefix(Self.mostRows).sorted()
    let pictured = Set(byConfidence.prefix(Self.mostPictures))
    let side = Int(min(max((Self.mostSamples / Double(max(1, pictured.count))).squareRoot(), 64), 192))
    var lines: [ListReport.Row] = []
    let progress = Progress()
    defer { progress.finish() }
    try await inOrder(count: shown.count, limit: atOnce, ahead: 8 * atOnce) { place in
      row(shown[place], side: pictured.contains(shown[place]) ? side : nil)
    } consume: { place, line in
      lines.append(line)
      progress.report(Double(place + 1) / Double(shown.count), "the page")
    }
    let page = ListReport(
      lines, title: title, note: note(shown: shown.count), version: VernierCommand.version)
    try PartialFiles.replace(path, text: page.html())
  }

  private func note(shown: Int) -> String {
    var parts: [String] = []
    if shown < results.count {
      parts.append("Of \(results.count) pairs the \(shown) of the least confidence are here.")
    }
    if shown > Self.mostPictures { parts.append("The \(Self.mostPictures) of the least confidence have pictures.") }
    if options.deformation != nil, options.files.transform == nil {
      parts.append("What is shown is moved by the linear part; --save-transform keeps the whole.")
    }
    return parts.joined(separator: " ")
  }

  private var options: RegisterOptions { rows.options }

  private func row(_ index: Int, side: Int?) -> ListReport.Row {
    let result = results[index]
    let row = rows.row(index)
    let preview = side.flatMap { side -> PairPreview? in
      guard let row, let job = try? rows.job(row) else { return nil }
      return try? PairShowing(job: job, matrix: result.matrix, side: side)(
        reading: job.fixed, job.moving, threads: job.registration.threads)
    }
    return ListReport.Row(
      number: rows.number(of: index), fixedFile: row?.pair.fixed ?? "", movingFile: row?.pair.moving ?? "",
      verdict: result.verdict, confidence: result.confidence, found: result.model, reason: result.reason,
      preview: preview)
  }
}

/// A pair seen through a transform that was found before.
private struct PairShowing: PictureWork {
  let job: PairJob
  /// Nil where none was found: then the images lie as they do.
  let matrix: [[Double]]?
  let side: Int

  func callAsFunction<let rank: Int>(_ fixed: Picture<rank>, _ moving: Picture<rank>) throws -> PairPreview {
    let (still, other) = (try fixed.masked(by: job.files.fixedMask), try moving.masked(by: job.files.movingMask))
    let map: Transform<rank> = transform(between: TransformVolumes(fixed: fixed, moving: moving))
    let moved = other.resampled(onto: still.grid, through: map, threads: job.registration.threads)
    return try PairPreview(fixed: still, moved: moved, side: side, encodedBy: ReportEncoder())
  }

  /// The whole transform where it was saved, else the one of the result.
  private func transform<let rank: Int>(between volumes: TransformVolumes) -> Transform<rank> {
    if matrix != nil, let path = job.files.transform,
      let saved = try? TransformFile.read(path, as: Transform<rank>.self, between: volumes)
    {
      return saved
    }
    guard let matrix, matrix.count == rank + 1, matrix.allSatisfy({ $0.count == rank + 1 }) else {
      return Transform(Affine<rank>.identity)
    }
    if rank == 2, matrix[2] != [0, 0, 1], let map = Homography(Matrix<3>(rowMajor: matrix.flatMap(\.self))),
      let map = AnyTransform.plane(Transform(map)).transform(as: Transform<rank>.self)
    {
      return map
    }
    return Transform(Affine<rank>(homogeneous: matrix))
  }
}
