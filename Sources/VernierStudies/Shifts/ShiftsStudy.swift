import Vernier

/// The paper's experiments on glass plates: gradient descent on a shift at three learning rates and two numbers of steps, beside the exhaustive answer; and
/// Vernier's own way on all plates.
public struct ShiftsStudy: Study {
  public static let name = "shifts"
  public static let summary =
    "glass plates: published gradient descent and search, and Vernier's way against checked shifts"

  /// The six plates of the paper, its 1 to 6.
  static let published = ["00125v", "00149v", "00153v", "00351v", "00398v", "01112v"]

  private let options: StudyOptions

  public init(_ options: StudyOptions) { self.options = options }

  public func run(progress: @Sendable (Double, String) -> Void) throws -> StudyResult {
    let folder = StudyData(root: options.data)
    let files = folder.files("plates", ["jpg", "png", "tif"])
    guard !files.isEmpty else { throw StudyError.missingData(folder: options.data, needs: "plates") }
    let plates = try files.map { file in
      (
        name: String(file.split(separator: "/").last?.split(separator: ".").first ?? ""),
        image: try StudyData.plane(file)
      )
    }
    let six = plates.filter { Self.published.contains($0.name) }
    guard !six.isEmpty else { throw StudyError.missingData(folder: options.data, needs: "the six plates of the paper") }
    // One after the other on one thread: seconds are compared.
    var trials: [ShiftTrial] = []
    var prepared: [ShiftPlate] = []
    for (index, plate) in six.enumerated() {
      progress(0.6 * Double(index) / Double(six.count), "plate \(plate.name)")
      let cut = try ShiftPlate(name: plate.name, plate: plate.image)
      prepared.append(cut)
      _ = cut.run(ShiftTrial.Setting.all[0])
      trials += ShiftTrial.Setting.all.flatMap(cut.run)
    }
    progress(0.6, "all plates")
    let own = try inParallel(plates.count, threads: options.threads) { try OwnPlate(plates[$0].name, plates[$0].image) }
    progress(0.8, "exposures of different plates")
    let mixed = try MixedPlates(plates.map { $0.image }, threads: options.threads) {
      progress(0.8 + 0.2 * $0, "exposures of different plates")
    }
    let tables = ShiftTables(plates: prepared, trials: trials, own: own, mixed: mixed)
    return StudyResult(report: tables.report, files: [("shifts-loss.svg", tables.figure.svg)])
  }
}
