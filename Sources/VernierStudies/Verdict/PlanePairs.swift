import Vernier

/// Draws pairs of pictures: of one scene under growing noise, motion and unlike contrasts, with what cameras, programs and
/// the world add to it; and of two scenes.
struct PlanePairs: Sendable {
  /// Photographs, micrographs and slices of brains, each with the contrasts that share its grid.
  let scenes: [[Image<2>]]

  private static let noises = [0.0, 0.02, 0.05, 0.1, 0.2]
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

    static func drawn(using random: inout SplitMix64) -> Self {
      var rest = Double.random(in: 0..<allCases.reduce(0) { $0 + $1.weight }, using: &random)
      for kind in allCases {
        rest -= kind.weight
        if rest < 0 { return kind }
      }
      return .plain
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
    func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &random) < probability }
    let kind = Kind.drawn(using: &random)
    let isNoise = (kind == .plain || kind == .unrelated) && chance(0.08)
    var contrasts = isNoise ? [NoiseScene.drawn(side: 400, using: &random)] : scenes.randomElement(using: &random)!
    let scene = contrasts.randomElement(using: &random)!
    let limit = min(scene.width, scene.height)
    let side = min(Self.sides.randomElement(using: &random)!, limit * 6 / 10)
    var (model, truth) = motion(for: path, side: side, using: &random)
    var (sizes, corner) = ((fixed: [side, side], moving: [side, side]), place(of: side, in: scene, using: &random))
    var name = kind.rawValue
    switch kind {
    case .plain, .defects, .burnt, .foreground: break
    case .ambiguous:
      contrasts = [
        chance(0.5)
          ? AmbiguousScene.oneDirection(of: scene, side: 3 * side, using: &random)
          : AmbiguousScene.symmetric(from: scene, side: 3 * side, using: &random)
      ]
      corner = [Double(side), Double(side)]
    case .tile:
      let share = Double.random(in: 0.05...0.5, using: &random).squareRoot()
      let (width, height) = (Int(Double(scene.width) * share), Int(Double(scene.height) * share))
      guard min(width, height) >= 32 else { return nil }
      let angle = path.model == .translation || chance(0.5) ? 0 : Double.random(in: -40...40, using: &random)
      let place: Vector<2> = [
        Double(Int.random(in: 0...(scene.width - width), using: &random)),
        Double(Int.random(in: 0...(scene.height - height), using: &random)),
      ]
      let middle: Vector<2> = [Double(width - 1) / 2, Double(height - 1) / 2]
      // From the tile to the scene.
      let inside = Affine(.init(rotation: angle, translation: place, center: middle))
      sizes.fixed = [width, height]
      sizes.moving = [scene.width, scene.height]
      if chance(0.5) {
        (sizes.fixed, sizes.moving) = (sizes.moving, sizes.fixed)
        truth = inside.inverted()!
        corner = .zero
      } else {
        truth = inside
        corner = place
      }
      return tile(
        contrasts, sizes, inside: inside, truth: truth, model: path.model ?? .rigid, name: name, using: &random)
    case .perspective, .mirrored, .unrelated:
      if kind == .unrelated {
        var second = isNoise ? [NoiseScene.drawn(side: 400, using: &random)] : other(than: contrasts, using: &random)
        if !isNoise, chance(0.3) {
          // Whole pictures of different scenes, as a person would confuse them.
          return finished(
            VerdictPair(fixed: scene, moving: second[0], truth: nil, model: model, kind: name), using: &random)
        }
        second.shuffle(using: &random)
        let reach = min(side, min(second[0].width, second[0].height))
        let from = place(of: reach, in: second[0], using: &random)
        guard let still = view(scene, size: sizes.fixed, through: shifted(corner)),
          let moved = view(second[0], size: [reach, reach], through: shifted(from))
        else { return nil }
        return finished(VerdictPair(fixed: still, moving: moved, truth: nil, model: model, kind: name), using: &random)
      }
    }
    var whole = Transform(truth)
    if kind == .perspective {
      let reach = Double.random(in: 0.04...0.16, using: &random) * Double(side)
      guard let homography = Self.perspective(side: side, reach: reach, using: &random) else { return nil }
      whole = Transform(homography)
      model = path.model ?? [.rigid, .similarity, .affine].randomElement(using: &random)!
    } else if kind == .mirrored {
      let mirror = Affine<2>(linear: .diagonal([-1, 1]), center: Vector(repeating: Double(side - 1) / 2))
      whole = Transform(truth.composed(after: mirror))
    }
    guard let back = whole.inverted(), let still = view(scene, size: sizes.fixed, through: shifted(corner)),
      let moved = view(
        contrasts.randomElement(using: &random)!, size: sizes.moving,
        through: Transform(shifted(corner)).composed(after: back))
    else { return nil }
    var pair = VerdictPair(
      fixed: still, moving: moved, truth: kind == .mirrored ? nil : whole, model: model, kind: name)
    switch kind {
    case .defects: CameraDefect.drawn(using: &random).add(to: &pair, using: &random)
    case .burnt: BurntIn.drawn(using: &random).add(to: &pair, using: &random)
    case .foreground:
      let second = other(than: contrasts, using: &random)[0]
      guard min(second.width, second.height) > 2 * side else { return nil }
      addForeground(of: second, side: side, to: &pair, using: &random)
    case .plain:
      if contrasts.count > 1 || chance(0.3) {
        name += ", unlike contrasts"
        pair.kind = name
        if contrasts.count == 1 {
          pair.moving = Degradation.randomCurve(using: &random).applied(to: pair.moving, using: &random)
        }
      }
    default: break
    }
    return finished(pair, using: &random)
  }

  /// The model asked for, and a motion of it.
  private func motion(
    for path: VerdictPath, side: Int, using random: inout SplitMix64
  ) -> (TransformModel, Affine<2>) {
    func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &random) < probability }
    let shiftsAlone = path.model == .translation
    // A path that finds what lies near is mostly asked for that.
    let isNear = path.isLocal && chance(0.7)
    let turns = !shiftsAlone && chance(0.75)
    // Some pairs share little: without them the fit would take any small overlap for a mistake.
    let reach = isNear ? 0.05 : chance(0.3) ? 0.5 : 0.3
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

  /// A part of a scene at its own resolution, turned by any angle that the tile's place has, and the whole.
  private func tile(
    _ contrasts: [Image<2>], _ sizes: (fixed: [Int], moving: [Int]), inside: Affine<2>, truth: Affine<2>,
    model: TransformModel, name: String, using random: inout SplitMix64
  ) -> VerdictPair<2>? {
    let isFixed = truth == inside
    let (whole, other) = (contrasts.randomElement(using: &random)!, contrasts.randomElement(using: &random)!)
    guard let part = view(other, size: isFixed ? sizes.fixed : sizes.moving, through: inside), part.mask == nil else {
      return nil
    }
    return finished(
      VerdictPair(
        fixed: isFixed ? part : whole, moving: isFixed ? whole : part, truth: Transform(truth), model: model, kind: name
      ),
      using: &random)
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

  private func place(of side: Int, in scene: Image<2>, using random: inout SplitMix64) -> Vector<2> {
    [
      Double(Int.random(in: 0...(scene.width - side), using: &random)),
      Double(Int.random(in: 0...(scene.height - side), using: &random)),
    ]
  }

  private func shifted(_ corner: Vector<2>) -> Affine<2> { Affine(translation: corner) }

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
    let corner = place(of: side, in: scene, using: &random)
    let middle = Double(side - 1) / 2
    func covered(_ image: Image<2>, at place: Vector<2>, seen: Affine<2>) -> Image<2> {
      guard let front = view(scene, size: [side, side], through: seen) else { return image }
      var samples = image.samples
      for index in samples.indices {
        let (y, x) = index.quotientAndRemainder(dividingBy: side)
        if abs(Double(x) - place[0]) < half, abs(Double(y) - place[1]) < half { samples[index] = front.samples[index] }
      }
      return (try? Image<2>(grid: image.grid, samples: samples, mask: image.mask)) ?? image
    }
    let center: Vector<2> = [middle, middle]
    pair.fixed = covered(pair.fixed, at: center, seen: shifted(corner))
    pair.moving = covered(pair.moving, at: center + shift, seen: shifted(corner - shift))
  }

  /// The map that moves each corner of a square at random.
  private static func perspective(side: Int, reach: Double, using random: inout SplitMix64) -> Homography? {
    let far = Double(side - 1)
    let corners: [Vector<2>] = [[0, 0], [far, 0], [0, far], [far, far]]
    var system = SquareSystem(count: 8)
    for (index, corner) in corners.enumerated() {
      let moved: Vector<2> = [
        corner[0] + Double.random(in: -reach...reach, using: &random),
        corner[1] + Double.random(in: -reach...reach, using: &random),
      ]
      for axis in 0..<2 {
        var row = [Double](repeating: 0, count: 8)
        row[3 * axis] = corner[0]
        row[3 * axis + 1] = corner[1]
        row[3 * axis + 2] = 1
        row[6] = -corner[0] * moved[axis]
        row[7] = -corner[1] * moved[axis]
        system.rows[2 * index + axis] = row + [moved[axis]]
      }
    }
    guard let h = system.solution() else { return nil }
    return Homography(Matrix<3> { row, column in row == 2 && column == 2 ? 1 : h[3 * row + column] })
  }

  /// Whether there is more than an even sky to align: a standard deviation of 4 grey levels.
  private static func hasContent(_ image: Image<2>) -> Bool { image.deviation > 4 }
}

/// A scene seen on a grid of its own; nil for sides that are not positive.
private func view(
  _ scene: Image<2>, size: [Int], through transform: some SpatialTransform<Vector<2>>
) -> Image<2>? {
  guard let grid = try? Grid<2>(size: size) else { return nil }
  return scene.resampled(onto: grid, through: transform, interpolation: .cubic, threads: 1)
}

/// Linear equations, each row with its right side last.
private struct SquareSystem {
  var rows: [[Double]]

  init(count: Int) { rows = [[Double]](repeating: [Double](repeating: 0, count: count + 1), count: count) }

  /// By elimination with row exchange.
  func solution() -> [Double]? {
    var rows = rows
    let count = rows.count
    for column in 0..<count {
      guard let pivot = (column..<count).max(by: { abs(rows[$0][column]) < abs(rows[$1][column]) }),
        abs(rows[pivot][column]) > 1e-12
      else { return nil }
      rows.swapAt(column, pivot)
      for row in 0..<count where row != column {
        let factor = rows[row][column] / rows[column][column]
        for index in column...count { rows[row][index] -= factor * rows[column][index] }
      }
    }
    return (0..<count).map { rows[$0][count] / rows[$0][$0] }
  }
}
