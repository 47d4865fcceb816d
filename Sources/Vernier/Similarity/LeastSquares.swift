/// The sum of squared differences of two images, plain (MSE) or after the best gain and offset (NCC), with the normal
/// equations of a step.
///
/// With r(p) = m(T(p)) − α f(p) − β the sum Σ r² over the overlap is, for the best α and β, proportional to 1 − NCC².
/// The step along generators Gᵢ uses the mean of both images' gradients, ½(α ∇f + ∇(m∘T)) · Gᵢ(p), which makes the
/// linearisation exact to second order (Benhimane and Malis 2004), and solves for α and β together with the step.
final class LeastSquares<let rank: Int> {
  private let pair: LevelPair<rank>
  private let fitsGainAndOffset: Bool
  private let threads: Int
  private let basis: [[Double]]
  private let centerIndex: Vector<rank>
  private let positions: [Float]
  /// Memory of evaluations that nobody holds any more is used again.
  private var buffers: [MovedSamples] = []

  /// The moving image as a transform shows it.
  final class MovedSamples {
    fileprivate(set) var values: [Float]
    /// 1 where there is a value, else 0.
    fileprivate(set) var valid: [Float]

    fileprivate init(count: Int) {
      func unwritten() -> [Float] {
        [Float](unsafeUninitializedCapacity: count) {
          $0.preferHugePages()
          $1 = count
        }
      }
      (values, valid) = (unwritten(), unwritten())
    }
  }

  struct Evaluation {
    fileprivate var moved: MovedSamples
    var sums: GainOffsetSums
    /// What a refinement minimises.
    var cost: Double
    var gain: Double
    var offset: Double
  }

  init(
    _ pair: LevelPair<rank>, generators: [Generator<rank>], about center: Vector<rank>, fitsGainAndOffset: Bool,
    threads: Int
  ) {
    self.pair = pair
    self.threads = worthwhileThreads(threads, samples: pair.fixed.grid.count)
    self.fitsGainAndOffset = fitsGainAndOffset
    let grid = pair.fixed.grid
    centerIndex = Vector { Double(grid.size[$0] - 1) / 2 }
    basis = IndexBasis.coefficients(generators, about: center, on: grid, origin: centerIndex)
    let middle = Float(centerIndex[0])
    positions = (0..<(grid.size[0] + 16)).map { Float($0) - middle }
  }

  private func unusedBuffer() -> MovedSamples {
    for index in buffers.indices where isKnownUniquelyReferenced(&buffers[index]) { return buffers[index] }
    buffers.append(MovedSamples(count: pair.fixed.grid.count))
    return buffers[buffers.count - 1]
  }

  /// Warps the moving image through `transform` and sums up, over what lies between its outermost centres: beyond,
  /// values are continued and not interpolated, and no estimate rests on them.
  func evaluate(_ transform: Affine<rank>) -> Evaluation {
    let grid = pair.fixed.grid
    let warp = Warp(
      map: IndexMap(transform, fixed: grid, moving: pair.moving.grid), fixedSize: grid.size,
      movingSize: pair.moving.size, interpolation: pair.interpolation, reach: 0)
    let chunks = chunkRanges(grid.count / grid.size[0])
    var partial = [GainOffsetSums](repeating: GainOffsetSums(), count: chunks.count)
    let width = grid.size[0]
    let moved = unusedBuffer()
    moved.values.withUnsafeMutableBufferPointer { values in
      moved.valid.withUnsafeMutableBufferPointer { valid in
        pair.movingSource.withUnsafeBufferPointer { source in
          withOptionalBuffer(pair.movingMask) { mask in
            warp.run(
              source.baseAddress!, movingMask: mask, into: values.baseAddress!, valid: valid.baseAddress!, outside: 0,
              threads: threads)
          }
        }
        let (moved, marks) = (UnsafePointer(values.baseAddress!), UnsafePointer(valid.baseAddress!))
        pair.fixed.samples.withUnsafeBufferPointer { fixed in
          pair.fixedWeights.withUnsafeBufferPointer { weights in
            partial.withUnsafeMutableBufferPointer { partial in
              let sums = partial.baseAddress!
              forEachChunk(chunks.count, threads: threads) { chunk in
                var total = GainOffsetSums()
                for row in chunks[chunk] {
                  let first = row * width
                  total += GainOffsetSums(
                    row: fixed.baseAddress! + first, moved + first, weights.baseAddress! + first, marks + first, width)
                }
                sums[chunk] = total
              }
            }
          }
        }
      }
    }
    var sums = GainOffsetSums()
    for part in partial { sums += part }
    let cost =
      fitsGainAndOffset ? 1 - sums.correlation * sums.correlation : sums.meanSquaredDifference
    return Evaluation(
      moved: moved, sums: sums, cost: cost, gain: fitsGainAndOffset ? sums.gain : 1,
      offset: fitsGainAndOffset ? sums.offset : 0)
  }

  /// The equations of the best step from an evaluated transform.
  ///
  /// The unknowns are the step along each generator, then the changes of gain and offset where these are fitted.
  ///
  /// - Parameter crossed: multiplies one image's gradient with the other's in the matrix. Noise, which is independent
  ///   in the two, then adds nothing to it on average: right for a covariance, while steps are safer with the mean's
  ///   square.
  func normalEquations(_ evaluation: Evaluation, crossed: Bool = false) -> SymmetricSystem {
    let sums = gradientSums(
      evaluation.moved, gain: Float(evaluation.gain), offset: Float(evaluation.offset), crossed: crossed)
    let terms = rank * (rank + 1)
    let steps = basis.count
    var system = SymmetricSystem(count: steps + (fitsGainAndOffset ? 2 : 0))
    let count = system.count
    for row in 0..<steps {
      var image = [Double](repeating: 0, count: terms)
      for left in 0..<terms where basis[row][left] != 0 {
        for right in 0..<terms { image[right] += basis[row][left] * sums.products[left * terms + right] }
      }
      for column in 0..<steps {
        var sum = 0.0
        for right in 0..<terms { sum += image[right] * basis[column][right] }
        system.matrix[row * count + column] = sum
      }
      func along(_ moments: [Double]) -> Double { zip(basis[row], moments).reduce(0) { $0 + $1.0 * $1.1 } }
      system.right[row] = -along(sums.residual)
      if fitsGainAndOffset {
        system.matrix[row * count + steps] = -along(sums.fixed)
        system.matrix[row * count + steps + 1] = -along(sums.one)
      }
    }
    if fitsGainAndOffset {
      system.matrix[steps * count + steps] = evaluation.sums.fixedSquared
      system.matrix[steps * count + steps + 1] = evaluation.sums.fixed
      system.matrix[(steps + 1) * count + steps + 1] = evaluation.sums.count
    }
    for row in 0..<count {
      for column in 0..<row { system.matrix[row * count + column] = system.matrix[column * count + row] }
    }
    return system
  }

  /// Σ over the overlap, for the gradient g and the homogeneous position p̃ = (x, y, …, 1); element (a, b) of a list
  /// is at a · (rank + 1) + b.
  private struct GradientSums {
    /// Σ gₐ p̃_b g_c p̃_d.
    var products: [Double]
    /// Σ gₐ p̃_b times the residual, the fixed sample and 1.
    var residual: [Double]
    var fixed: [Double]
    var one: [Double]

    init(terms: Int) {
      products = [Double](repeating: 0, count: terms * terms)
      residual = [Double](repeating: 0, count: terms)
      fixed = residual
      one = residual
    }

    mutating func add(_ other: Self) {
      for index in products.indices { products[index] += other.products[index] }
      for index in residual.indices {
        residual[index] += other.residual[index]
        fixed[index] += other.fixed[index]
        one[index] += other.one[index]
      }
    }
  }

  private func gradientSums(_ seen: MovedSamples, gain: Float, offset: Float, crossed: Bool) -> GradientSums {
    let size = pair.fixed.size
    let terms = rank * (rank + 1)
    let rows = size.dropFirst().reduce(1, *)
    let chunks = chunkRanges(rows)
    var partial = [GradientSums](repeating: GradientSums(terms: terms), count: chunks.count)
    let strides = (0..<rank).map { size.prefix($0).reduce(1, *) }
    // Vectors begin at the second sample, see `prepareRow`, and the last one may reach seven samples beyond the row.
    let padded = (size[0] + 14) / 8 * 8
    pair.fixed.samples.withUnsafeBufferPointer { fixed in
      seen.values.withUnsafeBufferPointer { moved in
        seen.valid.withUnsafeBufferPointer { valid in
          pair.fixedWeights.withUnsafeBufferPointer { weights in
            positions.withUnsafeBufferPointer { positions in
              partial.withUnsafeMutableBufferPointer { partial in
                let results = partial.baseAddress!
                forEachChunk(chunks.count, threads: threads) { chunk in
                  withUnsafeTemporaryAllocation(of: Float.self, capacity: padded * (3 * rank + 2)) { scratch in
                    let lines = scratch.baseAddress!
                    let f = lines + padded * 3 * rank
                    let r = f + padded
                    lines.initialize(repeating: 0, count: padded * (3 * rank + 2))
                    var sums = GradientSums(terms: terms)
                    for row in chunks[chunk] {
                      let first = row * size[0]
                      let used = prepareRow(
                        fixed.baseAddress! + first, moved.baseAddress! + first, valid.baseAddress! + first,
                        weights.baseAddress! + first, width: size[0], strides: strides, gain: gain, offset: offset,
                        gradients: lines, crossed: crossed, padded: padded, f, r)
                      guard used else { continue }
                      var tilde = InlineArray<4, Double>(repeating: 0)
                      let (z, y) = rank == 3 ? row.quotientAndRemainder(dividingBy: size[1]) : (0, row)
                      tilde[1] = Double(y) - centerIndex[1]
                      if rank == 3 { tilde[2] = Double(z) - centerIndex[2] }
                      tilde[rank] = 1
                      accumulate(
                        &sums, lines, crossed: crossed, padded: padded, f, r, positions.baseAddress!, tilde: tilde)
                    }
                    results[chunk] = sums
                  }
                }
              }
            }
          }
        }
      }
    }
    var total = GradientSums(terms: terms)
    for part in partial { total.add(part) }
    return total
  }

  /// Fills the row's weighted gradient, fixed sample and residual; false where it adds nothing.
  @inline(__always)
  private func prepareRow(
    _ fixed: UnsafePointer<Float>, _ moved: UnsafePointer<Float>, _ valid: UnsafePointer<Float>,
    _ weights: UnsafePointer<Float>, width: Int, strides: [Int], gain: Float, offset: Float,
    gradients: UnsafeMutablePointer<Float>, crossed: Bool, padded: Int, _ f: UnsafeMutablePointer<Float>,
    _ r: UnsafeMutablePointer<Float>
  ) -> Bool {
    // The first and the last sample have no neighbours and never count.
    let inner = stride(from: 1, to: width - 1, by: 8)
    func load(_ row: UnsafePointer<Float>, _ x: Int) -> SIMD8<Float> { RowMoments.load(row + x, atMost: width - 1 - x) }
    var any = SIMD8<Float>.zero
    for x in inner { any += load(weights, x) * load(valid, x) }
    guard any.sum() > 0 else { return false }
    var steepest = SIMD8<Float>.zero
    for x in inner {
      var counts = load(weights, x) * load(valid, x)
      for axis in 0..<rank where pair.fixed.size[axis] > 2 {
        counts *= load(valid - strides[axis], x) * load(valid + strides[axis], x)
      }
      let here = load(fixed, x)
      RowMoments.store(counts * here, f + x)
      RowMoments.store(counts * (load(moved, x) - gain * here - offset), r + x)
      for axis in 0..<rank {
        let line = gradients + axis * padded + x
        guard pair.fixed.size[axis] > 2 else {
          RowMoments.store(.zero, line)
          continue
        }
        let step = strides[axis]
        let fixedSlope = 0.5 * gain * (load(fixed + step, x) - load(fixed - step, x))
        let movedSlope = 0.5 * (load(moved + step, x) - load(moved - step, x))
        let slope = 0.5 * counts * (fixedSlope + movedSlope)
        RowMoments.store(slope, line)
        steepest += slope * slope
        guard crossed else { continue }
        RowMoments.store(counts * fixedSlope, line + rank * padded)
        RowMoments.store(counts * movedSlope, line + 2 * rank * padded)
      }
    }
    return crossed || steepest.sum() > 0
  }

  @inline(__always)
  private func accumulate(
    _ sums: inout GradientSums, _ gradients: UnsafePointer<Float>, crossed: Bool, padded: Int,
    _ f: UnsafePointer<Float>, _ r: UnsafePointer<Float>, _ x: UnsafePointer<Float>,
    tilde: InlineArray<4, Double>
  ) {
    let terms = rank * (rank + 1)
    let columns = rank + 1
    for a in 0..<rank {
      let left = gradients + a * padded
      for c in a..<rank {
        var (zero, one, two) = (0.0, 0.0, 0.0)
        if crossed {
          let (fixed, moved) = (rank * padded, 2 * rank * padded)
          let first = RowMoments.second(left + fixed, gradients + moved + c * padded, x, padded)
          let second = RowMoments.second(left + moved, gradients + fixed + c * padded, x, padded)
          (zero, one, two) = ((first.0 + second.0) / 2, (first.1 + second.1) / 2, (first.2 + second.2) / 2)
        } else {
          (zero, one, two) = RowMoments.second(left, gradients + c * padded, x, padded)
        }
        for b in 0..<columns {
          for d in 0..<columns {
            let moment: Double =
              if b == 0 && d == 0 { two } else if b == 0 { one * tilde[d] } else if d == 0 { one * tilde[b] } else {
                zero * tilde[b] * tilde[d]
              }
            sums.products[(a * columns + b) * terms + c * columns + d] += moment
            if a != c { sums.products[(c * columns + d) * terms + a * columns + b] += moment }
          }
        }
      }
      let residual = RowMoments.first(left, r, x, padded)
      let fixed = RowMoments.first(left, f, x, padded)
      let one = RowMoments.plain(left, x, padded)
      for b in 0..<columns {
        let index = a * columns + b
        sums.residual[index] += b == 0 ? residual.1 : residual.0 * tilde[b]
        sums.fixed[index] += b == 0 ? fixed.1 : fixed.0 * tilde[b]
        sums.one[index] += b == 0 ? one.1 : one.0 * tilde[b]
      }
    }
  }
}
