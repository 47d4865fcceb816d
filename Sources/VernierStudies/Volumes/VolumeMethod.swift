import Vernier

/// A row of the tables of labelled volumes.
struct VolumeMethod: Sendable {
  enum Way: Sendable {
    /// Nothing is done.
    case none
    /// A chain of methods under the affine model.
    case chain(String)
    /// The same and a free-form deformation, of different bodies alone.
    case deformed(String)
    /// What is known to be right.
    case truth
    /// Published figures alone.
    case published
  }

  let title: String
  let way: Way
  var published: PublishedVolumes.Row?

  static let all = [
    VolumeMethod(title: "no registration", way: .none, published: PublishedVolumes.none),
    VolumeMethod(
      title: "STN, separate matrices (`stn-separate`)", way: .chain("stn-separate"),
      published: PublishedVolumes.separate),
    VolumeMethod(
      title: "STN, one matrix (`stn-affine`)", way: .chain("stn-affine"), published: PublishedVolumes.affine),
    VolumeMethod(title: "SimpleITK, published", way: .published, published: PublishedVolumes.simpleITK),
    VolumeMethod(title: "`stn-separate+refine`", way: .chain("stn-separate+refine")),
    VolumeMethod(title: "`search+refine`", way: .chain("search+refine")),
    VolumeMethod(title: "`search+refine+free-form`", way: .deformed("search+refine")),
    VolumeMethod(title: "the true transform", way: .truth),
  ]
}

/// What a method made of a pair.
struct VolumeOutcome: Sendable {
  /// Of everything that has a label, its border interpolated, and the mean over the labels.
  let dice, labelDice: Double
  /// Of everything that has a label, mm: the largest distance, and the 95th percentile; infinite where nothing is left.
  let hausdorff, hausdorff95: Double
  /// Of the volumes, in nats, and normalized (Studholme et al. 1999, 1…2).
  let information, normalizedInformation: Double
  /// Nil where nothing was registered.
  let verdict: Verdict?
  let seconds: Double

  /// - Throws: what the method throws; nil where it does not apply to the pair.
  init?(_ pair: LabelledVolumes.Pair, _ way: VolumeMethod.Way, deforms: Bool, methods: [Method]) throws {
    var alignment: Alignment<3>?
    let transform: Transform<3>
    switch way {
    case .none: transform = .identity
    case .truth:
      guard let truth = pair.truth else { return nil }
      transform = Transform(truth)
    case .chain(let chain):
      let found = try Self.register(pair, chain, deforms: false, methods)
      (alignment, transform) = (found, found.transform)
    case .deformed(let chain):
      guard deforms else { return nil }
      let found = try Self.register(pair, chain, deforms: true, methods)
      (alignment, transform) = (found, found.transform)
    case .published: return nil
    }
    verdict = alignment?.verdict
    seconds = alignment?.seconds ?? 0
    let moved = pair.labels.moving.resampled(
      onto: pair.fixed.grid, through: transform, interpolation: .nearest, threads: 1)
    let labels = try LabelAgreement(fixed: pair.labels.fixed, moved: moved, threads: 1)
    let seen = pair.labels.moving.isLabelled.resampled(onto: pair.fixed.grid, through: transform, threads: 1)
    let whole = try LabelAgreement(fixed: pair.labels.fixed.isLabelled, moved: seen.isLabelled, threads: 1)
    labelDice = labels.meanDice
    dice = whole.meanDice
    hausdorff = whole.meanHausdorff ?? .infinity
    hausdorff95 = whole.meanHausdorff95 ?? .infinity
    let image = pair.moving.resampled(onto: pair.fixed.grid, through: transform, threads: 1)
    let figures = try Measurement(fixed: pair.fixed, moved: image).figures
    information = figures.first { $0.name == "mi" }?.value ?? .nan
    normalizedInformation = figures.first { $0.name == "nmi" }?.value ?? .nan
  }

  private static func register(
    _ pair: LabelledVolumes.Pair, _ chain: String, deforms: Bool, _ methods: [Method]
  ) throws -> Alignment<3> {
    try Registration(chain: chain, of: methods, model: .affine, deforms: deforms)
      .align(pair.moving, to: pair.fixed)
  }
}

extension Image where rank == 3 {
  /// 1 where there is a label, else 0.
  fileprivate var isLabelled: Self { mapSamples { $0 >= 0.5 ? 1 : 0 } }
}
