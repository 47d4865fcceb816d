import Glibc
import Vernier

extension CorrelationNetwork {
  /// Rounds of weighted least squares on the displacements that the correlations around each place show.
  struct Fit {
    private let network: CorrelationNetwork
    private let fixed: Description
    private let moving: Tensor
    /// Each motion is fitted in all of them together.
    private let views: [MirrorView]
    /// Where each motion stands now.
    private(set) var motions: [Affine<2>]
    /// Of the last round: the step [count, freedoms], in halves of the side, and its precision [count, freedoms,
    /// freedoms].
    private(set) var step: Tensor
    private(set) var precision: Tensor
    /// The log-probability, but for a sum, of where the last round began.
    private var scores: Tensor
    /// What each freedom of a step adds to x, then to y, of each place: [2 · places², freedoms].
    private let design: Tensor
    /// The displacements of the window, [window, 2].
    private let window: Tensor

    /// - Parameters:
    ///   - fixed: descriptions of the examples.
    ///   - moving: prepared.
    ///   - order: the example to which each motion belongs.
    ///   - motions: where the fit starts.
    ///   - views: those in which pictures and descriptions are given, the examples of one after those of the other.
    init(
      _ network: CorrelationNetwork, fixed: Description, moving: Tensor, order: [Int], motions: [Affine<2>],
      views: [MirrorView] = [.plain]
    ) throws {
      self.network = network
      self.views = views
      let examples = moving.shape[0] / views.count
      let order = order.flatMap { example in views.indices.map { $0 * examples + example } }
      let isPlain = order == Array(0..<moving.shape[0])
      func chosen(_ tensor: Tensor) throws -> Tensor {
        guard !isPlain else { return tensor }
        return try .concatenated(order.map { try tensor.part($0..<$0 + 1, along: 0) }, along: 0)
      }
      self.fixed = Description(features: try chosen(fixed.features), share: try chosen(fixed.share))
      self.moving = try chosen(moving)
      self.motions = motions
      let freedoms = network.configuration.model == .rigid ? 3 : 4
      let places = network.configuration.side / network.configuration.step
      let half = Double(places) / 2
      let positions = (0..<places * places).map { place in
        (x: (Double(place % places) - half + 0.5) / half, y: (Double(place / places) - half + 0.5) / half)
      }
      // Growth, turn, shift along x, shift along y.
      let rows = positions.map { [$0.x, -$0.y, 1, 0] } + positions.map { [$0.y, $0.x, 0, 1] }
      design = try Tensor(
        rows.flatMap { $0.suffix(freedoms).map(Float.init) }, shape: [rows.count, freedoms], on: moving.device)
      let radius = CorrelationNetwork.radius
      let displacements = (-radius...radius).flatMap { y in (-radius...radius).map { [Float($0), Float(y)] } }
      window = try Tensor(displacements.flatMap(\.self), shape: [displacements.count, 2], on: moving.device)
      step = try .zeros([motions.count, freedoms], on: moving.device)
      precision = try .zeros([motions.count, freedoms, freedoms], on: moving.device)
      scores = try .zeros([motions.count], on: moving.device)
    }

    /// One round.
    mutating func run() throws {
      let configuration = network.configuration
      let viewed = motions.flatMap { motion in views.map { $0(motion, about: network.middle) } }
      let seen = try network.description(of: network.moved(moving, by: viewed, side: configuration.side))
      let (count, places) = (viewed.count, configuration.side / configuration.step)
      let both = try fixed.share * seen.share
      let agreement = try (fixed.features * seen.features).sum([1, 2, 3])
      scores = try mean(
        agreement * network.gain / Double(configuration.width) - both.sum([1, 2, 3]) * network.toll)

      let correlations =
        try fixed.features.correlatedLocally(with: seen.features, radius: CorrelationNetwork.radius)
        / Double(configuration.width).squareRoot()
      let corrected = try network.head[2](network.head[1](network.head[0](correlations).relu()).relu())
      let chosen = try (correlations * network.sharpness).softmax(along: 1).permuted([0, 2, 3, 1])
      let displaced = try chosen.matmul(window).permuted([0, 3, 1, 2]) + corrected.part(0..<2, along: 1)
      let weight = try corrected.part(2..<3, along: 1).clamped(to: -10...6).exponential() * both

      let size = places * places
      let displacements = try displaced.reshaped([count, 2 * size, 1]) / (Double(places) / 2)
      let row = try weight.reshaped([count, 1, size])
      let weights = try Tensor.concatenated([row, row], along: 2)
      let transposed = try design.permuted([1, 0])
      // Where nothing is seen the step stays small: a prior of deviation 0.3 of half the side.
      let freedoms = design.shape[1]
      let prior = try Tensor(
        (0..<freedoms * freedoms).map { $0 % (freedoms + 1) == 0 ? Float(10) : 0 }, shape: [1, freedoms, freedoms],
        on: moving.device)
      let weighted = try transposed * weights
      let signs = try Tensor(
        motions.flatMap { _ in views.flatMap { $0.signs.suffix(freedoms).map(Float.init) } },
        shape: [count, freedoms, 1], on: moving.device)
      precision = try mean(weighted.matmul(design) * signs * signs.reshaped([count, 1, freedoms])) + prior
      step = try precision.solve(mean(weighted.matmul(displacements) * signs)).reshaped([motions.count, freedoms])
      motions = zip(motions, try step.doubles().chunks(of: freedoms)).map { motion, step in
        network.stepped(motion, by: Array(step))
      }
    }

    /// The mean over the views of each motion; of precisions, too, as the views see the same pictures.
    private func mean(_ tensor: Tensor) throws -> Tensor {
      guard views.count > 1 else { return tensor }
      return try tensor.reshaped([motions.count, views.count] + tensor.shape.dropFirst()).mean([1])
    }

    /// The motions with what is known of them. They are rounds old where ``run()`` was not called.
    func predictions() throws -> [PredictedMotion<Affine<2>>] {
      let freedoms = design.shape[1]
      // At a corner the squared distance is the sum over x and y of aᵀ C a, with a what a step adds there.
      let identity = try Tensor(
        (0..<freedoms * freedoms).map { $0 % (freedoms + 1) == 0 ? Float(1) : 0 }, shape: [1, freedoms, freedoms],
        on: moving.device)
      let covariances = try precision.solve(identity.expanded(precision.shape)).doubles().chunks(
        of: freedoms * freedoms)
      let half = Double(network.configuration.side) / 2
      let values = try scores.doubles()
      return zip(motions, zip(values, covariances)).map { motion, known in
        let diagonal = (0..<freedoms).map { known.1[known.1.startIndex + $0 * (freedoms + 1)] }
        // At (±1, ±1) growth and turn move by √2; the mean over the corners leaves no mixed terms.
        let linear = diagonal.dropLast(2).reduce(0, +) * 2
        return PredictedMotion(
          motion, score: known.0, cornerDeviation: half * (linear + diagonal.suffix(2).reduce(0, +)).squareRoot())
      }
    }
  }

  /// A motion after a step of the fit: x ↦ motion(x + growth · x + turn · x⊥ + shift), all in halves of the side about
  /// the middle.
  func stepped(_ motion: Affine<2>, by step: [Double]) -> Affine<2> {
    let half = Double(configuration.side) / 2
    let isRigid = configuration.model == .rigid
    let (growth, turn) = isRigid ? (0, step[0]) : (step[0], step[1])
    let shift: Vector<2> = [step[step.count - 2] * half, step[step.count - 1] * half]
    let scale = isRigid ? 1 : ((1 + growth) * (1 + growth) + turn * turn).squareRoot()
    let inner = self.motion(degrees: atan2(turn, 1 + growth) * 180 / .pi, scale: scale, translation: shift)
    return motion.centered(at: middle).composed(after: inner)
  }

  /// The step from one motion to another, in the terms of ``stepped(_:by:)``.
  func step(from motion: Affine<2>, to target: Affine<2>) -> [Double] {
    guard let back = motion.inverted() else {
      return [Double](repeating: 0, count: configuration.model == .rigid ? 3 : 4)
    }
    let inner = back.composed(after: target).centered(at: middle)
    let half = Double(configuration.side) / 2
    let shift = [inner.translation[0] / half, inner.translation[1] / half]
    guard configuration.model == .similarity else {
      return [max(-1, min(1, inner.linear[1, 0] / max(inner.linear[0, 0], 0.1)))] + shift
    }
    return [inner.linear[0, 0] - 1, inner.linear[1, 0]] + shift
  }
}

extension Array {
  fileprivate func chunks(of size: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
  }
}
