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
  static let unsupportedMetric = AlignmentError.unsupported(
    method: methodName, reason: "it takes the metrics mse, ncc and mi")
  /// That of the affine map, which is taken as it comes.
  public var model: TransformModel { .affine }
  /// The similarity to maximise; nil goes on with the one that the affine alignment maximised.
  public var metric: Metric?
  /// The distance of control points in the finest grid, in samples of the fixed image along its finest axis. On two pairs of brains of 1 mm samples
  /// the labels' mean Dice was 0.02 higher with 5 than with 8.
  public var controlSpacing: Double
  /// The weight of the bending energy, see `BendingEnergy`, in nats. 0.4: of values from 0.05 to 1.6 on drawn pairs whose deformation is known, and from
  /// 0.1 to 0.5 on two pairs of labelled brains, it was among the best with NCC, and it folded least of those on the brains.
  public var bending: Double
  public var threads: Int

  public init(metric: Metric? = nil, controlSpacing: Double = 5, bending: Double = 0.4, threads: Int = 2) {
    self.metric = metric
    self.controlSpacing = controlSpacing
    self.bending = bending
    self.threads = threads
  }

  public func candidates<let rank: Int>(
    aligning moving: Image<rank>, to fixed: Image<rank>, from candidates: [Candidate<rank>]
  ) throws -> [Candidate<rank>] {
    var best = candidates.first ?? Candidate(transform: Affine(center: fixed.grid.center), score: 0)
    best.deformation = try deformation(of: moving, to: fixed, from: best.transform, by: best.metric)
    return [best] + candidates.dropFirst()
  }

  /// Deforms `moving` onto `fixed`, from an affine map on.
  ///
  /// - Parameters:
  ///   - affine: fixed point to moving point; it stays as it is.
  ///   - linear: the similarity that the affine alignment maximised.
  /// - Throws: ``AlignmentError``, `.unsupported` for gradient fields.
  func deformation<let rank: Int>(
    of moving: Image<rank>, to fixed: Image<rank>, from affine: Affine<rank>, by linear: Metric?
  ) throws -> Deformation<rank> {
    let metric = metric ?? linear ?? .crossCorrelation
    guard metric != .gradientFields else {
      throw Self.unsupportedMetric
    }
    if let plane = moving as? Image<2>, let still = fixed as? Image<2>, let map = affine as? Affine<2>,
      let result = try deform(plane, to: still, from: map, metric: metric) as? Deformation<rank>
    {
      return result
    }
    if let volume = moving as? Image<3>, let still = fixed as? Image<3>, let map = affine as? Affine<3>,
      let result = try deform(volume, to: still, from: map, metric: metric) as? Deformation<rank>
    {
      return result
    }
    throw AlignmentError.unsupported(method: name, reason: "images of rank \(rank) are not supported")
  }

  private func deform<let rank: Int>(
    _ moving: Image<rank>, to fixed: Image<rank>, from affine: Affine<rank>, metric: Metric
  ) throws -> Deformation<rank> {
    let finest = fixed.grid.spacing.elements.min() ?? 1
    let grids = ControlGrids(over: fixed.grid, spacing: controlSpacing * finest, leastCells: 4)
    let pyramids = PyramidPair(moving: moving, fixed: fixed, threads: threads)
    let (still, other) = (pyramids.fixed, pyramids.moving)
    var nodes = [SIMD4<Float>](repeating: .zero, count: grids.grids.last?.count ?? 0)
    var iterations = 0
    var outcome: FreeFormLevel<rank>.Outcome?
    for level in grids.grids.indices.reversed() {
      if level < grids.grids.count - 1 { nodes = grids.refined(nodes, from: level + 1) }
      let spacing = controlSpacing * finest * Double(1 << level)
      let image =
        still.levels.last {
          ($0.grid.spacing.elements.min() ?? 1) <= spacing / Self.samplesPerCell && $0.grid.count >= Self.leastSamples
        } ?? still.levels[0]
      let pair = LevelPair(
        fixed: image, moving: other.level(matching: image.grid.spacing.elements.min() ?? 1),
        comparable: metric == .meanSquares, interpolation: .linear, threads: threads)
      let problem = FreeFormLevel(
        pair, affine: affine, controls: grids.grids[level], metric: metric, bending: bending,
        bendingLength: spacing, threads: threads)
      guard var result = problem.minimize(from: nodes, measuresStart: level == 0) else {
        throw AlignmentError.noOverlap
      }
      iterations += result.iterations
      var caution = 0
      while level == 0, caution < 3, folding(result.nodes, grids.grids[0], fixed.grid).share > 0 {
        caution += 1
        guard var repaired = problem.minimize(from: result.nodes, measuresStart: false, caution: caution) else { break }
        repaired.before = result.before
        iterations += repaired.iterations
        result = repaired
      }
      nodes = result.nodes
      outcome = result
    }
    guard let outcome, let controls = grids.grids.first else { throw AlignmentError.noOverlap }
    let transform = BSplineTransform(affine: affine, controls: controls, nodes: nodes)
    return Deformation(
      transform: transform, folding: transform.folding(on: fixed.grid, threads: threads), metric: metric,
      costBefore: outcome.before.cost, costAfter: outcome.after.cost, similarityBefore: outcome.before.correlation,
      similarityAfter: outcome.after.correlation, iterations: iterations, stopReason: outcome.stopReason)
  }

  /// The least samples of the image to a control cell along an axis. With 2.5, and so 2 mm for control points 5 mm apart, a pair of brains took a
  /// third of the time that it took with the 1 mm samples which 4 asks for; its labels' mean Dice was 0.006 lower.
  private static let samplesPerCell = 2.5

  /// Samples of the image at least, where it has them: a joint histogram of fewer led mutual information astray.
  private static let leastSamples = 10_000

  private func folding<let rank: Int>(_ nodes: [SIMD4<Float>], _ controls: Grid<rank>, _ grid: Grid<rank>) -> Folding {
    BSplineTransform(affine: .identity, controls: controls, nodes: nodes).folding(on: grid, threads: threads)
  }
}
