/// Free-form deformation by cubic B-splines after an affine alignment (Rueckert et al. 1999, doi:10.1109/42.796284).
///
/// From coarse to fine, in the image and in the control grid, it minimises
///
///     similarity's cost + bending · bending energy + barrier against folding
///
/// by L-BFGS on analytic gradients over every sample of the fixed image. See `FreeFormSimilarity`, `BendingEnergy`
/// and `FoldingBarrier`.
public struct FreeForm: Aligner {
  public var name: String { Self.methodName }
  static let methodName = "free-form"
  /// None: it goes on from an affine map, and leaves that as it comes.
  public var models: [TransformModel] { [] }
  public var deformation: DeformationModel? { .bspline }
  /// The similarity to maximise; nil goes on with the one that the affine alignment maximised.
  public var metric: Metric?
  /// The distance of control points in the finest grid, in samples of the fixed image along its finest axis; nil for 5 in
  /// space, where the labels' mean Dice on two pairs of brains of 1 mm was 0.02 higher than with 8, and for a 32nd of the
  /// longest side in the plane, but 8 at least. The images choose a coarser grid where the finer ones gain nothing.
  public var spacing: Double?
  /// The weight of the bending energy, see `BendingEnergy`, in nats. 0.4: of values from 0.05 to 1.6 on drawn pairs
  /// whose deformation is known, and from 0.1 to 0.5 on two pairs of labelled brains, it was among the best with NCC,
  /// and it folded least of those on the brains.
  public var bending: Double

  /// The same in physical units, which is asked for instead.
  public var distance: Double?

  /// - Parameter distance: of control points in physical units; nil for ``spacing``.
  public init(
    metric: Metric? = nil, spacing: Double? = nil, distance: Double? = nil, bending: Double = 0.4
  ) {
    self.distance = distance
    self.metric = metric
    self.spacing = spacing
    self.bending = bending
  }

  public var options: [String] {
    let usual = FreeForm()
    return [
      spacing.map { "spacing=\($0.shortest)" }, option("bending", bending, usually: usual.bending),
    ].compactMap(\.self)
  }

  public func objection(to metric: Metric) -> String? {
    metric.similarity.comparesSamples ? nil : "it takes metrics that compare sample by sample: mse, ncc and mi"
  }

  /// Deforms `moving` onto `fixed` from the first candidate's linear part on, which stays as it is.
  ///
  /// - Throws: `AlignmentError.noOverlap`.
  public func candidates<let rank: Int>(
    aligning moving: Image<rank>, to fixed: Image<rank>, from candidates: [Candidate<rank>], as task: AlignmentTask
  ) throws -> [Candidate<rank>] {
    let start = candidates.first ?? Candidate(transform: Affine(center: fixed.grid.center), score: 0)
    let metric = metric ?? task.metric ?? start.metric ?? .crossCorrelation
    if let reason = objection(to: metric) { throw AlignmentError.unsupported(method: name, reason: reason) }
    let deformed =
      try Ranks.open(rank, (moving, fixed, start)) {
        (work: (Image<2>, Image<2>, Candidate<2>)) in
        try deform(work.0, to: work.1, from: work.2, metric: metric, threads: task.threads)
      } space: {
        (work: (Image<3>, Image<3>, Candidate<3>)) in
        try deform(work.0, to: work.1, from: work.2, metric: metric, threads: task.threads)
      } as Candidate<rank>
    return [deformed] + candidates.dropFirst()
  }

  private func deform<let rank: Int>(
    _ moving: Image<rank>, to fixed: Image<rank>, from start: Candidate<rank>, metric: Metric, threads: Int
  ) throws -> Candidate<rank> {
    let affine = start.linear
    let finest = fixed.grid.spacing.elements.min() ?? 1
    let spacing = distance ?? (spacing ?? usualSpacing(on: fixed.grid)) * finest
    let grids = ControlGrids(over: fixed.grid, spacing: spacing, leastCells: 4)
    let pyramids = PyramidPair(moving: moving, fixed: fixed, threads: threads)
    func level(_ number: Int, heldOut: HeldOutBlocks<rank>?) -> FreeFormLevel<rank> {
      let cell = spacing * Double(1 << number)
      let image =
        pyramids.fixed.levels.last {
          ($0.grid.spacing.elements.min() ?? 1) <= cell / Self.samplesPerCell && $0.grid.count >= Self.leastSamples
        } ?? pyramids.fixed.levels[0]
      var pair = LevelPair(
        fixed: image, moving: pyramids.moving.level(matching: image.grid.spacing.elements.min() ?? 1),
        comparable: metric.relation == .same, interpolation: .linear, threads: threads)
      if let heldOut {
        for (place, weight) in heldOut.weights(on: image.grid).enumerated() { pair.fixedWeights[place] *= weight }
      }
      return FreeFormLevel(
        pair, affine: affine, controls: grids.grids[number], metric: metric, bending: bending, bendingLength: cell,
        threads: threads)
    }
    let validation = FreeFormValidation(pyramids, affine: affine, threads: threads)
    var nodes = [SIMD4<Float>](repeating: .zero, count: grids.grids.last?.count ?? 0)
    var (iterations, chosen) = (0, grids.grids.count - 1)
    var gain: HeldOutGain?
    // Without the blocks that are held out, as far as the grids gain something in those; the finest is not asked.
    for number in grids.grids.indices.reversed() where number > 0 || grids.grids.count == 1 {
      try Activity.check()
      Activity.advance(to: 0.5 * Double(grids.grids.count - 1 - number) / Double(grids.grids.count))
      let refined = number < chosen ? grids.refined(nodes, from: number + 1) : nodes
      guard let result = level(number, heldOut: validation.blocks).minimize(from: refined, measuresStart: false) else {
        throw AlignmentError.noOverlap
      }
      iterations += result.iterations
      let found = validation.gain(
        of: BSplineTransform(affine: .identity, controls: grids.grids[number], nodes: result.nodes))
      if let gain, found.after <= gain.after { break }
      (nodes, gain, chosen) = (result.nodes, found, number)
    }
    guard let gain, VerdictRules.isSupported(gain) else {
      var kept = start
      kept.deformation = .none(metric: metric, heldOut: gain, iterations: iterations)
      return kept
    }
    // With them: where the second finest grid gained something, the finest may, too.
    if chosen == 1 { (nodes, chosen) = (grids.refined(nodes, from: 1), 0) }
    Activity.advance(to: 0.5)
    let last = level(chosen, heldOut: nil)
    guard var outcome = last.minimize(from: nodes, measuresStart: true) else { throw AlignmentError.noOverlap }
    iterations += outcome.iterations
    var caution = 0
    while caution < 3, folding(outcome.nodes, grids.grids[chosen], fixed.grid, threads).share > 0 {
      caution += 1
      guard var repaired = last.minimize(from: outcome.nodes, measuresStart: false, caution: caution) else { break }
      repaired.before = outcome.before
      iterations += repaired.iterations
      outcome = repaired
    }
    let transform = BSplineTransform(affine: affine, controls: grids.grids[chosen], nodes: outcome.nodes)
    var deformed = Candidate(
      transform: transform, score: outcome.after.correlation, iterations: start.iterations + iterations,
      stopReason: outcome.stopReason, metric: metric)
    var evidence = DeformationEvidence(
      folding: transform.folding(on: fixed.grid, threads: threads), metric: metric,
      costBefore: outcome.before.cost, costAfter: outcome.after.cost, similarityBefore: outcome.before.correlation,
      similarityAfter: outcome.after.correlation, iterations: iterations, stopReason: outcome.stopReason)
    evidence.heldOut = gain
    deformed.deformation = evidence
    return deformed
  }

  private func usualSpacing<let rank: Int>(on grid: Grid<rank>) -> Double {
    rank == 3 ? 5 : max(8, Double(grid.size.max() ?? 0) / 32)
  }

  /// The least samples of the image to a control cell along an axis. With 2.5, and so 2 mm for control points 5 mm
  /// apart, a pair of brains took a third of the time that it took with the 1 mm samples which 4 asks for; its labels'
  /// mean Dice was 0.006 lower.
  private static let samplesPerCell = 2.5

  /// Samples of the image at least, where it has them: a joint histogram of fewer led mutual information astray.
  private static let leastSamples = 10_000

  private func folding<let rank: Int>(
    _ nodes: [SIMD4<Float>], _ controls: Grid<rank>, _ grid: Grid<rank>, _ threads: Int
  ) -> Folding {
    BSplineTransform(affine: .identity, controls: controls, nodes: nodes).folding(on: grid, threads: threads)
  }
}
