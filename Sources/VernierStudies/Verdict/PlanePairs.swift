import Vernier

/// Draws pairs of pictures: of one scene under growing noise, motion and unlike contrasts, with what cameras, programs and
/// the world add to it; and of two scenes.
struct PlanePairs: Sendable {
  /// Photographs, micrographs and slices of brains, each with the contrasts that share its grid.
  let scenes: [[Image<2>]]

  private static let noises = [0.0, 0.02, 0.05, 0.1, 0.2]
  /// How often a plain pair, or one of two scenes, shows nothing but chance.
  private static let noiseShare = 0.08
  private static let sides = [32, 48, 64, 96, 128, 192, 256, 320]

  /// What kinds of pairs there are, and how often each is drawn.
  private enum Kind: String, CaseIterable {
    case plain = "one scene"
    case ambiguous = "one scene, ambiguous"
    case tile = "one scene, a tile of it"
    case defects = "one scene, stuck samples or stripes"
    case burnt = "one scene, something burnt in"
    case foreground = "one scene, something before it moves"
    case perspective = "one scene, perspective"
    case mirrored = "one scene, mirrored"
    case unrelated = "two scenes"

    var weight: Double {
      switch self {
      case .plain: 40
      case .ambiguous: 4
      case .tile: 7
      case .defects: 8
      case .burnt: 6
      case .foreground: 4
      case .perspective: 4
      case .mirrored: 3
      case .unrelated: 24
      }
    }
  }

  /// A pair for a path; the same state of the generator gives the same pair.
  func pair(for path: VerdictPath, using random: inout SplitMix64) -> VerdictPair<2> {
    while true {
      if let pair = attempt(for: path, using: &random), Self.hasContent(pair.fixed), Self.hasContent(pair.moving) {
        return pair
      }
    }
  }

  /// - Returns: nil where what was drawn does not fit the scene.
  private func attempt(for path: VerdictPath, using random: inout SplitMix64) -> VerdictPair<2>? {
    let kind = Kind.allCases.drawn(by: \.weight, using: &random)
    let pair =
      switch kind {
      case .unrelated: unrelated(for: path, using: &random)
      case .tile: tile(for: path, using: &random)
      default: oneScene(kind, for: path, using: &random)
      }
    return pair.map { finished($0, using: &random) }
  }

  private func drawnSide(in scene: Image<2>, using random: inout SplitMix64) -> Int {
    min(Self.sides.randomElement(using: &random)!, min(scene.width, scene.height) * 6 / 10)
  }

  /// Parts of two scenes; in three of ten the whole pictures, as a person would confuse them.
  private func unrelated(for path: VerdictPath, using random: inout SplitMix64) -> VerdictPair<2>? {
    let isNoise = chance(Self.noiseShare, &random)
    let first = isNoise ? [NoiseScene.drawn(side: 400, using: &random)] : scenes.randomElement(using: &random)!
    let scene = first.randomElement(using: &random)!
    let second =
      isNoise
      ? NoiseScene.drawn(side: 400, using: &random) : other(than: first, using: &random).randomElement(using: &random)!
    let side = drawnSide(in: scene, using: &random)
    let (model, _) = motion(for: path, side: side, using: &random)
    var pair = VerdictPair(fixed: scene, moving: second, truth: nil, model: model, kind: Kind.unrelated.rawValue)
    if !isNoise, chance(0.3, &random) { return pair }
    let reach = min(side, min(second.width, second.height))
    guard let still = view(scene, size: [side, side], from: place(of: [side, side], in: scene, using: &random)),
      let moved = view(second, size: [reach, reach], from: place(of: [reach, reach], in: second, using: &random))
    else { return nil }
    (pair.fixed, pair.moving) = (still, moved)
    return pair
  }

  /// A scene and a part of it of 5 to 50 %, in half of the pairs turned by up to 40°, in either role.
  private func tile(for path: VerdictPath, using random: inout SplitMix64) -> VerdictPair<2>? {
    let contrasts = scenes.randomElement(using: &random)!
    let (whole, other) = (contrasts.randomElement(using: &random)!, contrasts.randomElement(using: &random)!)
    let share = Double.random(in: 0.05...0.5, using: &random).squareRoot()
    let size = [Int(Double(whole.width) * share), Int(Double(whole.height) * share)]
    guard size.allSatisfy({ $0 >= 32 }) else { return nil }
    let turns = path.model != .translation && chance(0.5, &random)
    // From the tile to the scene.
    let inside = Affine(
      .init(
        rotation: turns ? Double.random(in: -40...40, using: &random) : 0,
        translation: place(of: size, in: whole, using: &random),
        center: [Double(size[0] - 1) / 2, Double(size[1] - 1) / 2]))
    guard let part = view(other, size: size, through: inside), part.mask == nil, let outside = inside.inverted() else {
      return nil
    }
    let isFixed = chance(0.5, &random)
    return VerdictPair(
      fixed: isFixed ? part : whole, moving: isFixed ? whole : part, truth: Transform(isFixed ? inside : outside),
      model: path.model ?? .rigid, kind: Kind.tile.rawValue)
  }

  /// A scene seen twice, and what the kind does to it.
  private func oneScene(
    _ kind: Kind, for path: VerdictPath, using random: inout SplitMix64
  ) -> VerdictPair<2>? {
    let isNoise = kind == .plain && chance(Self.noiseShare, &random)
    var contrasts = isNoise ? [NoiseScene.drawn(side: 400, using: &random)] : scenes.randomElement(using: &random)!
    let scene = contrasts.randomElement(using: &random)!
    let side = drawnSide(in: scene, using: &random)
    var (model, motion) = motion(for: path, side: side, using: &random)
    var corner = place(of: [side, side], in: scene, using: &random)
    var truth = Transform(motion)
    switch kind {
    case .ambiguous:
      contrasts = [
        chance(0.5, &random)
          ? AmbiguousScene.oneDirection(of: scene, side: 3 * side, using: &random)
          : AmbiguousScene.symmetric(from: scene, side: 3 * side, using: &random)
      ]
      corner = [Double(side), Double(side)]
    case .perspective:
      let reach = Double.random(in: 0.04...0.16, using: &random) * Double(side)
      guard let homography = Self.perspective(side: side, reach: reach, using: &random) else { return nil }
      truth = Transform(homography)
      model = path.model ?? [.rigid, .similarity, .affine].randomElement(using: &random)!
    case .mirrored:
      let mirror = Affine<2>(linear: .diagonal([-1, 1]), center: Vector(repeating: Double(side - 1) / 2))
      truth = Transform(motion.composed(after: mirror))
    default: break
    }
    let (first, second) = (contrasts.randomElement(using: &random)!, contrasts.randomElement(using: &random)!)
    guard let back = truth.inverted(), let still = view(first, size: [side, side], from: corner),
      let moved = view(
        second, size: [side, side], through: Transform(Affine<2>(translation: corner)).composed(after: back))
    else { return nil }
    var pair = VerdictPair(
      fixed: still, moving: moved, truth: kind == .mirrored ? nil : truth, model: model, kind: kind.rawValue)
    switch kind {
    case .defects: CameraDefect.drawn(using: &random).add(to: &pair, using: &random)
    case .burnt: BurntIn.drawn(using: &random).add(to: &pair, using: &random)
    case .foreground:
      let front = other(than: contrasts, using: &random)[0]
      guard min(front.width, front.height) > 2 * side else { return nil }
      addForeground(of: front, side: side, to: &pair, using: &random)
    case .plain where contrasts.count > 1 || chance(0.3, &random):
      pair.kind += ", unlike contrasts"
      if contrasts.count == 1 {
        pair.moving = Degradation.randomCurve(using: &random).applied(to: pair.moving, using: &random)
      }
    default: break
    }
    return pair
  }

  /// The model asked for, and a motion of it.
  private func motion(
    for path: VerdictPath, side: Int, using random: inout SplitMix64
  ) -> (TransformModel, Affine<2>) {
    let shiftsAlone = path.model == .translation
    // A path that finds what lies near is mostly asked for that.
    let isNear = path.isLocal && chance(0.7, &random)
    let turns = !shiftsAlone && chance(0.75, &random)
    // Some pairs share little: without them the fit would take any small overlap for a mistake.
    let reach = isNear ? 0.05 : chance(0.3, &random) ? 0.5 : 0.3
    var truth = MotionRange<2>(degrees: turns ? isNear ? 8 : 180 : 0, shift: reach * Double(side)).random(
      center: Vector(repeating: Double(side - 1) / 2), using: &random)
    if shiftsAlone { return (.translation, truth) }
    switch Double.random(in: 0..<1, using: &random) {
    case ..<0.65: return (.rigid, truth)
    case ..<0.72: return (turns ? .rigid : .translation, truth)
    case ..<0.85:
      truth.linear = truth.linear * Double.random(in: isNear ? 0.95...1.05 : 0.8...1.25, using: &random)
      return (.similarity, truth)
    default:
      let reach = isNear ? 0.03 : 0.1
      let stretch = Matrix<2> { row, column in
        (row == column ? 1 : 0) + Double.random(in: -reach...reach, using: &random)
      }
      truth.linear = truth.linear * stretch
      return (.affine, truth)
    }
  }

  /// Both with noise of their own and rounded, as a camera would write them.
  private func finished(_ pair: VerdictPair<2>, using random: inout SplitMix64) -> VerdictPair<2> {
    let noise = Degradation.noise(deviation: 255 * Self.noises.randomElement(using: &random)!)
    var pair = pair
    pair.fixed = noise.applied(to: pair.fixed, using: &random)
    pair.moving = noise.applied(to: pair.moving, using: &random)
    // Stuck samples lie beyond the range of 8 bits.
    guard pair.fixed.samples.max() ?? 0 < 1000 else { return pair }
    (pair.fixed, pair.moving) = (pair.fixed.rounded(), pair.moving.rounded())
    return pair
  }

  private func other(than scene: [Image<2>], using random: inout SplitMix64) -> [Image<2>] {
    while true {
      let drawn = scenes.randomElement(using: &random)!
      if drawn[0].samples != scene[0].samples { return drawn }
    }
  }

  private func place(of size: [Int], in scene: Image<2>, using random: inout SplitMix64) -> Vector<2> {
    [
      Double(Int.random(in: 0...(scene.width - size[0]), using: &random)),
      Double(Int.random(in: 0...(scene.height - size[1]), using: &random)),
    ]
  }

  /// A rectangle of another scene that covers 15 to 35 % of the picture and moves by itself.
  private func addForeground(
    of scene: Image<2>, side: Int, to pair: inout VerdictPair<2>, using random: inout SplitMix64
  ) {
    let share = Double.random(in: 0.15...0.35, using: &random).squareRoot()
    let half = share * Double(side) / 2
    let reach = 0.2 * Double(side)
    let shift: Vector<2> = [
      Double.random(in: -reach...reach, using: &random), Double.random(in: -reach...reach, using: &random),
    ]
    let corner = place(of: [side, side], in: scene, using: &random)
    let middle = Double(side - 1) / 2
    func covered(_ image: Image<2>, at place: Vector<2>, from corner: Vector<2>) -> Image<2> {
      guard let front = view(scene, size: [side, side], from: corner) else { return image }
      var samples = image.samples
      for index in samples.indices {
        let (y, x) = index.quotientAndRemainder(dividingBy: side)
        if abs(Double(x) - place[0]) < half, abs(Double(y) - place[1]) < half { samples[index] = front.samples[index] }
      }
      return (try? Image<2>(grid: image.grid, samples: samples, mask: image.mask)) ?? image
    }
    let center: Vector<2> = [middle, middle]
    pair.fixed = covered(pair.fixed, at: center, from: corner)
    pair.moving = covered(pair.moving, at: center + shift, from: corner - shift)
  }

  /// The map that moves each corner of a square at random.
  private static func perspective(side: Int, reach: Double, using random: inout SplitMix64) -> Homography? {
    let far = Double(side - 1)
    let corners: [Vector<2>] = [[0, 0], [far, 0], [0, far], [far, far]]
    var rows = [[Double]](repeating: [Double](repeating: 0, count: 8), count: 8)
    var moved = [Double](repeating: 0, count: 8)
    for (index, corner) in corners.enumerated() {
      for axis in 0..<2 {
        let row = 2 * index + axis
        moved[row] = corner[axis] + Double.random(in: -reach...reach, using: &random)
        rows[row][3 * axis] = corner[0]
        rows[row][3 * axis + 1] = corner[1]
        rows[row][3 * axis + 2] = 1
        rows[row][6] = -corner[0] * moved[row]
        rows[row][7] = -corner[1] * moved[row]
      }
    }
    guard let inverse = Matrix<8>({ rows[$0][$1] }).inverted() else { return nil }
    let h = inverse * Vector<8>(moved)
    return Homography(Matrix<3> { row, column in row == 2 && column == 2 ? 1 : h[3 * row + column] })
  }

  /// Whether there is more than an even sky to align: a standard deviation of 4 grey levels.
  private static func hasContent(_ image: Image<2>) -> Bool { image.deviation > 4 }
}

/// A scene seen on a grid of its own, masked only where it does not reach; nil for sides that are not positive.
private func view(
  _ scene: Image<2>, size: [Int], through transform: some SpatialTransform<Vector<2>>
) -> Image<2>? {
  guard let grid = try? Grid<2>(size: size) else { return nil }
  let seen = scene.resampled(onto: grid, through: transform, interpolation: .cubic, threads: 1)
  return seen.mask?.contains(0) == true ? seen : try? seen.masked(by: nil)
}

private func view(_ scene: Image<2>, size: [Int], from corner: Vector<2>) -> Image<2>? {
  view(scene, size: size, through: Affine<2>(translation: corner))
}

private func chance(_ probability: Double, _ random: inout SplitMix64) -> Bool {
  Double.random(in: 0..<1, using: &random) < probability
}
