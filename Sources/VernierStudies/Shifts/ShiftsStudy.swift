import Vernier

/// The paper's experiments on glass plates: gradient descent on a shift at three learning rates and two numbers of
/// steps, beside the exhaustive answer; and Vernier's own way on all plates.
public struct ShiftsStudy: Study {
  public static let name = "shifts"
  public static let summary =
    "glass plates: published gradient descent and search, and Vernier's way against checked shifts"

  /// The six plates of the paper, its 1 to 6.
  static let published = ["00125v", "00149v", "00153v", "00351v", "00398v", "01112v"]

  /// What can be run alone.
  public enum Section: String, CaseIterable, StudySection {
    case descent, plates, mixed

    public var summary: String {
      switch self {
      case .descent: "the published gradient descent and search on six plates"
      case .plates: "Vernier's own way on every plate"
      case .mixed: "exposures that do not belong together"
      }
    }
  }

  private let options: StudyOptions

  public init(_ options: StudyOptions) { self.options = options }

  public func run(_ sections: [Section], to output: StudyOutput) throws {
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
    try output.write(
      "# Shifts of glass plates\n\n\(six.count) plates of the paper, \(plates.count) in all; nothing is drawn, so no seed\n\n"
    )
    var own: [OwnPlate] = []
    for (section, output) in sections.parts(of: output) {
      // What exposures of different plates are compared with, too.
      if section != .descent, own.isEmpty {
        output.progress(0, "all plates")
        own = try inParallel(plates.count, threads: options.threads) {
          try OwnPlate(plates[$0].name, plates[$0].image)
        }
      }
      switch section {
      case .descent: try descend(six, to: output)
      case .plates: try output.write(PlateTables(own: own).report)
      case .mixed:
        let mixed = try MixedPlates(plates.map { $0.image }, threads: options.threads) {
          output.progress($0, "exposures of different plates")
        }
        try output.write(PlateTables(own: own).nulls(mixed))
      }
    }
  }

  /// One plate after the other on one thread: seconds are compared.
  private func descend(_ six: [(name: String, image: Image<2>)], to output: StudyOutput) throws {
    var trials: [ShiftTrial] = []
    var prepared: [ShiftPlate] = []
    for (plate, output) in six.parts(of: output) {
      output.progress(0, "plate \(plate.name)")
      let cut = try ShiftPlate(name: plate.name, plate: plate.image)
      prepared.append(cut)
      _ = cut.run(ShiftTrial.Setting.all[0])
      trials += ShiftTrial.Setting.all.flatMap(cut.run)
    }
    let tables = ShiftTables(plates: prepared, trials: trials)
    try output.write(tables.report)
    try output.save(tables.figure.svg, "shifts-loss.svg")
  }
}
