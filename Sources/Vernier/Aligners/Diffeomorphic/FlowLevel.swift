/// The images at one resolution, and the flow that brings the moving one onto the fixed one there.
///
/// Each iteration takes a step that raises the local correlation and goes on from there (Christensen et al. 1996; the
/// greedy form of Yushkevich et al. 2016):
///
///     δ ← 1.5 · G_fluid ∗ (J r) / (G_fluid ∗ |J|² + ε)   a step of Gauss and Newton, shared among neighbours
///     id + u ← (id + u) ∘ (id + δ)                       which is invertible, as both are
///     u ← G_elastic ∗ u                                  and smooth
final class FlowLevel<let rank: Int> {
  let extent: FlowExtent
  private let pair: LevelPair<rank>
  private let options: FlowOptions
  private let threads: Int
  private let movingExtent: FlowExtent
  /// Where the affine map sends the first sample, and each step along the flow's axes, in the moving image's indices.
  private let origin: SIMD4<Float>
  private let columns: InlineArray<3, SIMD4<Float>>
  private let measure: LocalCorrelation
  private let fluid: FlowSmoothing
  private let elastic: FlowSmoothing
  /// The moving image under the flow, and where both images count.
  private var moved: [Float]
  private var weights: [Float]

  init(_ pair: LevelPair<rank>, affine: Affine<rank>, options: FlowOptions, threads: Int) {
    self.pair = pair
    self.options = options
    self.threads = worthwhileThreads(threads, samples: pair.fixed.grid.count)
    extent = FlowExtent(pair.fixed.size)
    movingExtent = FlowExtent(pair.moving.size)
    let map = IndexMap(affine, fixed: pair.fixed.grid, moving: pair.moving.grid)
    var (origin, columns) = (SIMD4<Float>.zero, InlineArray<3, SIMD4<Float>>(repeating: .zero))
    let finest = pair.fixed.grid.spacing.elements.min() ?? 1
    var share = SIMD4<Float>.zero
    for row in 0..<rank {
      let to = FlowExtent.lane(of: row, rank: rank)
      origin[to] = Float(map.offset[row])
      for column in 0..<rank {
        columns[FlowExtent.lane(of: column, rank: rank)][to] = Float(map.linear[row, column])
      }
      // Thick samples are smoothed over fewer of them, but never over none.
      share[to] = Float(max(finest / pair.fixed.grid.spacing[row], 0.5))
    }
    (self.origin, self.columns) = (origin, columns)
    measure = LocalCorrelation(extent: extent, radius: options.radius, floor: FlowOptions.floor)
    fluid = FlowSmoothing(share * Float(options.fluid))
    elastic = FlowSmoothing(share * Float(options.elastic))
    moved = [Float](repeating: 0, count: extent.count)
    weights = moved
  }

  /// Improves a flow.
  ///
  /// - Parameters:
  ///   - start: where to start.
  ///   - most: iterations at most.
  ///   - heldOut: 0 where the fixed image is not to be looked at; nil where all of it is.
  func improve(_ start: FlowField, iterations most: Int, heldOut: [Float]? = nil) throws -> Outcome {
    var (flow, step, scratch) = (start, FlowField(extent), FlowField(extent))
    var history: [Double] = []
    while history.count < most {
      try Activity.check()
      history.append(correlate(under: flow, heldOut: heldOut, forces: step))
      if hasSettled(history) { break }
      fluid.apply(to: step, scratch: scratch, threads: threads)
      shorten(step)
      flow.composed(after: step, into: scratch, threads: threads)
      swap(&flow, &scratch)
      elastic.apply(to: flow, scratch: scratch, threads: threads)
    }
    return Outcome(
      flow: flow, iterations: history.count, stopReason: history.count < most ? .converged : .iterationLimit)
  }

  struct Outcome {
    var flow: FlowField
    var iterations: Int
    var stopReason: StopReason
  }

  /// What a flow gains over the affine map alone in the blocks that it was not fitted to.
  func gain(of flow: FlowField, in blocks: HeldOutBlocks<rank>) -> HeldOutGain {
    func correlations(under flow: FlowField) -> [Float] {
      var found = [Float](repeating: 0, count: extent.count)
      found.withUnsafeMutableBufferPointer {
        _ = correlate(under: flow, heldOut: nil, forces: nil, correlations: $0.baseAddress)
      }
      return found
    }
    let before = correlations(under: FlowField(extent))
    let mattered = weights
    let after = correlations(under: flow)
    let both = zip(mattered, weights).map { $0 * $1 }
    return blocks.gain(before: before, after: after, weights: both, on: pair.fixed.grid, radius: options.radius)
  }

  /// The NCC of all samples that count under a flow.
  func correlation(under flow: FlowField) -> Double {
    warp(by: flow, heldOut: nil)
    var sums = GainOffsetSums()
    pair.fixed.samples.withUnsafeBufferPointer { fixed in
      moved.withUnsafeBufferPointer { moved in
        weights.withUnsafeBufferPointer { weights in
          for row in 0..<(extent.y * extent.z) {
            let first = row * extent.x
            sums += GainOffsetSums(
              row: fixed.baseAddress! + first, moved.baseAddress! + first, weights.baseAddress! + first,
              weights.baseAddress! + first, extent.x)
          }
        }
      }
    }
    return sums.correlation
  }

  /// The share of the fixed samples that find a moving one under the affine map alone.
  var overlap: Double {
    warp(by: FlowField(extent), heldOut: nil)
    return Double(weights.reduce(0, +)) / max(pair.fixedCount, 1)
  }

  private func correlate(
    under flow: FlowField, heldOut: [Float]?, forces: FlowField?, correlations: UnsafeMutablePointer<Float>? = nil
  ) -> Double {
    warp(by: flow, heldOut: heldOut)
    return pair.fixed.samples.withUnsafeBufferPointer { fixed in
      moved.withUnsafeBufferPointer { moved in
        weights.withUnsafeBufferPointer { weights in
          measure(
            fixed.baseAddress!, moved.baseAddress!, weights: weights.baseAddress!, forces: forces,
            correlations: correlations, threads: threads)
        }
      }
    }
  }

  /// Whether the last steps gained less than a thousandth of what is left.
  private func hasSettled(_ history: [Double]) -> Bool {
    let window = 8
    guard history.count > window, let last = history.last else { return false }
    return last - history[history.count - 1 - window] < 1e-3 * (1 - last)
  }

  /// Forces become steps, none longer than half a sample.
  private func shorten(_ forces: FlowField) {
    let vectors = forces.vectors
    let chunks = chunkRanges(extent.count)
    let damping = FlowOptions.damping
    let longest: Float = 0.5
    forEachChunk(chunks.count, threads: threads) { chunk in
      for index in chunks[chunk] {
        var step = vectors[index]
        let scale = FlowOptions.reach / (step.w + damping)
        step.w = 0
        step *= scale
        let square = (step * step).sum()
        if square > longest * longest { step *= longest / square.squareRoot() }
        vectors[index] = step
      }
    }
  }

  /// Looks at the moving image through the flow and the affine map.
  private func warp(by flow: FlowField, heldOut: [Float]?) {
    let (extent, from, steps) = (extent, movingExtent, FlowSteps(movingExtent))
    let (last, origin) = (movingExtent.last + Float(Border.reach), origin)
    let (alongX, alongY, alongZ) = (columns[0], columns[1], columns[2])
    let chunks = chunkRanges(extent.y * extent.z)
    moved.withUnsafeMutableBufferPointer { moved in
      weights.withUnsafeMutableBufferPointer { weights in
        let (moved, weights) = (moved.baseAddress!, weights.baseAddress!)
        pair.moving.samples.withUnsafeBufferPointer { source in
          withOptionalBuffer(pair.movingMask) { mask in
            withOptionalBuffer(pair.fixed.mask) { still in
              withOptionalBuffer(heldOut) { seen in
                let source = source.baseAddress!
                forEachChunk(chunks.count, threads: threads) { chunk in
                  for row in chunks[chunk] {
                    let (z, y) = row.quotientAndRemainder(dividingBy: extent.y)
                    let start = origin + alongY * Float(y) + alongZ * Float(z)
                    for x in 0..<extent.x {
                      let index = row * extent.x + x
                      let u = flow.vectors[index]
                      let place = start + alongX * (Float(x) + u.x) + alongY * u.y + alongZ * u.z
                      let cell = FlowCell(place, from)
                      var weight: Float =
                        all((place .>= -Float(Border.reach)) .& (place .<= last)) && still?[index] != 0 ? 1 : 0
                      if let seen { weight *= seen[index] }
                      if let mask, weight != 0, Self.value(mask + cell.corner, cell, steps) < 0.999 { weight = 0 }
                      moved[index] = weight == 0 ? 0 : Self.value(source + cell.corner, cell, steps)
                      weights[index] = weight
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  @inline(__always)
  private static func value(_ corner: UnsafePointer<Float>, _ cell: FlowCell, _ steps: FlowSteps) -> Float {
    @inline(__always)
    func row(_ start: UnsafePointer<Float>) -> Float { start[0] + (start[1] - start[0]) * cell.fractions.x }
    @inline(__always)
    func slice(_ start: UnsafePointer<Float>) -> Float {
      let first = row(start)
      return rank == 2 ? first : first + (row(start + steps.y) - first) * cell.fractions.y
    }
    let first = slice(corner)
    return first + (slice(corner + steps.z) - first) * cell.fractions.z
  }
}

/// What a dense deformation is made with.
struct FlowOptions: Sendable {
  /// Half the side of the windows, in samples.
  var radius: Int
  /// The standard deviations over which steps and the whole are smoothed, in samples.
  var fluid: Double
  var elastic: Double

  /// Of a variance of 1: the noise of flat parts.
  static let floor: Float = 1e-3
  /// By how much a step goes beyond what the least squares ask for: |J|² in place of J Jᵀ shortens it. Labels agree as
  /// well with 1.5 after two thirds of the iterations as with 1.
  static let reach: Float = 1.5
  /// ε, in the units of |J|²: of values from 0.005 to 0.1 the labels of two pairs of brains agreed best under 0.02.
  static let damping: Float = 0.02
}
