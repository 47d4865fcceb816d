/// Pairs of volumes with a known transform and labels, made by number: damaged cubes, or one scan and what moves it.
///
/// Pair *i* of a seed is the same whatever was made before and on whatever thread.
public struct SyntheticVolumes: Sendable {
  /// What the pairs show.
  public enum Source: Sendable {
    /// Cubes with cracks and holes on a cubic volume of this many samples a side, rendered with twice as many and
    /// halved, 1 physical unit a rendered sample: 64 is the paper's 128³ "downsampled to 64³". The fixed cube is turned
    /// too, by angles of its own about the middle; label 1 is the cube's material.
    case cubes(side: Int)
    /// A scan, which is the fixed volume of every pair; with labels on its grid, if there are any.
    case scan(Image<3>, labels: Image<3>?)
  }

  /// A pair with `moving(T(p)) = fixed(p)`.
  public struct Pair: Sendable {
    public var fixed: Image<3>
    public var moving: Image<3>
    /// Whole numbers; nil where the scan has none.
    public var labels: (fixed: Image<3>, moving: Image<3>)?
    public var truth: Affine<3>
  }

  public let source: Source
  public let motion: MotionRange<3>
  public let seed: UInt64
  public let threads: Int

  /// - Throws: ``SynthesisError`` for a range that makes no sense, a scan with samples that are not finite, or labels
  ///   on another grid.
  public init(_ source: Source, motion: MotionRange<3>, seed: UInt64, threads: Int = 2) throws(SynthesisError) {
    guard motion.scale.lowerBound > 0, motion.scale.upperBound.isFinite else {
      throw .unusableRange("the scale is positive and finite")
    }
    switch source {
    case .cubes(let side):
      guard side >= 8 else { throw .unusableRange("the side of a volume is 8 at least") }
    case .scan(let scan, let labels):
      guard scan.samples.allSatisfy(\.isFinite) else { throw .notFinite(scene: 0) }
      if let labels, !labels.isPlaced(as: scan) { throw .labelsElsewhere }
    }
    self.source = source
    self.motion = motion
    self.seed = seed
    self.threads = threads
  }

  /// Pair number `index` of the seed.
  public func pair(_ index: Int) -> Pair {
    var random = SplitMix64(seed: seed &* 1_000_003 &+ UInt64(index))
    switch source {
    case .cubes(let side): return cubes(side: side, using: &random)
    case .scan(let scan, let labels): return moved(scan, labels, using: &random)
    }
  }

  private func cubes(side: Int, using random: inout SplitMix64) -> Pair {
    let rendered = 2 * side
    guard let grid = try? Grid<3>(size: [rendered, rendered, rendered]) else {
      preconditionFailure("a cubic volume has a positive side")
    }
    let cube = CubeScene(extent: Double(rendered), using: &random)
    // From the volume to the cube's frame: a pose of its own for the fixed one, and the truth's inverse before that for
    // the moving one.
    let turn = MotionRange<3>(degrees: motion.degrees, shift: 0).random(center: grid.center, using: &random)
    let pose = Affine<3>(translation: -grid.center).composed(after: turn)
    let truth = motion.random(center: grid.center, using: &random)
    guard let back = truth.inverted() else { preconditionFailure("scales are positive") }
    func render(_ toCube: Affine<3>) -> (image: Image<3>, labels: Image<3>) {
      let fine = cube.rendered(on: grid, through: toCube, threads: threads)
      let image = fine.halved(along: [true, true, true], threads: threads)
      return (image, cube.rendered(on: image.grid, through: toCube, threads: threads).mapSamples { $0 > 0 ? 1 : 0 })
    }
    let (fixed, moving) = (render(pose), render(pose.composed(after: back)))
    return Pair(
      fixed: fixed.image, moving: moving.image, labels: (fixed.labels, moving.labels),
      truth: truth.centered(at: fixed.image.grid.center))
  }

  private func moved(_ scan: Image<3>, _ labels: Image<3>?, using random: inout SplitMix64) -> Pair {
    let truth = motion.random(center: scan.grid.center, using: &random)
    guard let back = truth.inverted() else { preconditionFailure("scales are positive") }
    // A cubic spline rings at edges: below an empty ground there is nothing.
    let (least, most) = (scan.samples.min() ?? 0, scan.samples.max() ?? 0)
    let moving = scan.resampled(onto: scan.grid, through: back, interpolation: .cubic, threads: threads)
      .mapSamples { min(max($0, least), most) }
    let moved = labels.map { labels in
      (labels, labels.resampled(onto: scan.grid, through: back, interpolation: .nearest, threads: threads))
    }
    return Pair(
      fixed: scan, moving: Image(unchecked: scan.grid, samples: moving.samples), labels: moved, truth: truth)
  }
}

extension CubeScene {
  /// The cube on a grid: its intensity where there is material, else 0.
  fileprivate func rendered(on grid: Grid<3>, through toCube: Affine<3>, threads: Int) -> Image<3> {
    let rows = grid.count / grid.size[0]
    let chunks = chunkRanges(rows)
    let samples = [Float](unsafeUninitializedCapacity: grid.count) { buffer, count in
      count = grid.count
      let values = buffer.baseAddress!
      forEachChunk(chunks.count, threads: threads) { chunk in
        for row in chunks[chunk] {
          let (z, y) = row.quotientAndRemainder(dividingBy: grid.size[1])
          for x in 0..<grid.size[0] {
            let point = toCube(grid.point(atIndex: [Double(x), Double(y), Double(z)]))
            values[row * grid.size[0] + x] = isSolid(at: point) ? intensity : 0
          }
        }
      }
    }
    return Image(unchecked: grid, samples: samples)
  }
}
