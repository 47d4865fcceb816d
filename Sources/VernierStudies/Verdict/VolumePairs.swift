import Vernier

/// Draws pairs of volumes: one scan moved, its other contrast moved, a slab of it, or parts that have nothing in common.
struct VolumePairs: Sendable {
  /// The scans of each person: each with the contrasts that share its grid.
  let people: [[[Image<3>]]]

  /// A pair for a path; the same state of the generator gives the same pair.
  func pair(for path: VerdictPath, using random: inout SplitMix64) -> VerdictPair<3> {
    let person = people.indices.randomElement(using: &random)!
    let scan = people[person].randomElement(using: &random)!
    let fixed = scan.randomElement(using: &random)!
    let model: TransformModel = Double.random(in: 0..<1, using: &random) < 0.7 ? .rigid : .affine
    var pair: VerdictPair<3>
    switch Double.random(in: 0..<1, using: &random) {
    case ..<0.5: pair = moved(scan, fixed, model, for: path, name: "one scan", using: &random)
    case ..<0.58:
      pair = moved(scan, fixed, model, for: path, name: "one scan, a slab of it", using: &random)
      pair.fixed = pair.fixed.slab(share: Double.random(in: 0.12...0.3, using: &random), using: &random)
    case ..<0.8:
      // The lower half of one head and the upper half of one, the same or another: nothing is in both.
      let second = drawnScan(ofOtherThan: nil, using: &random)
      pair = VerdictPair(
        fixed: fixed.half(upper: false), moving: second.half(upper: true), truth: nil, model: model, kind: "two places")
    default:
      // Blocks of two people, one of them turned over: brain everywhere, but never the same.
      let second = drawnScan(ofOtherThan: person, using: &random)
      pair = VerdictPair(
        fixed: fixed.middleBlock(using: &random), moving: second.middleBlock(using: &random).mirrored().turned(),
        truth: nil,
        model: model, kind: "two blocks")
    }
    let share = Double.random(in: 0...0.08, using: &random)
    pair.fixed = Degradation.noise(deviation: share * pair.fixed.range).applied(to: pair.fixed, using: &random)
    pair.moving = Degradation.noise(deviation: share * pair.moving.range).applied(to: pair.moving, using: &random)
    return pair
  }

  private func drawnScan(ofOtherThan person: Int?, using random: inout SplitMix64) -> Image<3> {
    let others = people.indices.filter { $0 != person }
    return people[others.randomElement(using: &random)!].randomElement(using: &random)!.randomElement(using: &random)!
  }

  private func moved(
    _ scan: [Image<3>], _ fixed: Image<3>, _ model: TransformModel, for path: VerdictPath, name: String,
    using random: inout SplitMix64
  ) -> VerdictPair<3> {
    let source = scan.randomElement(using: &random)!
    let isNear = path.isLocal && Double.random(in: 0..<1, using: &random) < 0.7
    let isWide = Double.random(in: 0..<1, using: &random) < 0.5
    let truth = MotionRange<3>(
      degrees: isNear ? 8 : isWide ? 60 : 15, shift: (isNear ? 0.02 : 0.1) * fixed.grid.diagonal
    ).random(center: fixed.grid.center, using: &random)
    // What lies outside the scan holds the scan's ground, zero, as a scanner's file would.
    let moving = source.resampled(onto: source.grid, through: truth.inverted()!, threads: 1).unmasked()
    return VerdictPair(fixed: fixed, moving: moving, truth: Transform(truth), model: model, kind: name)
  }
}

extension Image where rank == 3 {
  fileprivate var range: Double { Double((samples.max() ?? 1) - (samples.min() ?? 0)) }

  fileprivate func unmasked() -> Self {
    guard let plain = try? masked(by: nil) else { preconditionFailure("no mask always fits") }
    return plain
  }

  /// The slices of a share of the last axis, around the middle, in their place in space.
  fileprivate func slab(share: Double, using random: inout SplitMix64) -> Self {
    let count = max(Int(share * Double(size[2])), 8)
    guard count < size[2] else { return self }
    let reach = max(size[2] / 8, 1)
    let first = min(max((size[2] - count) / 2 + Int.random(in: -reach...reach, using: &random), 0), size[2] - count)
    return part(from: [0, 0, first], size: [size[0], size[1], count], inPlace: true)
  }

  /// A block of 36³ samples or less near the middle, about its own centre.
  fileprivate func middleBlock(using random: inout SplitMix64) -> Self {
    let block = (0..<3).map { min(36, size[$0] - 2) }
    let first = (0..<3).map { axis in
      let rest = size[axis] - block[axis]
      return rest / 4 + Int.random(in: 0...(rest / 2), using: &random)
    }
    return part(from: first, size: block, inPlace: false)
  }

  /// Mirrored along the first axis.
  fileprivate func mirrored() -> Self {
    let width = size[0]
    return made(samples.indices.map { samples[$0 / width * width + width - 1 - $0 % width] }, on: grid)
  }

  /// With the first two axes exchanged, where they are of one length.
  fileprivate func turned() -> Self {
    let (width, height) = (size[0], size[1])
    guard width == height else { return self }
    return made(
      samples.indices.map { index in
        let (rest, x) = index.quotientAndRemainder(dividingBy: width)
        let (z, y) = rest.quotientAndRemainder(dividingBy: height)
        return samples[(z * height + x) * width + y]
      }, on: grid)
  }

  /// The half of a scan above or below the middle of the axis that runs from feet to head, about its centre.
  fileprivate func half(upper: Bool) -> Self {
    let direction = grid.direction
    let axis = (0..<3).max { abs(direction[2, $0]) < abs(direction[2, $1]) } ?? 2
    let length = max(size[axis] / 2, 2)
    let first = upper == (direction[2, axis] > 0) ? size[axis] - length : 0
    return part(
      from: (0..<3).map { $0 == axis ? first : 0 }, size: (0..<3).map { $0 == axis ? length : size[$0] }, inPlace: false
    )
  }

  /// - Parameter inPlace: whether the part stays where it lies in space, or has its first sample at the origin.
  private func part(from first: [Int], size block: [Int], inPlace: Bool) -> Self {
    var kept: [Float] = []
    kept.reserveCapacity(block.reduce(1, *))
    for z in 0..<block[2] {
      for y in 0..<block[1] {
        let row = ((first[2] + z) * size[1] + first[1] + y) * size[0] + first[0]
        kept += samples[row..<(row + block[0])]
      }
    }
    let origin = inPlace ? grid.point(atIndex: Vector { Double(first[$0]) }) : Vector<3>.zero
    guard
      let part = try? Grid<3>(size: block, spacing: grid.spacing, origin: origin, direction: grid.direction)
    else { preconditionFailure("a part of a volume has a positive size") }
    return made(kept, on: part)
  }

  private func made(_ samples: [Float], on grid: Grid<3>) -> Self {
    guard let image = try? Self(grid: grid, samples: samples) else {
      preconditionFailure("there is a sample for each place")
    }
    return image
  }
}
