import Glibc
import Vernier

extension CorrelationNetwork {
  /// Copies that an example is compared with in a training step; all would take the time of several steps.
  private static var trainedCopies: Int { 6 }

  /// The search's loss and the fit's:
  ///
  ///     −Σ p log softmax(volume)   +   Σ over two rounds of   0.3 / freedoms · (½ eᵀ P e − ½ log |P|)  +  mean corner distance / step
  ///
  /// with p the true motion spread over the nearest places of the volume, e the step's distance from the true one and P
  /// its precision. The volume is of the copies nearest the truth and of others drawn. The fit starts from the true
  /// motion displaced by up to 0.8 of the copies' spacing and 1.2 places. In training a border of one picture in four
  /// is taken away, so that pictures may lack parts.
  public func loss(
    fixed: Tensor, moving: Tensor, against motions: [Affine<2>], isTraining: Bool, using random: inout SplitMix64
  ) throws -> Tensor {
    func trimmed(_ picture: Tensor) throws -> Tensor {
      isTraining ? try picture * borders(count: motions.count, on: picture.device, using: &random) : picture
    }
    let still = try description(of: prepared(trimmed(fixed)))
    let other = try prepared(trimmed(moving))
    let found = try searchLoss(still, other, motions, using: &random)
    return try found + fitLoss(still, other, motions, using: &random)
  }

  private func searchLoss(
    _ fixed: Description, _ moving: Tensor, _ motions: [Affine<2>], using random: inout SplitMix64
  ) throws -> Tensor {
    let count = min(Self.trainedCopies, search.copies)
    let size = search.shifts * search.shifts
    var copies: [Int] = []
    var targets: [Float] = []
    for motion in motions {
      let truth = parameters(of: motion)
      let weights = search.weights(of: (truth.degrees, truth.scale))
      let order = weights.indices.map { (weights[$0] + Double.random(in: 0..<1e-6, using: &random), $0) }
        .sorted { $0.0 > $1.0 }.prefix(count).map(\.1)
      let shares = order.flatMap { copy in
        weights[copy] > 0
          ? search.weights(ofShiftIn: motion, copy: copy, about: middle).map { $0 * weights[copy] }
          : [Double](repeating: 0, count: size)
      }
      let sum = max(shares.reduce(0, +), 1e-9)
      copies += order
      targets += shares.map { Float($0 / sum) }
    }
    let logarithms = try volume(fixed, moving, copies: copies).reshaped([motions.count, count * size])
      .logSoftmax(along: 1)
    let wanted = try Tensor(targets, shape: [motions.count, count * size], on: moving.device)
    return try (logarithms * wanted).sum() / -Double(motions.count)
  }

  private func fitLoss(
    _ fixed: Description, _ moving: Tensor, _ motions: [Affine<2>], using random: inout SplitMix64
  ) throws -> Tensor {
    let starts = motions.map { motion in
      func even(_ reach: Double) -> Double { .random(in: -reach...reach, using: &random) }
      let (degrees, growth) = (even(0.8 * search.spacing.degrees), exp(even(0.8 * search.spacing.logScale)))
      let reach = 1.2 * Double(configuration.step)
      return motion.composed(
        after: self.motion(degrees: degrees, scale: growth, translation: [even(reach), even(reach)]))
    }
    var fit = try Fit(self, fixed: fixed, moving: moving, order: Array(motions.indices), motions: starts)
    let half = Double(configuration.side) / 2
    var loss: Tensor?
    for _ in 0..<2 {
      let wanted = zip(fit.motions, motions).flatMap { step(from: $0, to: $1) }.map(Float.init)
      try fit.run()
      let (count, freedoms) = (motions.count, fit.step.shape[1])
      let error = try (fit.step - Tensor(wanted, shape: [count, freedoms], on: moving.device)).reshaped([
        count, freedoms, 1,
      ])
      let exponent = try (error * fit.precision.matmul(error)).sum() * 0.5
      let likelihood = try (exponent - fit.precision.logDeterminant().sum() * 0.5) / Double(count * freedoms)
      let corners = try Tensor(cornerRows(freedoms), shape: [4, 2, freedoms], on: moving.device)
        .reshaped([1, 8, freedoms]).matmul(error).reshaped([count, 4, 2])
      let distance = try (corners.power(2).sum([2]) + 1e-8).squareRoot().mean() * (half / Double(configuration.step))
      let round = try likelihood * 0.3 + distance
      loss = try loss.map { try $0 + round } ?? round
    }
    guard let loss else { preconditionFailure("two rounds were run") }
    return loss
  }

  /// What a step adds to x and to y at each corner.
  private func cornerRows(_ freedoms: Int) -> [Float] {
    [(-1, -1), (1, -1), (-1, 1), (1, 1)].flatMap { (x: Float, y: Float) in
      Array([x, -y, 1, 0].suffix(freedoms)) + Array([y, x, 0, 1].suffix(freedoms))
    }
  }

  /// 1 where a picture is kept: in three of four everywhere, in the others without up to a fifth at each side.
  private func borders(count: Int, on device: Device, using random: inout SplitMix64) throws -> Tensor {
    let side = configuration.side
    var kept = [Float](repeating: 1, count: count * side * side)
    for picture in 0..<count where Int.random(in: 0..<4, using: &random) == 0 {
      let cuts = (0..<4).map { _ in Int.random(in: 0...side / 5, using: &random) }
      for y in 0..<side {
        for x in 0..<side where x < cuts[0] || y < cuts[1] || x >= side - cuts[2] || y >= side - cuts[3] {
          kept[(picture * side + y) * side + x] = 0
        }
      }
    }
    return try Tensor(kept, shape: [count, 1, side, side], on: device)
  }
}
