import Vernier

/// Volumes of heads: how far off a registration may start.
public struct VolumesStudy: Study {
  public static let name = "volumes"
  public static let summary = "real heads: large starts"

  private let options: StudyOptions

  public init(_ options: StudyOptions) { self.options = options }

  /// - Throws: ``StudyError/missingData(folder:needs:)`` where there is no pair of volumes.
  public func run(progress: @Sendable (Double, String) -> Void) throws -> StudyResult {
    guard !VolumeSource.present(in: options.data).isEmpty else {
      throw StudyError.missingData(
        folder: options.data, needs: "volumes in mri_oasis_malf, mri_ms_mni_aligned or mri_ms_longitudinal")
    }
    let starts = LargeStarts(
      data: options.data, seed: options.seed, count: options.count ?? 100, threads: options.threads)
    var result = try starts.section(progress: progress)
    result.report = "# Volumes\n\nthreads \(options.threads)\n\n" + result.report
    return result
  }
}
