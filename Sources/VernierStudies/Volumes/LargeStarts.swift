import Vernier
import VernierText

/// Registrations of real volumes from starts that are far off, which a default registration has to find by itself.
///
/// The moving volume of each start is moved by a random rigid motion (``LargeStart``); the right answer moves with it.
/// A registration is right where the mean distance from the right answer, over the points of the fixed volume's head,
/// is below the diagonal of its voxels.
struct LargeStarts: Sendable {
  /// What happens to the moving volume.
  enum Condition: String, CaseIterable, Sendable {
    /// Up to 90° and 100 mm, as another position in the scanner: all samples are kept.
    case moved = "moved by ≤ 90°, ≤ 100 mm"
    /// Up to 90° and half of its field of view, within that field: what leaves it is lost.
    case cut = "moved by ≤ 90°, ≤ half the field of view, what leaves it lost"

    /// A word for a list.
    var key: String {
      switch self {
      case .moved: "moved"
      case .cut: "cut"
      }
    }
  }

  /// What became of a start.
  struct Outcome: Sendable {
    let number: Int
    let source: VolumeSource
    let condition: Condition
    let model: TransformModel
    /// How far it was moved, in degrees and mm.
    let degrees: Double
    let shift: Double
    let motion: Affine<3>
    /// Fixed point to moving point.
    let right: Affine<3>
    /// Mean distance in the head, mm; infinite where nothing was found.
    let error: Double
    /// Below which it is right.
    let tolerance: Double
    let verdict: Verdict
    let seconds: Double

    var isRight: Bool { error < tolerance }
  }

  let data: String
  let seed: UInt64
  let count: Int
  let threads: Int

  /// Runs the starts under a condition and a model; start i takes the pair i of those present, over and over.
  ///
  /// - Returns: the outcomes in the order of their numbers.
  /// - Throws: `FileError` for volumes that cannot be read.
  func run(
    _ condition: Condition, _ model: TransformModel, progress: (Double, String) -> Void
  ) throws -> [Outcome] {
    let sources = VolumeSource.present(in: data)
    var outcomes: [Outcome] = []
    for (index, source) in sources.enumerated() where index < count {
      let pair = try source.pair(data, model: model, threads: threads)
      for number in stride(from: index, to: count, by: sources.count) {
        progress(Double(outcomes.count) / Double(count), "\(condition.rawValue), \(model.rawValue): \(source.name)")
        outcomes.append(try outcome(number, of: pair, source, condition, model))
      }
    }
    return outcomes.sorted { $0.number < $1.number }
  }

  private func outcome(
    _ number: Int, of pair: VolumePair, _ source: VolumeSource, _ condition: Condition, _ model: TransformModel
  ) throws -> Outcome {
    let grid = pair.moving.grid
    let half = (0..<3).map { Double(grid.size[$0]) * grid.spacing[$0] / 2 }.min() ?? 0
    let start = LargeStart(number, seed: seed, degrees: 90, shift: condition == .moved ? 100 : half)
    let motion = start.motion(about: grid.center)
    let moved =
      switch condition {
      case .moved: try pair.moving.carried(by: motion)
      case .cut: try pair.moving.seenMoved(by: motion, threads: threads)
      }
    let right = motion.composed(after: pair.answer.bestFit(model))
    let alignment = try? Registration(model: model, threads: threads).align(moved, to: pair.fixed)
    let points = pair.answer.points
    let error = alignment.map { PointPairs(points: points) { right($0) }.meanDistance($0.transform) }
    return Outcome(
      number: number, source: source, condition: condition, model: model, degrees: start.degrees, shift: start.shift,
      motion: motion, right: right, error: error ?? .infinity, tolerance: pair.voxelDiagonal,
      verdict: alignment?.verdict ?? .failed, seconds: alignment?.seconds ?? 0)
  }
}

extension LargeStarts {
  /// The head of the table of ``row(_:_:_:)``.
  static let table = MarkdownTable(header: [
    "moving volume", "model", "starts", "right", "median error, mm", "95 %", "largest", "called aligned",
    "of them wrong",
    "median s",
  ])

  /// What a table says of the outcomes of one condition and model.
  static func row(_ name: String, _ model: TransformModel, _ outcomes: [Outcome]) -> [String] {
    let errors = Statistics(outcomes.map(\.error))
    let aligned = outcomes.filter { $0.verdict == .aligned }
    let right = outcomes.count(where: \.isRight)
    return [
      name, model.rawValue, "\(outcomes.count)",
      "\(right) (\((100 * Double(right) / Double(outcomes.count)).fixed(0)) %)", errors.median.fixed(2),
      errors.percentile95.fixed(2), (outcomes.map(\.error).max() ?? .nan).fixed(1), "\(aligned.count)",
      "\(aligned.count { !$0.isRight })", Statistics(outcomes.map(\.seconds)).median.fixed(2),
    ]
  }

  /// The starts that ended wrong.
  static func failures(_ outcomes: [Outcome]) -> MarkdownTable? {
    let wrong = outcomes.filter { !$0.isRight }
    guard !wrong.isEmpty else { return nil }
    var table = MarkdownTable(header: [
      "start", "moving volume", "pair", "model", "turned, °", "shifted, mm", "error, mm", "verdict",
    ])
    for outcome in wrong {
      table.add([
        "\(outcome.number)", outcome.condition.rawValue, outcome.source.name, outcome.model.rawValue,
        outcome.degrees.fixed(0), outcome.shift.fixed(0), outcome.error.fixed(1), outcome.verdict.rawValue,
      ])
    }
    return table
  }

  /// Every start for other programs: how the moving volume was moved and where the points of the fixed one lie then, as
  /// the first three rows of homogeneous matrices in physical space, and what became of it.
  static func list(_ outcomes: [Outcome]) -> String {
    func text(_ map: Affine<3>) -> String {
      map.homogeneous.dropLast().joined().map { "\($0)" }.joined(separator: " ")
    }
    let rows = outcomes.map { outcome in
      [
        "\(outcome.number)", outcome.source.fixed, outcome.source.moving, outcome.condition.key, outcome.model.rawValue,
        text(outcome.motion), text(outcome.right), "\(outcome.tolerance)", "\(outcome.error)",
        outcome.verdict.rawValue, "\(outcome.seconds)",
      ]
    }
    let header = [
      "start", "fixed", "moving", "condition", "model", "motion", "right", "tolerance", "error", "verdict", "seconds",
    ]
    return CSV.text([header] + rows)
  }

  /// Writes the section of a report: every condition under a rigid and an affine model.
  func run(to output: StudyOutput) throws {
    let groups = Dictionary(grouping: VolumeSource.present(in: data), by: \.group)
    try output.write(
      """

      ## Large starts

      \(count) starts with seed \(seed) over \(groups.values.joined().count) pairs of real heads, `search+refine` with its defaults. A start is right where
      the mean distance in the fixed head is below the diagonal of its voxels (1.7 mm for people and stripped contrasts, 3.2 to 4.1 mm for raw scans).
      Answers are known from the data sets; those of people are what the same registration finds of the pair as it lies.


      """)
    var overview = Self.table
    var all: [Outcome] = []
    let runs = Condition.allCases.flatMap { condition in [TransformModel.rigid, .affine].map { (condition, $0) } }
    for (run, output) in runs.parts(of: output) {
      let (condition, model) = run
      let outcomes = try self.run(condition, model, progress: output.progress)
      overview.add(Self.row(condition.rawValue, model, outcomes))
      for group in groups.keys.sorted() {
        overview.add(Self.row("– \(group)", model, outcomes.filter { $0.source.group == group }))
      }
      all += outcomes
    }
    try output.write(overview.text)
    if let failures = Self.failures(all) { try output.write("\nWhat ended wrong:\n\n" + failures.text) }
    try output.save(Self.list(all), "large-starts.csv")
  }
}
