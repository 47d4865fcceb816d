import Vernier
import VernierFiles
import VernierLearning

/// Registration of volumes: Tables 4 to 6 of the paper on 3D spatial transformers, and what they leave out.
public struct VolumesStudy: Study {
  public static let name = "volumes"
  public static let summary =
    "3D: Dice, Hausdorff distance and mutual information beside a published network's; large starts"

  /// Pairs of each made column, and of people.
  private static let pairs = 20
  private static let starts = 100

  /// What can be run alone.
  public enum Section: String, CaseIterable, StudySection {
    case labelled, overlay, starts

    public var summary: String {
      switch self {
      case .labelled: "Tables 4 to 6: labelled cubes and brains"
      case .overlay: "the overlays as the paper's Fig. 6, with --output"
      case .starts: "large starts on real heads"
      }
    }
  }

  private let options: StudyOptions

  public init(_ options: StudyOptions) { self.options = options }

  public func run(_ sections: [Section], to output: StudyOutput) throws {
    try output.write(
      "# Volumes\n\nseed \(options.seed), pairs at once \(options.threads)\n\n\(VolumeTables.introduction)\n")
    for (section, output) in sections.parts(of: output) {
      switch section {
      case .labelled: try measure(labelled(), to: output)
      case .overlay:
        guard let folder = options.folder else { continue }
        let sets = try labelled()
        let shown = PublishedVolumes.Column.allCases.compactMap { column in sets.first { $0.published == column } }
        try output.write(overlay(shown, to: "\(folder)/volumes-overlay.png"))
      case .starts: try start(to: output)
      }
    }
  }

  private func labelled() throws -> [LabelledVolumes] {
    try LabelledVolumes.all(
      data: options.data, seed: options.seed, count: options.count ?? Self.pairs, threads: options.threads)
  }

  private func measure(_ sets: [LabelledVolumes], to output: StudyOutput) throws {
    for (set, output) in sets.parts(of: output) {
      let rows = try VolumeMethod.all.parts(of: output).map { method, output in
        try row(set, method) { output.progress($0, "\(set.title), \(method.title)") }
      }
      try output.write(VolumeTables.section(set, rows))
    }
    let missing = PublishedVolumes.Column.allCases.filter { column in !sets.contains { $0.published == column } }
    if !missing.isEmpty {
      try output.write(
        "\nLeft out: \(missing.map(\.title).joined(separator: ", ")): no labelled brains in mri_oasis_malf.\n")
    }
  }

  private func start(to output: StudyOutput) throws {
    guard !VolumeSource.present(in: options.data).isEmpty else {
      return try output.write(
        "\n## Large starts\n\nLeft out: no volumes in mri_oasis_malf, mri_ms_mni_aligned or mri_ms_longitudinal.\n")
    }
    let starts = LargeStarts(
      data: options.data, seed: options.seed, count: options.count ?? Self.starts, threads: options.threads)
    try starts.run(to: output)
  }

  /// Draws the first pair of each column, by each of these methods that the build has.
  private func overlay(_ sets: [LabelledVolumes], to path: String) throws -> String {
    let chains = ["stn-separate", "search+refine"].filter {
      StudiedChain($0, model: .affine, rank: 3, methods: options.methods).obstacle == nil
    }
    let rows = try inParallel(sets.count, threads: options.threads) { number in
      let pair = try sets[number].pair(0)
      let transforms = try chains.map {
        try Registration(chain: $0, of: options.methods, model: .affine).align(pair.moving, to: pair.fixed).linear
      }
      return (pair: pair, transforms: transforms)
    }
    try ImageFile(VolumeOverlay(rows).channels, sampleType: .uint8).write(to: path)
    return """

      ![Overlays](images/volumes-overlay.png)

      The first pair of \(sets.map(\.title).joined(separator: ", ")), from the top, as the paper's Fig. 6: moving grey and fixed blue, then with what \
      \(chains.map { "`\($0)`" }.joined(separator: " and ")) register in orange. Blue and orange make white where they agree.

      """
  }

  private func row(
    _ set: LabelledVolumes, _ method: VolumeMethod, progress: @Sendable (Double) -> Void
  ) throws -> VolumeTables.Row {
    if case .chain(let chain) = method.way,
      let obstacle = StudiedChain(chain, model: .affine, rank: 3, methods: options.methods).obstacle
    {
      return VolumeTables.Row(method: method, obstacle: obstacle)
    }
    let outcomes = try inParallel(set.count, threads: options.threads, progress: progress) { number in
      try VolumeOutcome(set.pair(number), method.way, deforms: set.deforms, methods: options.methods)
    }
    return VolumeTables.Row(method: method, outcomes: outcomes.compactMap(\.self))
  }
}
