import Vernier

/// A motion and a noise level of the efficiency study.
struct EfficiencyCondition: Sendable {
  enum Motion: String, Sendable, CaseIterable {
    /// Within the reach of a refinement from the identity.
    case small = "±10°, ±3 px"
    case any = "any rotation, ±9.6 px"

    var protocolKind: StrictProtocol {
      switch self {
      case .small: StrictProtocol(degrees: 10, shift: 3)
      case .any: StrictProtocol()
      }
    }
  }

  var motion: Motion
  /// The standard deviation in per cent of 255.
  var percent: Int

  static let percents = [1, 2, 5, 10]

  /// Of the noise in each image and of its rounding to whole grey levels.
  var variance: Double {
    let deviation = 2.55 * Double(percent)
    return deviation * deviation + 1 / 12
  }

  /// A pair and the bound on its registration.
  struct Sample: Sendable {
    var pair: RegisteredPair
    var bound: RigidBound.Variances
    var boundOfKnownGain: RigidBound.Variances
    /// See ``UnknownScene/excess(variance:)``.
    var excess: Double
    /// See ``RigidBound/step(from:residual:)``.
    var linearStep: Affine<2>?
  }

  /// The pair of a number. A seed draws the same scenes and motions for each noise level, and other noise.
  ///
  /// - Precondition: there is a scene.
  func sample(_ scenes: StrictProtocol.Scenes, seed: UInt64) -> Sample {
    var random = SplitMix64(seed: seed)
    while true {
      let cut = motion.protocolKind.cut(scenes, using: &random)
      let surface = SplineSurface(cut.part)
      let margin = Vector<2>(repeating: Double(cut.margin))
      let bound = RigidBound(truth: cut.pair.truth, on: cut.pair.fixed.grid, variance: variance) {
        surface($0 + margin)
      }
      guard let free = bound.variances, let known = bound.variancesOfKnownGain else { continue }
      var noise = SplitMix64(seed: seed &+ UInt64(percent) << 32)
      let pair = StrictProtocol.noisy(cut.pair, noise: Double(percent) / 100, using: &noise)
      let moving = SplineSurface(pair.moving)
      let step = bound.step(from: pair.truth) { point in
        moving(pair.truth(point)).value - Double(pair.fixed.samples[Int(point[1]) * pair.fixed.width + Int(point[0])])
      }
      let excess = UnknownScene(cut.pair.fixed).excess(variance: variance)
      return Sample(pair: pair, bound: free, boundOfKnownGain: known, excess: excess, linearStep: step)
    }
  }
}
