import Vernier
import VernierFiles
import VernierLearning

/// Rotation, scale and shifts across kinds of images: the two-headed CNN of the paper beside other methods, on pairs
/// that are made and on real ones.
public struct MicroscopyStudy: Study {
  public static let name = "microscopy"
  public static let summary =
    "the two-headed CNN: correlation plots, and errors of one kind and across kinds, made and real"

  /// Of the made pairs in the tables of errors.
  static let side = 128
  /// The paper's network, whose plots are drawn.
  static let network = "two-headed-cnn"
  /// Photographs to learn from, and pictures to be judged on: others, and sections under an electron microscope.
  static let trainingFolders = ["bsds500"]
  static let testFolders = ["kodak", "lung_sem"]

  /// What can be run alone.
  public enum Section: String, CaseIterable, StudySection {
    case figures, made, real

    public var summary: String {
      switch self {
      case .figures: "the paper's correlation plots and triptych"
      case .made: "errors on made pairs, of one kind and of different kinds"
      case .real: "errors on real pairs with landmarks"
      }
    }
  }

  private let options: StudyOptions

  public init(_ options: StudyOptions) { self.options = options }

  public func run(_ sections: [Section], to output: StudyOutput) throws {
    let methods = MicroscopyMethod.all(options.methods)
    try output.write(
      """
      # Rotation, scale and shifts across kinds of images

      seed \(options.seed), pairs at once \(options.threads), one thread a pair; made of pictures of \
      \(Self.testFolders.joined(separator: " and ")), which no network here has seen

      """)
    for (section, output) in sections.parts(of: output) {
      switch section {
      case .figures:
        if let own = methods.first(where: { $0.chain == Self.network }) { try plot(own, to: output) }
      case .made:
        let sets = try MicroscopySet.all(
          side: Self.side, scenes: { try scenes(Self.testFolders, $0) }, seed: options.seed, threads: options.threads)
        for (set, output) in sets.parts(of: output) {
          let rows = try rows(set, methods) { output.progress($0, "\(set.title), \($1)") }
          try output.write(MicroscopyTables.section(set, rows))
        }
      case .real:
        let pairs = try landmarkPairs()
        let able = methods.filter { $0.obstacle == nil }
        let rows = try able.parts(of: output).map { method, output in
          (method, try landmarkErrors(pairs, method) { output.progress($0, "real pairs, \(method.chain)") })
        }
        try output.write(MicroscopyTables.real(pairs, rows))
      }
    }
  }

  private func scenes(_ folders: [String], _ recipe: SyntheticPairs.Recipe) throws -> [Image<2>] {
    try TrainingPictures(folders.map { "\(options.data)/\($0)" }, for: recipe).pictures
  }

  /// The paper's Figs. 1 and 2 for its network.
  private func plot(_ method: MicroscopyMethod, to output: StudyOutput) throws {
    let title = "\n## The paper's figures, `\(method.chain)`\n\n"
    if let obstacle = method.obstacle { return try output.write(title + "Left out: \(obstacle).\n") }
    let recipe = MicroscopySet.recipe(side: 64, kind: .published, modality: 0.5)
    let folders = [("training", Self.trainingFolders), ("test", Self.testFolders)]
    let parts = try folders.parts(of: output).map { part, output in
      let pairs = try SyntheticPairs(of: scenes(part.1, recipe), recipe, seed: options.seed, threads: options.threads)
      let outcomes = try inParallel(
        options.count ?? 300, threads: options.threads, progress: { output.progress($0, "correlation plots") }
      ) { number in
        let (fixed, moving, truth) = try pairs.pair(number)
        return try PairOutcome(
          of: RegisteredPair(fixed: fixed, moving: moving, truth: truth), by: method.chain, model: method.model,
          methods: options.methods)
      }
      return ParameterCorrelation(title: part.0, outcomes)
    }
    try output.save(ParameterCorrelation.figure(parts).svg, "microscopy-correlation.svg")
    if let folder = options.folder, let section = StudyData(root: options.data).files("lung_sem", ["png"]).first {
      let triptych = try Triptych(
        of: StudyData.plane(section), method: method, methods: options.methods, seed: options.seed)
      try ImageFile([triptych.image], sampleType: .uint8).write(to: "\(folder)/microscopy-triptych.png")
    }
    try output.write(title + MicroscopyTables.correlations(parts, recipe))
  }

  private func rows(
    _ set: MicroscopySet, _ methods: [MicroscopyMethod], progress: @Sendable (Double, String) -> Void
  ) throws -> [MicroscopyTables.Row] {
    try methods.enumerated().map { index, method in
      guard method.obstacle == nil else { return .init(method: method, outcomes: []) }
      let outcomes = try inParallel(
        options.count ?? 200, threads: options.threads,
        progress: { progress((Double(index) + $0) / Double(methods.count), method.chain) },
        { number in
          try PairOutcome(
            of: set.pair(number), by: method.chain, model: method.model, metric: method.metric, methods: options.methods
          )
        })
      return .init(method: method, outcomes: outcomes)
    }
  }

  /// The multimodal pairs that a similarity fits, and stained sections; none where the folders are missing.
  private func landmarkPairs() throws -> [LandmarkPair] {
    func folder(_ name: String) -> KnownFolder { KnownFolder(path: "\(options.data)/\(name)", options: options) }
    var pairs: [LandmarkPair] = []
    let multimodal = folder("multimodal_starainj")
    if multimodal.holds("truth.json") {
      for (number, truth) in try MultimodalTruth.read(multimodal).enumerated() {
        let pair = try truth.pair(multimodal, .similarity, seed: options.seed &+ UInt64(number))
        guard pair.answer.meanDistance(pair.answer.bestFit(.similarity)) <= truth.tolerance else { continue }
        pairs.append(LandmarkPair(group: truth.modality, pair: pair, tolerance: truth.tolerance))
      }
    }
    let sections = folder(SectionPairs.folder)
    return pairs + (sections.holds(".") ? try SectionPairs.read(sections) : [])
  }

  /// The error of each pair; nil where the method found nothing.
  private func landmarkErrors(
    _ pairs: [LandmarkPair], _ method: MicroscopyMethod, progress: @Sendable (Double) -> Void
  ) throws -> [Double?] {
    try inParallel(pairs.count, threads: options.threads, progress: progress) { number in
      let pair = pairs[number].pair
      let registration = try Registration(
        chain: method.chain, of: options.methods, model: method.model, metric: method.metric)
      do throws(AlignmentError) {
        return pairs[number].error(of: try registration.align(pair.moving, to: pair.fixed).linear)
      } catch {
        if case .failed = error { throw error }
        return nil
      }
    }
  }
}
