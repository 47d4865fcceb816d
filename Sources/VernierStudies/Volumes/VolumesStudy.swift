import Vernier
import VernierLearning

/// Registration of volumes: Tables 4 to 6 of the paper on 3D spatial transformers, and what they leave out.
public struct VolumesStudy: Study {
  public static let name = "volumes"
  public static let summary =
    "3D: Dice, Hausdorff distance and mutual information of made and real pairs, beside a published network's"

  /// Pairs of each made column, and of people.
  private static let pairs = 20

  private let options: StudyOptions

  public init(_ options: StudyOptions) { self.options = options }

  public func run(progress: @Sendable (Double, String) -> Void) throws -> StudyResult {
    var result = StudyResult(
      report: "# Volumes\n\nseed \(options.seed), pairs at once \(options.threads)\n\n\(VolumeTables.introduction)\n")
    let sets = try LabelledVolumes.all(
      data: options.data, seed: options.seed, count: options.count ?? Self.pairs, threads: options.threads)
    for (index, set) in sets.enumerated() {
      let rows = try VolumeMethod.all.enumerated().map { number, method in
        try row(set, method) {
          let done = (Double(number) + $0) / Double(VolumeMethod.all.count)
          progress((Double(index) + done) / Double(sets.count), "\(set.title), \(method.title)")
        }
      }
      result.report += VolumeTables.section(set, rows)
    }
    return result
  }

  private func row(
    _ set: LabelledVolumes, _ method: VolumeMethod, progress: @Sendable (Double) -> Void
  ) throws -> VolumeTables.Row {
    if case .chain(let chain) = method.way,
      let obstacle = MethodChain(chain, model: .affine, rank: 3, methods: options.methods).obstacle
    {
      return VolumeTables.Row(method: method, obstacle: obstacle)
    }
    let outcomes = try inParallel(set.count, threads: options.threads, progress: progress) { number in
      try VolumeOutcome(set.pair(number), method.way, deforms: set.deforms, methods: options.methods)
    }
    return VolumeTables.Row(method: method, outcomes: outcomes.compactMap(\.self))
  }
}
