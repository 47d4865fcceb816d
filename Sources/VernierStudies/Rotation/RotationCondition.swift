import Vernier
import VernierFiles
import VernierText

/// What befalls both pictures of a pair before they are aligned.
struct RotationCondition: Sendable {
  enum Damage: Sendable, Equatable {
    /// Of standard deviation, in percent of 255.
    case noise(Double)
    case jpeg(Int)
  }

  var damage: Damage
  var pairs: SyntheticPairs
  /// The same before anything is done to them.
  var clean: SyntheticPairs

  var title: String {
    switch damage {
    case .noise(let percent): "σ \(percent == percent.rounded() ? percent.fixed(0) : percent.fixed(1)) %"
    case .jpeg(let quality): "JPEG \(quality)"
    }
  }

  /// Every condition of a protocol; the pairs of all have the same scenes and motions.
  static func all(
    _ configuration: RotationConfiguration, _ kind: PairProtocol, side: Int, frames: FrameFolders, seed: UInt64,
    threads: Int
  ) throws -> [Self] {
    var recipe = SyntheticPairs.Recipe(
      side: side, kind: kind, model: .rigid, motion: MotionRange(degrees: configuration.range, shift: 0))
    let scenes = try frames.test(for: recipe)
    var plain = recipe
    plain.isRounded = false
    let clean = try SyntheticPairs(of: scenes, plain, seed: seed, threads: threads)
    let damages = configuration.noise.map(Damage.noise) + configuration.qualities.map(Damage.jpeg)
    return try damages.map { damage in
      recipe.degradation = DegradationRange()
      switch damage {
      case .noise(let percent): recipe.degradation.noise = percent / 100...percent / 100
      case .jpeg(let quality): recipe.degradation.quality = quality...quality
      }
      let codec = recipe.degradation.quality == nil ? nil : try JPEGCodec()
      return Self(
        damage: damage, pairs: try SyntheticPairs(of: scenes, recipe, seed: seed, codec: codec, threads: threads),
        clean: clean)
    }
  }

  /// The mean rotation error, in degrees, of normal errors at the Cramér–Rao bound: √(2/π) of the deviation. Under
  /// noise alone; without noise the rounding to whole grey levels is taken for it.
  ///
  /// - Returns: nil for JPEG, whose errors are no white noise.
  func boundedError(count: Int, threads: Int) throws -> Double? {
    guard case .noise(let percent) = damage else { return nil }
    let variance = 2.55 * percent * 2.55 * percent + 1 / 12
    let errors = try inParallel(count, threads: threads) { number -> Double in
      let (fixed, _, truth) = try clean.pair(number)
      let scene = SplineSurface(fixed)
      let bound = RigidBound(truth: truth, on: fixed.grid, variance: variance) { scene($0) }
      return (2 / .pi * (bound.variances?.rotation ?? .infinity)).squareRoot()
    }
    return Statistics(errors).mean
  }
}
