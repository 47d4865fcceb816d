import Vernier

/// Pairs of volumes as training takes them: all of them in an order drawn anew for each pass.
///
/// Two things, drawn anew each time that a pair is seen, keep a network of few pairs from learning them by heart. Where
/// they move, the moving volume is moved besides. Where they flip, each is seen in one of 96 ways: turned and mirrored
/// as a cube lies on itself, and either volume the fixed one; a brain that may lie in any of 48 ways is much harder to
/// learn than one that lies as scanners put it.
public struct VolumePairSource: BatchSource {
  private let pairs: [TrainingVolumes.Pair]
  private let volumes: [TrainingVolumes.Volume]
  private let seed: UInt64
  public let side: Int
  private let motion: MotionRange<3>?
  private let flips: Bool

  /// - Parameter motion: what the moving volume is moved by, in steps of the network's lattice; nil for nothing.
  init(
    _ pairs: [TrainingVolumes.Pair], of volumes: [TrainingVolumes.Volume], side: Int, motion: MotionRange<3>? = nil,
    flips: Bool = false, seed: UInt64
  ) {
    self.motion = motion
    self.pairs = pairs
    self.volumes = volumes
    self.flips = flips
    self.side = side
    self.seed = seed
  }

  public var pairCount: Int? { pairs.count }

  public func batch(first: Int, count: Int) throws -> TrainingBatch<Affine<3>> {
    let chosen = order(first..<(first + count)).map { pairs[$0] }
    let size = side * side * side
    var fixed = [Float](repeating: 0, count: count * size)
    var moving = fixed
    var motions: [Affine<3>] = []
    var scratch = [Float](repeating: 0, count: size)
    for (number, pair) in chosen.enumerated() {
      var random = SplitMix64(seed: seed &* 1_000_033 &+ UInt64(first + number))
      let symmetry = flips ? CubeSymmetry<3>.random(using: &random) : .identity
      let swaps = flips && Bool.random(using: &random)
      let (still, other) = (volumes[swaps ? pair.moving : pair.fixed], volumes[swaps ? pair.fixed : pair.moving])
      let view = NetworkView(fixed: still.grid, moving: other.grid, side: side)
      let place = number * size..<(number + 1) * size
      let middle = Vector<3>(repeating: Double(side - 1) / 2)
      let moved = motion?.random(center: middle, using: &random)
      guard var here = view.samples(of: still.reduced, center: still.grid.center),
        var there = view.samples(of: other.reduced, center: other.grid.center, through: moved)
      else { preconditionFailure("volumes that were read lie on usable grids") }
      symmetry.apply(to: &here, side: side, scratch: &scratch)
      symmetry.apply(to: &there, side: side, scratch: &scratch)
      fixed.replaceSubrange(place, with: here)
      moving.replaceSubrange(place, with: there)
      if let truth = swaps ? pair.truth?.inverted() : pair.truth {
        let turn = symmetry.map(about: middle)
        guard let back = turn.inverted(), let undone = (moved ?? .identity).inverted() else {
          preconditionFailure("symmetries and motions have an inverse")
        }
        let motion = undone.composed(after: view.motion(truth, fixed: still.grid, moving: other.grid))
        motions.append(back.composed(after: motion).composed(after: turn))
      }
    }
    return TrainingBatch(fixed: fixed, moving: moving, motions: motions.count == count ? motions : [])
  }

  /// The pairs that stand at these places of the endless sequence of passes.
  private func order(_ places: Range<Int>) -> [Int] {
    var order: (pass: Int, numbers: [Int]) = (-1, [])
    return places.map { place in
      let pass = place / pairs.count
      if pass != order.pass {
        var random = SplitMix64(seed: seed &* 1_000_003 &+ UInt64(pass))
        order = (pass, pairs.indices.shuffled(using: &random))
      }
      return order.numbers[place % pairs.count]
    }
  }
}
