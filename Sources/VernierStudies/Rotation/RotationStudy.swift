import Vernier
import VernierLearning

/// The regression of a rotation by a CNN: the published trainings, and what they leave out: errors under noise and
/// compression, with and without denoisers, alone and refined.
public struct RotationStudy: Study {
  public static let name = "rotation"
  public static let summary =
    "the published trainings of a rotation CNN, and its errors under noise, JPEG and denoisers"

  public static let isConfigurable = true

  /// Of the pictures in the tables of errors: the paper's smaller size, which it recommends.
  static let side = 64

  /// What can be run alone.
  public enum Section: String, CaseIterable, StudySection {
    case trainings, published, strict

    public var summary: String {
      switch self {
      case .trainings: "the published trainings, their losses and errors"
      case .published: "errors under noise, JPEG and denoisers, published protocol"
      case .strict: "errors under noise and JPEG, strict protocol"
      }
    }
  }

  private let options: StudyOptions

  public init(_ options: StudyOptions) { self.options = options }

  public func run(_ sections: [Section], to output: StudyOutput) throws {
    let configuration = try options.configuration.map(RotationConfiguration.init(file:)) ?? .usual
    let frames = FrameFolders(configuration, data: options.data)
    let tables = RotationTables(configuration: configuration, seed: options.seed, threads: options.threads)
    try output.write(tables.introduction)
    for (section, output) in sections.parts(of: output) {
      switch section {
      case .trainings: try train(configuration, frames, tables, to: output)
      case .published, .strict:
        let kind = section == .strict ? PairProtocol.strict : .published
        let errors = try errors(kind, configuration, frames) {
          output.progress($0, "\(kind.rawValue) protocol, \($1)")
        }
        try output.write(tables.section(errors))
      }
    }
  }

  private func train(
    _ configuration: RotationConfiguration, _ frames: FrameFolders, _ tables: RotationTables, to output: StudyOutput
  ) throws {
    guard !configuration.runs.isEmpty else { return }
    let trainings = try configuration.runs.parts(of: output).map { run, output in
      try withTensorThreads(options.threads) {
        try RotationTraining(run, configuration, frames: frames, seed: options.seed, threads: options.threads) {
          output.progress($0, "training \(run.name)")
        }
      }
    }
    try output.write(tables.runs(trainings))
    try output.save(tables.figure(trainings).svg, "rotation-losses.svg")
  }

  /// Denoisers are tried under the published protocol alone.
  private func errors(
    _ kind: PairProtocol, _ configuration: RotationConfiguration, _ frames: FrameFolders,
    progress: @Sendable (Double, String) -> Void
  ) throws -> RotationErrors {
    let conditions = try RotationCondition.all(
      configuration, kind, side: Self.side, frames: frames, seed: options.seed, threads: options.threads)
    let count = options.count ?? configuration.pairs
    let denoisers: [String?] = [nil] + (kind == .published ? configuration.denoisers : [])
    let work = configuration.methods.flatMap { method in denoisers.map { (method, $0) } }
    var rows: [RotationErrors.Row] = []
    for (index, (method, denoiser)) in work.enumerated() {
      let chain = StudiedChain(method, model: .rigid, methods: options.methods)
      let step = options.preparations.first { $0.name == denoiser }?.step([], 1)
      let isMissing = denoiser != nil && step == nil
      guard chain.obstacle == nil, !isMissing else {
        rows.append(.init(method: method, denoiser: denoiser, obstacle: chain.obstacle ?? "no \(denoiser ?? "")"))
        continue
      }
      let name = [method, denoiser].compactMap(\.self).joined(separator: ", ")
      let errors = try conditions.enumerated().map { number, condition in
        let outcomes = try inParallel(
          count, threads: options.threads,
          progress: {
            let share = (Double(number) + $0) / Double(conditions.count)
            progress((Double(index) + share) / Double(work.count), name)
          },
          { pair in
            let (fixed, moving, truth) = try condition.pairs.pair(pair)
            return try PairOutcome(
              of: RegisteredPair(fixed: fixed, moving: moving, truth: truth), by: method, methods: options.methods,
              prepare: step.map { [$0] } ?? [])
          })
        return PairSummary(outcomes).rotation
      }
      rows.append(.init(method: method, denoiser: denoiser, errors: errors))
    }
    return RotationErrors(
      kind: kind, count: count, conditions: conditions.map(\.title), rows: rows,
      bounds: kind == .strict ? try conditions.map { try $0.boundedError(count: count, threads: options.threads) } : [])
  }
}
