import Vernier

/// A way to an answer, of which the study asks what the verdict is worth.
struct VerdictPath: Sendable {
  /// Where it begins.
  enum Start: String, Sendable {
    /// With a search.
    case none
    /// Where the images lie.
    case identity
    case center, moments
    /// Off the right answer by a motion drawn at random.
    case near
    /// Nothing is looked for: a transform is given, right or wrong, and judged.
    case given
  }

  var name: String
  /// Nil for the usual one.
  var chain: String?
  var metric: Metric?
  var start = Start.none
  /// Nil for the pair's own.
  var model: TransformModel?
  /// How often it is drawn.
  var weight: Double

  /// Whether it finds only what lies near its start.
  var isLocal: Bool {
    switch start {
    case .none: chain == "gradient-shift" || chain == "gradient-shift+refine" || chain == "exhaustive-shift"
    case .identity, .center, .moments: true
    case .near, .given: false
    }
  }

  static let forVolumes: [Self] = [
    Self(name: "default", weight: 6),
    Self(name: "mi", metric: .mutualInformation, weight: 2),
    Self(name: "mse", metric: .meanSquares, weight: 1),
    Self(name: "ngf", metric: .gradientFields, weight: 1),
    Self(name: "refine", chain: "refine", start: .identity, weight: 2),
    Self(name: "center", start: .center, weight: 1),
    Self(name: "moments", start: .moments, weight: 1),
    Self(name: "start", start: .near, weight: 2),
    Self(name: "judge", start: .given, weight: 3),
  ]

  static let forPictures: [Self] =
    forVolumes + [
      Self(name: "refine mi", chain: "refine", metric: .mutualInformation, start: .identity, weight: 1),
      Self(name: "sift", chain: "sift", weight: 3),
      Self(name: "translation", model: .translation, weight: 2),
      Self(name: "phase-correlation", chain: "phase-correlation", model: .translation, weight: 1),
      Self(name: "exhaustive-shift", chain: "exhaustive-shift", model: .translation, weight: 0.7),
      Self(name: "gradient-shift", chain: "gradient-shift", model: .translation, weight: 0.7),
      Self(name: "gradient-shift+refine", chain: "gradient-shift+refine", model: .translation, weight: 0.7),
    ]

  /// The alignment of a pair; nil where the images cannot be aligned at all.
  func alignment<let rank: Int>(
    of pair: VerdictPair<rank>, methods: [Method], using random: inout SplitMix64
  ) throws -> Alignment<rank>? {
    var registration = Registration(model: pair.model, metric: metric, threads: 1)
    if let chain { registration = try Registration(chain: chain, of: methods, model: pair.model, metric: metric) }
    let grid = pair.fixed.grid
    let initial: Affine<rank>? =
      switch start {
      case .none: nil
      case .identity: .identity
      case .center: CenterStart.geometry.transform(aligning: pair.moving, to: pair.fixed)
      case .moments: CenterStart.moments.transform(aligning: pair.moving, to: pair.fixed)
      case .near: displaced(pair, by: 0...0.2, using: &random)
      case .given:
        // As often near enough to be right as not.
        displaced(pair, by: Bool.random(using: &random) ? 0...0.015 : 0.06...0.3, using: &random)
      }
    do throws(AlignmentError) {
      if start == .given, let initial {
        return try Judge(model: pair.model, threads: 1).assess(initial, moving: pair.moving, to: pair.fixed)
      }
      return try registration.align(pair.moving, to: pair.fixed, initial: initial)
    } catch {
      switch error {
      case .unsupported, .failed, .cancelled: throw error
      case .noOverlap, .unusableStart, .fixedUnusable, .movingUnusable, .noAnswer: return nil
      }
    }

    /// The right answer, or where the images lie if there is none, moved at the corners by a share of the longest side.
    func displaced(
      _ pair: VerdictPair<rank>, by share: ClosedRange<Double>, using random: inout SplitMix64
    ) -> Affine<rank> {
      let base = pair.truth.map { Affine(closestTo: $0, on: grid) } ?? .identity
      let side = (0..<rank).map { Double(grid.size[$0]) * grid.spacing[$0] }.max() ?? 1
      let wanted = Double.random(in: share, using: &random) * side
      let turns = pair.model != .translation
      let motion = MotionRange<rank>(degrees: turns ? 40 : 0, shift: 0.25 * side).random(
        center: grid.center, using: &random)
      // A part of a motion at random, so long that the corners move by as much as is wanted.
      var (low, high) = (0.0, 1.0)
      func part(_ share: Double) -> Affine<rank> {
        var parameters = motion.parameters
        parameters = Affine<rank>.Parameters(
          rotation: parameters.rotation.map { $0 * share }, scale: parameters.scale, shear: parameters.shear,
          translation: parameters.translation * share,
          center: parameters.center)
        return Affine(parameters)
      }
      while high - low > 1e-3 {
        let middle = (low + high) / 2
        if part(middle).cornerDistance(to: .identity, on: grid) < wanted { low = middle } else { high = middle }
      }
      return base.composed(after: part(high))
    }
  }
}
