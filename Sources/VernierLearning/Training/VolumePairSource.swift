import Vernier

/// Pairs of volumes as training takes them: all of them in an order drawn anew for each pass.
public struct VolumePairSource: BatchSource {
  private let pairs: [TrainingVolumes.Pair]
  private let volumes: [TrainingVolumes.Volume]
  private let seed: UInt64
  public let side: Int

  init(
    _ pairs: [TrainingVolumes.Pair], of volumes: [TrainingVolumes.Volume], side: Int, seed: UInt64
  ) {
    self.pairs = pairs
    self.volumes = volumes
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
    for (number, pair) in chosen.enumerated() {
      let (still, other) = (volumes[pair.fixed], volumes[pair.moving])
      let view = NetworkView(fixed: still.grid, moving: other.grid, side: side)
      let place = number * size..<(number + 1) * size
      guard let here = view.samples(of: still.reduced, center: still.grid.center),
        let there = view.samples(of: other.reduced, center: other.grid.center)
      else { preconditionFailure("volumes that were read lie on usable grids") }
      fixed.replaceSubrange(place, with: here)
      moving.replaceSubrange(place, with: there)
      if let truth = pair.truth { motions.append(view.motion(truth, fixed: still.grid, moving: other.grid)) }
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
