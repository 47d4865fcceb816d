import Vernier
import VernierLearning

/// The regression of a rotation by a CNN: the published trainings, and what they leave out: errors under noise and compression, with and
/// without denoisers, alone and refined.
public struct RotationStudy: Study {
  public static let name = "rotation"
  public static let summary =
    "the published trainings of a rotation CNN, and its errors under noise, JPEG and denoisers"

  public static let isConfigurable = true

  /// Of the pictures in the tables of errors: the paper's smaller size, which it recommends.
  static let side = 64

  private let options: StudyOptions

  public init(_ options: StudyOptions) { self.options = options }

  public func run(progress: @Sendable (Double, String) -> Void) throws -> StudyResult {
    let configuration = try options.configuration.map(RotationConfiguration.init(file:)) ?? .usual
    let frames = FrameFolders(configuration, data: options.data)
    var trainings: [RotationTraining] = []
    for (index, run) in configuration.runs.enumerated() {
      trainings.append(
        try withTensorThreads(options.threads) {
          try RotationTraining(
            run, configuration, frames: frames, seed: options.seed, threads: options.threads
          ) { progress(0.6 * (Double(index) + $0) / Double(configuration.runs.count), "training \(run.name)") }
        })
    }
    let start = trainings.isEmpty ? 0 : 0.6
    var errors: [RotationErrors] = []
    for (index, kind) in [PairProtocol.published, .strict].enumerated() {
      errors.append(
        try self.errors(kind, configuration, frames) {
          progress(start + (1 - start) * (Double(index) + $0) / 2, "\(kind.rawValue) protocol, \($1)")
        })
    }
    let tables = RotationTables(
      configuration: configuration, trainings: trainings, errors: errors, seed: options.seed, threads: options.threads)
    return StudyResult(
      report: tables.report, files: trainings.isEmpty ? [] : [("rotation-losses.svg", tables.figure.svg)])
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
      let chain = MethodChain(method, model: .rigid, methods: options.methods)
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
