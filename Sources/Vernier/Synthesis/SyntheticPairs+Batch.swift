extension SyntheticPairs {
  /// Pairs in the order of their numbers, laid out as a network takes them.
  public struct Batch: Sendable {
    /// The number of the first pair.
    public let first: Int
    public let count: Int
    public let side: Int
    /// [count × side × side], x fastest.
    public var fixed: [Float]
    public var moving: [Float]
    /// Fixed point to moving point, written about the picture's centre.
    public var transforms: [Affine<2>]
    /// The parameters of each transform in the model's order (rotation in degrees, scale, shear, translation in
    /// samples): [count × parameters], see ``TransformModel/parameterNames(rank:)``.
    public var targets: [Float]
  }

  /// The pairs of the numbers `first` ..< `first + count`.
  ///
  /// - Parameters:
  ///   - first: the number of the first pair.
  ///   - count: how many.
  ///   - threads: threads to use at most; the result does not depend on it.
  /// - Throws: what the codec throws.
  public func batch(first: Int, count: Int, threads: Int = 2) throws -> Batch {
    let samples = count * grid.count
    var (fixed, moving) = ([Float](repeating: 0, count: samples), [Float](repeating: 0, count: samples))
    let transforms = try fill(fixed: &fixed, moving: &moving, first: first, count: count, threads: threads)
    let targets = transforms.flatMap { $0.parameterVector(of: recipe.model).map(Float.init) }
    return Batch(
      first: first, count: count, side: recipe.side, fixed: fixed, moving: moving, transforms: transforms,
      targets: targets)
  }

  /// One pair as images.
  ///
  /// - Throws: what the codec throws.
  public func pair(_ number: Int) throws -> (fixed: Image<2>, moving: Image<2>, truth: Affine<2>) {
    let batch = try batch(first: number, count: 1, threads: 1)
    return (
      Image(unchecked: grid, samples: batch.fixed), Image(unchecked: grid, samples: batch.moving), batch.transforms[0]
    )
  }

  /// Writes the pairs of the numbers `first` ..< `first + count` into the caller's memory.
  ///
  /// - Parameters:
  ///   - fixed: receives the fixed pictures: room for [count × side × side].
  ///   - moving: receives the moving pictures, as many.
  ///   - first: the number of the first pair.
  ///   - count: how many.
  ///   - threads: threads to use at most; the result does not depend on it.
  /// - Returns: the transforms.
  /// - Throws: what the codec throws.
  public func fill(
    fixed: UnsafeMutablePointer<Float>, moving: UnsafeMutablePointer<Float>, first: Int, count: Int, threads: Int
  ) throws -> [Affine<2>] {
    precondition(first >= 0 && count >= 0, "pairs are numbered from 0")
    var transforms = [Affine<2>](repeating: .identity, count: count)
    let chunks = chunkRanges(count, chunks: max(1, count / 8))
    var failures = [(any Error)?](repeating: nil, count: chunks.count)
    transforms.withUnsafeMutableBufferPointer { transforms in
      failures.withUnsafeMutableBufferPointer { failures in
        let (truths, errors) = (transforms.baseAddress, failures.baseAddress)
        forEachChunk(count == 0 ? 0 : chunks.count, threads: threads) { chunk in
          withUnsafeTemporaryAllocation(of: Float.self, capacity: ModalityMap.scratchCount(grid.count)) { scratch in
            do {
              for index in chunks[chunk] {
                truths?[index] = try make(
                  first + index, fixed: fixed + index * grid.count, moving: moving + index * grid.count,
                  scratch: scratch.baseAddress!)
              }
            } catch { errors?[chunk] = error }
          }
        }
      }
    }
    if let failure = failures.lazy.compactMap({ $0 }).first { throw failure }
    return transforms
  }

  private func make(
    _ number: Int, fixed: UnsafeMutablePointer<Float>, moving: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) throws -> Affine<2> {
    var random = SplitMix64(seed: seed &* 1_000_003 &+ UInt64(number))
    for attempt in 1...50 {
      let cutter = cutters[Int.random(in: cutters.indices, using: &random)]
      let truth = recipe.motion.random(center: grid.center, using: &random)
      var place = PairCutter.Place(grid: grid, corner: corner(in: cutter, using: &random), truth: truth)
      if recipe.flips { place.flip = .random(using: &random) }
      cutter.cutFixed(place, into: fixed, valid: scratch)
      guard attempt == 50 || showsEnough(fixed) else { continue }
      let (here, there) = (recipe.degradation.draw(using: &random), recipe.degradation.draw(using: &random))
      if recipe.kind == .published {
        // What changes the scene's looks comes before the motion: the zeros outside stay zeros.
        moving.update(from: fixed, count: grid.count)
        there.applyScene(to: moving, side: recipe.side, scratch: scratch)
        (scratch + grid.count).update(from: moving, count: grid.count)
        cutter.cutMoving(place, fixed: scratch + grid.count, into: moving, valid: scratch)
      } else {
        cutter.cutMoving(place, fixed: fixed, into: moving, valid: scratch)
        there.applyScene(to: moving, side: recipe.side, scratch: scratch)
      }
      here.applyScene(to: fixed, side: recipe.side, scratch: scratch)
      for (draw, picture) in [(here, fixed), (there, moving)] {
        try draw.applyCamera(to: picture, side: recipe.side, scratch: scratch, codec: codec)
        if recipe.isRounded { Self.round(picture, count: grid.count) }
      }
      return truth
    }
    preconditionFailure("the last attempt is taken")
  }

  private func showsEnough(_ picture: UnsafePointer<Float>) -> Bool {
    recipe.leastDeviation <= 0 || Self.deviation(picture, count: grid.count) >= recipe.leastDeviation
  }

  /// Where the fixed picture's first sample lies in the scene: such that whatever the motion, the moving picture sees
  /// the scene alone.
  private func corner(in cutter: PairCutter, using random: inout SplitMix64) -> (x: Int, y: Int) {
    let room = (0..<2).map { cutter.grid.size[$0] - recipe.leastScene }
    let rim = (recipe.leastScene - recipe.side) / 2
    return (
      x: rim + Int.random(in: 0...room[0], using: &random), y: rim + Int.random(in: 0...room[1], using: &random)
    )
  }

  private static func round(_ samples: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count { samples[index] = min(max(samples[index].rounded(), 0), 255) }
  }
}
