import Vernier
import VernierText

/// How near the methods come to the least error that the noise allows.
public struct EfficiencyStudy: Study {
  public static let name = "efficiency"
  public static let summary = "errors over the Cramér–Rao bound, against noise"

  private let options: StudyOptions

  public init(_ options: StudyOptions) { self.options = options }

  /// The library's refinement with cubic interpolation at its finest level, which no name on the command line asks for.
  private static let cubicRefinement = Method(
    name: "refine-cubic", kind: .classical, transforms: TransformModel.allCases, ranks: [2], source: "refine"
  ) { Refinement(model: $0.model, metric: $0.metric, interpolation: .cubic, threads: $0.threads) }

  static let chains = [
    "search+refine", "search+refine-cubic", "refine", "refine-cubic", "fourier-mellin+refine", "fourier-mellin",
    "sift+refine", "sift", "fft",
  ]

  /// Some 0.1 s a pair and far from the bound: with all pairs it would take as long as all other chains together.
  static let slowChain = "fft"

  static let linearStep = "one step with the scene known"

  /// Whether a chain looks near its start only.
  private static func isLocal(_ chain: String) -> Bool { chain.hasPrefix("refine") }

  public func run(progress: @Sendable (Double, String) -> Void) throws -> StudyResult {
    progress(0, "reading the scenes")
    let photographs = try StudyData(root: options.data).photographs()
    let scenes = StrictProtocol.Scenes(photographs, for: StrictProtocol())
    guard !scenes.images.isEmpty else {
      throw StudyError.missingData(folder: options.data, needs: "bsds500 or kodak")
    }
    let methods = options.methods + [Self.cubicRefinement]
    let chains = Self.chains.map { MethodChain($0, model: .rigid, methods: methods) }
    let count = options.count ?? 300
    var tables = EfficiencyTables()
    var gains: [Double] = []
    let conditions = EfficiencyCondition.all
    for (step, condition) in conditions.enumerated() {
      let samples = try inParallel(count, threads: options.threads) {
        condition.sample(scenes, seed: options.seed &* 1_000_003 &+ UInt64($0))
      }
      gains += samples.map { ($0.boundOfKnownGain.translation / $0.bound.translation).squareRoot() }
      if let folder = options.folder, condition.motion == .small {
        try BoundFolder(path: "\(folder)/pairs/noise-\(condition.percent)").write(samples)
      }
      for (turn, chain) in chains.enumerated() where chain.obstacle == nil {
        if condition.motion == .any && Self.isLocal(chain.name) { continue }
        let some = samples.prefix(chain.name == Self.slowChain ? (count + 4) / 5 : count)
        let found = try inParallel(
          some.count, threads: options.threads,
          progress: { share in
            let done = (Double(turn) + share) / Double(chains.count)
            progress((Double(step) + done) / Double(conditions.count), "noise \(condition.percent) %, \(chain.name)")
          },
          { try PairOutcome(of: samples[$0].pair, by: chain.name, methods: methods).answer?.transform })
        tables.rows.append((condition, chain.name, EfficiencyRow(Array(zip(some, found)))))
      }
      tables.rows.append((condition, Self.linearStep, EfficiencyRow(samples.map { ($0, $0.linearStep) })))
    }
    return StudyResult(
      report: report(tables, count: count, scenes: scenes.images.count, chains: chains, gains: gains),
      files: [
        ("efficiency-small.svg", tables.figure(.small).svg), ("efficiency-any.svg", tables.figure(.any).svg),
        ("efficiency.csv", tables.csv),
      ])
  }

  private func report(
    _ tables: EfficiencyTables, count: Int, scenes: Int, chains: [MethodChain], gains: [Double]
  ) -> String {
    let missing = chains.compactMap { chain in chain.obstacle.map { "`\(chain.name)` (\($0))" } }
    return """
      # How near the limit

      seed \(options.seed), \(count) pairs a level, \(scenes) photographs

      64×64 pairs cut from one larger scene, smoothed with σ = \(StrictProtocol.smoothing.fixed(1)) px and sampled by its cubic spline;
      independent noise on both, both rounded to 8 bits. A seed draws the same scenes and motions for each noise level, and
      other noise.

      \(EfficiencyTables.legend)

      "One step with the scene known" is no method but a check of the bound: from the answer, one linear step with the noise-free
      scene's own derivatives, which nobody has. It comes to 1 where noise rules, and somewhat above at 1 %, where what
      interpolation misses between the moving image's samples counts beside the noise.

      With gain and offset known, the bound on the shift would be \((100 * (1 - Statistics(gains).mean)).fixed(1)) % lower in the mean.
      `refine` and `refine-cubic` start from the identity, and so stand under small motions only; `refine-cubic` is `refine` with
      cubic interpolation at the finest level, which the command line does not offer. `\(Self.slowChain)` takes the first fifth of the
      pairs, since with all of them it would need as long as all other methods together; the plots leave it out.

      \(EfficiencyCondition.Motion.allCases.map(tables.section).joined(separator: "\n"))
      \(missing.isEmpty ? "" : "Left out: \(missing.joined(separator: ", ")).\n")
      """
  }
}
