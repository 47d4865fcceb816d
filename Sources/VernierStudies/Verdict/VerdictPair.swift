import Vernier

/// A pair of pictures or volumes whose answer is known, as the verdict's study draws it.
struct VerdictPair<let rank: Int>: Sendable {
  var fixed: Image<rank>
  var moving: Image<rank>
  /// Nil where the two cannot match.
  var truth: Affine<rank>?
  var model: TransformModel
  /// What kind of pair it is, for the table.
  var kind: String

  /// Whether a transform is right: its mean corner error is at most 2 samples or 3 % of the longest side, whichever is
  /// more.
  func isRight(_ transform: Affine<rank>) -> Bool {
    guard let truth else { return false }
    return transform.cornerDistance(to: truth, on: fixed.grid) <= VerdictRules.largestRightError(on: fixed.grid)
  }
}

/// Draws pairs of pictures: cut from one scene under growing noise, motion and unlike contrasts, or from two scenes.
struct PlanePairs: Sendable {
  /// Photographs and micrographs.
  let scenes: [Image<2>]

  private static let noises = [0.0, 0.02, 0.05, 0.1, 0.2]

  /// The pair of a number; the same number gives the same pair.
  func pair(seed: UInt64) -> VerdictPair<2> {
    var random = SplitMix64(seed: seed)
    while true {
      let isNoise = Double.random(in: 0..<1, using: &random) < 0.08
      let scene = isNoise ? NoiseScene.drawn(side: 400, using: &random) : scenes.randomElement(using: &random)!
      let limit = min(scene.width, scene.height)
      let side = min([32, 48, 64, 96, 128, 192, 320].randomElement(using: &random)!, limit * 6 / 10)
      let corner = (
        x: Int.random(in: 0...(scene.width - side), using: &random),
        y: Int.random(in: 0...(scene.height - side), using: &random)
      )
      let matches = Double.random(in: 0..<1, using: &random) < 0.55
      let turns = Double.random(in: 0..<1, using: &random) < 0.7
      let center = Vector<2>(repeating: Double(side - 1) / 2)
      // Some pairs share little: without them the fit would take any small overlap for a mistake.
      let reach = Double.random(in: 0..<1, using: &random) < 0.3 ? 0.5 : 0.35
      var truth = MotionRange<2>(degrees: turns ? 180 : 0, shift: reach * Double(side)).random(
        center: center, using: &random)
      let model: TransformModel
      switch Double.random(in: 0..<1, using: &random) {
      case ..<0.6: model = .rigid
      case ..<0.75: model = turns ? .rigid : .translation
      case ..<0.88:
        model = .similarity
        truth.linear = truth.linear * Double.random(in: 0.8...1.25, using: &random)
      default:
        model = .affine
        let stretch = Matrix<2> { row, column in
          (row == column ? 1 : 0) + Double.random(in: -0.1...0.1, using: &random)
        }
        truth.linear = truth.linear * stretch
      }
      var pair: (fixed: Image<2>, moving: Image<2>)
      let special = Double.random(in: 0..<1, using: &random)
      if matches, special < 0.1 {
        // Pairs that match in more than one way.
        let ambiguous =
          special < 0.05
          ? AmbiguousScene.oneDirection(of: scene, side: 3 * side, using: &random)
          : AmbiguousScene.symmetric(from: scene, side: 3 * side, using: &random)
        pair = PairCutter(scene: ambiguous).pair(side: side, corner: (side, side), truth: truth)
      } else if matches {
        pair = PairCutter(scene: scene).pair(side: side, corner: corner, truth: truth)
      } else if Double.random(in: 0..<1, using: &random) < 0.3, !isNoise {
        // Whole pictures of different scenes, as a person would confuse them.
        pair = (scene, other(than: scene, using: &random))
      } else {
        let second =
          isNoise ? NoiseScene.drawn(side: 400, using: &random) : other(than: scene, using: &random)
        let reach = min(side, min(second.width, second.height))
        let place = (
          x: Int.random(in: 0...(second.width - reach), using: &random),
          y: Int.random(in: 0...(second.height - reach), using: &random)
        )
        pair = (
          PairCutter(scene: scene).pair(side: side, corner: corner, truth: .identity).fixed,
          PairCutter(scene: second).pair(side: reach, corner: place, truth: .identity).fixed
        )
      }
      let contrast = Double.random(in: 0..<1, using: &random) < 0.3
      if contrast { pair.moving = Degradation.randomCurve(using: &random).applied(to: pair.moving, using: &random) }
      let noise = Degradation.noise(deviation: 255 * Self.noises.randomElement(using: &random)!)
      let fixed = noise.applied(to: pair.fixed, using: &random).rounded()
      let moving = noise.applied(to: pair.moving, using: &random).rounded()
      guard Self.hasContent(pair.fixed), Self.hasContent(pair.moving) else { continue }
      return VerdictPair(
        fixed: fixed, moving: moving, truth: matches ? truth : nil, model: model,
        kind: matches && special < 0.1
          ? "one scene, ambiguous" : matches ? contrast ? "one scene, unlike contrasts" : "one scene" : "two scenes")
    }
  }

  private func other(than scene: Image<2>, using random: inout SplitMix64) -> Image<2> {
    while true {
      let drawn = scenes.randomElement(using: &random)!
      if drawn.samples != scene.samples { return drawn }
    }
  }

  /// Whether there is more than an even sky to align: a standard deviation of 4 grey levels.
  private static func hasContent(_ image: Image<2>) -> Bool {
    let count = Double(image.samples.count)
    let mean = image.samples.reduce(0.0) { $0 + Double($1) } / count
    return image.samples.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count > 16
  }
}

/// Draws pairs of volumes: one scan moved, its other contrast moved, or cut from places that have nothing in common.
struct VolumePairs: Sendable {
  /// Scans, each with the contrasts that share its grid.
  let scans: [[Image<3>]]

  func pair(seed: UInt64) -> VerdictPair<3> {
    var random = SplitMix64(seed: seed)
    let scan = scans.randomElement(using: &random)!
    let fixed = scan.randomElement(using: &random)!
    let draw = Double.random(in: 0..<1, using: &random)
    let model: TransformModel = draw < 0.7 ? .rigid : .affine
    let center = fixed.grid.center
    let noise = Degradation.noise(deviation: Double.random(in: 0...0.08, using: &random) * range(fixed))
    if Double.random(in: 0..<1, using: &random) < 0.55 {
      let source = scan.randomElement(using: &random)!
      let wide = Double.random(in: 0..<1, using: &random) < 0.5
      let truth = MotionRange<3>(degrees: wide ? 60 : 15, shift: 0.1 * fixed.grid.diagonal).random(
        center: center, using: &random)
      let moving = source.resampled(onto: source.grid, through: truth.inverted()!, threads: 1)
      return VerdictPair(
        fixed: noise.applied(to: fixed, using: &random),
        moving: noise.applied(to: Block.unmasked(moving), using: &random), truth: truth, model: model,
        kind: "one scan")
    }
    // The lower half of one head and the upper half of one, the same or another: nothing is in both.
    let second = scans.randomElement(using: &random)!.randomElement(using: &random)!
    return VerdictPair(
      fixed: noise.applied(to: Block.half(of: fixed, upper: false), using: &random),
      moving: noise.applied(to: Block.half(of: second, upper: true), using: &random), truth: nil, model: model,
      kind: "two places")
  }

  private func range(_ image: Image<3>) -> Double {
    Double((image.samples.max() ?? 1) - (image.samples.min() ?? 0))
  }
}

/// Parts of volumes for the study.
private enum Block {
  /// What lies outside the scan holds the scan's ground, zero, as a scanner's file would.
  static func unmasked(_ image: Image<3>) -> Image<3> {
    guard let plain = try? image.masked(by: nil) else { preconditionFailure("no mask always fits") }
    return plain
  }

  /// The half of a scan above or below the middle of the axis that runs from feet to head, about its centre.
  static func half(of image: Image<3>, upper: Bool) -> Image<3> {
    let size = image.size
    let direction = image.grid.direction
    let axis = (0..<3).max { abs(direction[2, $0]) < abs(direction[2, $1]) } ?? 2
    let length = max(size[axis] / 2, 2)
    let first = upper == (direction[2, axis] > 0) ? size[axis] - length : 0
    let block = (0..<3).map { $0 == axis ? length : size[$0] }
    let start = (0..<3).map { $0 == axis ? first : 0 }
    var samples: [Float] = []
    samples.reserveCapacity(block.reduce(1, *))
    for z in 0..<block[2] {
      for y in 0..<block[1] {
        let row = ((start[2] + z) * size[1] + start[1] + y) * size[0] + start[0]
        samples += image.samples[row..<(row + block[0])]
      }
    }
    guard
      let grid = try? Grid<3>(size: block, spacing: image.grid.spacing, direction: direction),
      let half = try? Image<3>(grid: grid, samples: samples)
    else { preconditionFailure("a block of a volume has a positive size") }
    return half
  }
}
