/// Gradient descent on a shift through a differentiable bilinear warp, as published for glass plates.
///
/// The moving image is seen through the spatial transformer's grid θ = [1 0 dx; 0 1 dy] (Jaderberg et al. 2015,
/// arXiv:1506.02025), with zeros beyond its border, and (dx, dy), from (0, 0), follow the analytic gradient of the loss
/// by Adam.
///
/// dx and dy are in the coordinates of PyTorch's `affine_grid` with `align_corners=False`, in which an image reaches
/// from −1 to 1 along each axis: dx shifts by dx · width / 2 samples. So a learning rate means the same here: 0.001
/// moves by about a fifth of a sample a step where the image is 400 wide, and 0.1 by 20.
///
/// The bilinear value's derivative along x at a position (x, y) is, as published,
///
///     ∂A*/∂x = Σ A[n, m] max(0, 1 − |y − n|) · (0 where |m − x| ≥ 1, 1 where m ≥ x, −1 where m < x)
///
/// and alike along y. On a sample exactly the one-sided difference to the next is taken, as PyTorch does.
public struct GradientShift: PictureAligner {
  public var name: String { "gradient-shift" }
  /// Shifts alone.
  public var models: [TransformModel] { [.translation] }
  /// ``ShiftMetric/meanSquares`` or ``ShiftMetric/crossCorrelation``; nil for the registration's, or NCC.
  public private(set) var metric: ShiftMetric?
  /// Adam's α in the image's half sizes: 0.001, the published best.
  public var learningRate: Double
  /// 30 as published, after which 100 brought no better alignment at 0.001.
  public var steps: Int
  /// For ``descend(aligning:to:)``; a chain has its own.
  public var threads: Int
  /// False: the published method compares what is there, padding too.
  public var leavesOutPadding: Bool { false }

  /// - Precondition: the metric is MSE or NCC, the learning rate positive and finite, `steps` positive.
  public init(
    metric: ShiftMetric? = nil, learningRate: Double = 0.001, steps: Int = 30, threads: Int = 2
  ) {
    precondition(metric != .structuralSimilarity, "gradient descent minimises mse or −ncc")
    precondition(learningRate > 0 && learningRate.isFinite && steps > 0, "steps have a size and a number")
    self.metric = metric
    self.learningRate = learningRate
    self.steps = steps
    self.threads = threads
  }

  /// False: it goes where the gradient leads.
  public var comparesPlaces: Bool { false }

  public var options: [String] {
    let usual = GradientShift()
    return [
      option("rate", learningRate, usually: usual.learningRate),
      option("steps", Double(steps), usually: Double(usual.steps)),
    ].compactMap(\.self)
  }

  /// The course of a descent.
  public struct Descent: Sendable {
    /// One entry a step: where it began, fixed to moving in samples, and the loss there: the mean squared difference,
    /// or −NCC.
    public var trace: [(shift: Vector<2>, loss: Double)]
    /// Where the last step ended.
    public var shift: Vector<2>
  }

  /// Descends from no shift.
  ///
  /// - Precondition: both images have one size.
  public func descend(aligning moving: Image<2>, to fixed: Image<2>) -> Descent {
    precondition(moving.size == fixed.size, "both images have one size")
    let loss = ShiftLoss(moving: moving, to: fixed, metric: metric ?? .crossCorrelation, threads: threads)
    let half = Vector<2>([Double(fixed.width) / 2, Double(fixed.height) / 2])
    var adam = Adam<2>(learningRate: learningRate)
    var parameters = Vector<2>.zero
    var trace: [(shift: Vector<2>, loss: Double)] = []
    trace.reserveCapacity(steps)
    for _ in 0..<steps {
      let shift = Vector<2> { parameters[$0] * half[$0] }
      let (value, gradient) = loss.evaluate(shift)
      trace.append((shift, value))
      adam.step(&parameters, gradient: Vector { gradient[$0] * half[$0] })
    }
    return Descent(trace: trace, shift: Vector { parameters[$0] * half[$0] })
  }

  public func objection(to metric: Metric) -> String? { ShiftMetric.objection(to: metric) }

  /// - Returns: for each start where the descent ends.
  public func candidates(
    aligning moving: Image<2>, to fixed: Image<2>, from candidates: [Candidate<2>], as task: AlignmentTask
  ) throws -> [Candidate<2>] {
    var descending = self
    (descending.metric, descending.threads) = (.chosen(metric, task), task.threads)
    return shiftCandidates(aligning: moving, to: fixed, from: candidates, threads: task.threads) { plane, still in
      let descent = descending.descend(aligning: plane, to: still)
      let last = descent.trace.last?.loss ?? 0
      return [
        ShiftProposal(
          shift: descent.shift, score: descending.metric == .meanSquares ? 1 / (last + 1e-9) : max(-last, 0),
          iterations: steps,
          stop: .iterationLimit)
      ]
    }
  }
}
