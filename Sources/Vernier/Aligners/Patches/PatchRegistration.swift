import Glibc

/// Registration of small images by shifts or rigid motions: what `search+refine` does for them, at a sixtieth of the
/// time for 32 × 32 samples.
///
/// Images of up to 128 samples a side on square grids of one spacing. Correlation is the only similarity; what it does
/// not align with confidence is left to the methods for images of any size.
struct PatchRegistration {
  /// The longest side: beyond, the general methods are as quick.
  static let largestSide = 128
  /// The shortest side: below, there is too little to turn.
  static let smallestSide = 8

  private let fixed: Image<2>
  private let moving: Image<2>
  private let model: TransformModel
  private let spacing: Double

  /// Nil where the images are not such as this can align.
  init?(moving: Image<2>, to fixed: Image<2>, model: TransformModel) {
    guard model == .translation || model == .rigid else { return nil }
    let spacing = fixed.grid.spacing[0]
    for image in [fixed, moving] {
      let grid = image.grid
      guard grid.size.allSatisfy({ (Self.smallestSide...Self.largestSide).contains($0) }),
        grid.direction == .identity, grid.spacing == Vector(repeating: spacing)
      else { return nil }
    }
    self.fixed = fixed
    self.moving = moving
    self.model = model
    self.spacing = spacing
  }

  /// The places that the search singles out, best first.
  func places() -> [Affine<2>] {
    withLoadedWorkspace { PatchAlignment(workspace: $0).candidates().found.map { transform($0.motion) } }
  }

  /// The best transform with its evidence; nil where nothing overlaps.
  func run() -> (transform: Affine<2>, evidence: Evidence)? {
    withLoadedWorkspace { workspace in
      let (found, polish) = PatchAlignment(workspace: workspace).candidates()
      guard let best = found.first else { return nil }
      let apart = (moving.grid.center - fixed.grid.center) * (1 / spacing)
      let identity = PatchMotion(angle: 0, shift: -SIMD2(apart[0], apart[1]))
      let measured = PatchEvidence(workspace: workspace, polish: polish, identity: identity)
      let answer = transform(best.motion)
      let limit = VerdictRules.largestRightError(on: fixed.grid)
      // Of the smallest pictures a part says too little to speak for another place, as do places that are much less like.
      let rivals = found.dropFirst().filter { $0.score > 0.4 * best.score }.map { transform($0.motion) }
        .filter { fixed.width >= 48 && $0.cornerDistance(to: answer, on: fixed.grid) > limit }
      let seen = ([answer] + rivals.prefix(2)).map { moving.resampled(onto: fixed.grid, through: $0, threads: 1) }
      let blocks = seen.enumerated().map { place, moved in
        BlockAgreement(fixed, moved, byEdges: false, comparesSmallParts: place == 0, threads: 1)
      }
      var evidence = measured.collect(found, blocks: blocks, spacing: spacing)
      if found.count > 1, evidence.peakRatio > 0.8 { evidence.rival = transform(found[1].motion).homogeneous }
      return (answer, evidence)
    }
  }

  /// A pair of small pictures aligned and judged; nil where the images are not such as this can align, or nothing
  /// overlaps.
  static func alignment<let rank: Int>(
    of moving: Image<rank>, to fixed: Image<rank>, model: TransformModel, method: String
  ) -> Alignment<rank>? {
    Ranks.inPlane(rank, (moving, fixed)) { (pair: (Image<2>, Image<2>)) -> Alignment<2>? in
      guard let (transform, evidence) = PatchRegistration(moving: pair.0, to: pair.1, model: model)?.run() else {
        return nil
      }
      return Alignment(
        Transform(transform), model: model, method: method, metric: .crossCorrelation, evidence, isBeaten: false,
        on: pair.1.grid)
    }
  }

  private func withLoadedWorkspace<Result>(_ body: (PatchWorkspace) -> Result) -> Result {
    let sizes = PatchWorkspace.Sizes(
      fixedWidth: fixed.width, fixedHeight: fixed.height, movingWidth: moving.width, movingHeight: moving.height,
      turning: model != .translation)
    return PatchWorkspace.with(sizes) { workspace in
      workspace.images.fixed.load(fixed)
      workspace.images.moving.load(moving)
      return body(workspace)
    }
  }

  private func transform(_ motion: PatchMotion) -> Affine<2> {
    let center = fixed.grid.center
    let shift = Vector<2>([spacing * motion.shift.x, spacing * motion.shift.y])
    return Affine(
      linear: Affine<2>.rotation(radians: motion.angle, from: 0, to: 1),
      translation: moving.grid.center - center + shift, center: center)
  }
}
