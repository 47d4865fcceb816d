import Vernier
import VernierText

/// How near the methods come to the least error that the noise allows.
public struct EfficiencyStudy: Study {
  public static let name = "efficiency"
  public static let summary = "errors over the Cramér–Rao bound, against noise"

  /// What can be run alone.
  public enum Section: String, CaseIterable, StudySection {
    case small, any

    public var summary: String { "\(motion.rawValue): shift and rotation, 1 to 10 % of noise" }

    var motion: EfficiencyCondition.Motion { self == .small ? .small : .any }
  }

  private let options: StudyOptions

  public init(_ options: StudyOptions) { self.options = options }

  static let chains = [
    "search+refine", "search+refine:\(cubic)", "refine", "refine:\(cubic)", "fourier-mellin+refine", "fourier-mellin",
    "sift+refine", "sift", "fft",
  ]

  private static let cubic = "interpolation=cubic"

  /// A chain's name in a legend, which has little room.
  static func label(_ chain: String) -> String { chain.replacing(":\(cubic)", with: ", cubic") }

  /// Some 0.1 s a pair and far from the bound: with all pairs it would take as long as all other chains together.
  static let slowChain = "fft"

  static let linearStep = "one step with the scene known"

  /// Whether a chain looks near its start only.
  private static func isLocal(_ chain: String) -> Bool { chain.hasPrefix("refine") }

  public func run(_ sections: [Section], to output: StudyOutput) throws {
    output.progress(0, "reading the scenes")
    let photographs = try StudyData(root: options.data).photographs()
    let scenes = StrictProtocol.Scenes(photographs, for: StrictProtocol())
    guard !scenes.images.isEmpty else {
      throw StudyError.missingData(folder: options.data, needs: "bsds500 or kodak")
    }
    let chains = Self.chains.map { StudiedChain($0, model: .rigid, methods: options.methods) }
    let count = options.count ?? 300
    try output.write(introduction(count: count, scenes: scenes.images.count))
    var tables = EfficiencyTables()
    var gains: [Double] = []
    for (section, output) in sections.parts(of: output) {
      for (percent, output) in EfficiencyCondition.percents.parts(of: output) {
        let condition = EfficiencyCondition(motion: section.motion, percent: percent)
        let samples = try inParallel(count, threads: options.threads) {
          condition.sample(scenes, seed: options.seed &* 1_000_003 &+ UInt64($0))
        }
        gains += samples.map { ($0.boundOfKnownGain.translation / $0.bound.translation).squareRoot() }
        if let folder = options.folder, condition.motion == .small {
          try BoundFolder(path: "\(folder)/pairs/noise-\(condition.percent)").write(samples)
        }
        tables.rows += try rows(samples, condition, chains, output: output)
      }
      try output.write(tables.section(section.motion) + "\n")
      try output.save(tables.figure(section.motion).svg, "efficiency-\(section.rawValue).svg")
      try output.save(tables.csv, "efficiency.csv")
    }
    let missing = chains.compactMap { chain in chain.obstacle.map { "`\(chain.name)` (\($0))" } }
    let lower = 100 * (1 - Statistics(gains).mean)
    try output.write(
      """
      With gain and offset known, the bound on the shift would be \(lower.fixed(1)) % lower in the mean.
      \(missing.isEmpty ? "" : "\nLeft out: \(missing.joined(separator: ", ")).\n")
      """)
  }

  /// What the chains of this build make of the pairs of one condition.
  private func rows(
    _ samples: [EfficiencyCondition.Sample], _ condition: EfficiencyCondition, _ chains: [StudiedChain],
    output: StudyOutput
  ) throws -> [EfficiencyTables.Row] {
    let able = chains.filter { $0.obstacle == nil && !(condition.motion == .any && Self.isLocal($0.name)) }
    var rows = try able.parts(of: output).map { chain, output -> EfficiencyTables.Row in
      let some = samples.prefix(chain.name == Self.slowChain ? (samples.count + 4) / 5 : samples.count)
      let found = try inParallel(
        some.count, threads: options.threads,
        progress: { output.progress($0, "noise \(condition.percent) %, \(chain.name)") },
        { try PairOutcome(of: samples[$0].pair, by: chain.name, methods: options.methods).answer?.transform })
      return (condition, chain.name, EfficiencyRow(Array(zip(some, found))))
    }
    rows.append((condition, Self.linearStep, EfficiencyRow(samples.map { ($0, $0.linearStep) })))
    return rows
  }

  private func introduction(count: Int, scenes: Int) -> String {
    """
    # How near the limit

    seed \(options.seed), \(count) pairs a level, \(scenes) photographs

    64×64 pairs cut from one larger scene, smoothed with σ = \(StrictProtocol.smoothing.fixed(1)) px and sampled by its cubic spline;
    independent noise on both, both rounded to 8 bits. A seed draws the same scenes and motions for each noise level, and
    other noise.

    \(EfficiencyTables.legend)

    "One step with the scene known" is no method but a check of the bound: from the answer, one linear step with the noise-free
    scene's own derivatives, which nobody has. It comes to 1 where noise rules, and somewhat above at 1 %, where what
    interpolation misses between the moving image's samples counts beside the noise.

    `refine` starts from the identity, and so stands under small motions only; with `\(Self.cubic)` it interpolates
    cubically at the finest level. `\(Self.slowChain)` takes the first fifth of the pairs, since with all of them it
    would need as long as all other methods together; the plots leave it out.


    """
  }
}
