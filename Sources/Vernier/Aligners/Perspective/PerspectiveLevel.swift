/// Least squares between two pictures at one resolution under a homography, with the normal equations of a step.
///
/// As ``LeastSquares``: with r(p) = m(H(p)) − α f(p) − β the cost is 1 − NCC², for the best α and β, and a step rests on
/// the mean of both pictures' gradients, ½(α ∇f + ∇(m∘H)). A step changes H to H ∘ exp(Σ xᵢ Gᵢ), with Gᵢ the eight
/// generators of the plane's homographies; their velocities at q, measured from the centre in units of half the diagonal,
/// are
///
///     (1, 0)  (0, 1)  (x, 0)  (y, 0)  (0, x)  (0, y)  x·q  y·q
struct PerspectiveLevel {
  /// What was seen under a homography.
  struct Evaluation {
    fileprivate var moved: Image<2>
    var sums: GainOffsetSums
    var cost: Double { 1 - sums.correlation * sums.correlation }
  }

  static let stepCount = 8

  let pair: LevelPair<2>
  private let frame: PerspectiveFrame
  private let threads: Int

  init(_ pair: LevelPair<2>, frame: PerspectiveFrame, threads: Int) {
    self.pair = pair
    self.frame = frame
    self.threads = worthwhileThreads(threads, samples: pair.fixed.grid.count)
  }

  func evaluate(_ map: Homography) -> Evaluation {
    let moved = pair.moving.resampled(onto: pair.fixed.grid, through: Transform(map), threads: threads)
    let width = pair.fixed.width
    var sums = GainOffsetSums()
    let valid = moved.mask.map { $0.map { $0 == 0 ? 0 : 1 as Float } }
    let all = [Float](repeating: 1, count: valid == nil ? width : 0)
    pair.fixed.samples.withUnsafeBufferPointer { fixed in
      moved.samples.withUnsafeBufferPointer { seen in
        pair.fixedWeights.withUnsafeBufferPointer { weights in
          (valid ?? all).withUnsafeBufferPointer { marks in
            for row in 0..<pair.fixed.height {
              let first = row * width
              sums += GainOffsetSums(
                row: fixed.baseAddress! + first, seen.baseAddress! + first, weights.baseAddress! + first,
                marks.baseAddress! + (valid == nil ? 0 : first), width)
            }
          }
        }
      }
    }
    return Evaluation(moved: moved, sums: sums)
  }

  /// The equations of the best step: the eight amounts, then the changes of gain and offset.
  func normalEquations(_ evaluation: Evaluation) -> SymmetricSystem {
    let chunks = chunkRanges(pair.fixed.height)
    var partial = [Sums](repeating: Sums(), count: chunks.count)
    partial.withUnsafeMutableBufferPointer { partial in
      let results = partial.baseAddress!
      forEachChunk(chunks.count, threads: threads) { chunk in
        var sums = Sums()
        for row in chunks[chunk] where row > 0 && row < pair.fixed.height - 1 { add(row, of: evaluation, to: &sums) }
        results[chunk] = sums
      }
    }
    let steps = Self.stepCount
    let count = steps + 2
    var system = SymmetricSystem(count: count)
    for part in partial {
      for row in 0..<steps {
        for column in 0..<steps { system.matrix[row * count + column] += part.products[row * steps + column] }
        system.matrix[row * count + steps] -= part.fixed[row]
        system.matrix[row * count + steps + 1] -= part.one[row]
        system.right[row] -= part.residual[row]
      }
    }
    system.matrix[steps * count + steps] = evaluation.sums.fixedSquared
    system.matrix[steps * count + steps + 1] = evaluation.sums.fixed
    system.matrix[(steps + 1) * count + steps + 1] = evaluation.sums.count
    for row in 0..<count {
      for column in 0..<row { system.matrix[row * count + column] = system.matrix[column * count + row] }
    }
    return system
  }

  /// The standard deviation that the residual gives at the fixed picture's corners, in physical units (root mean square);
  /// nil where the pictures do not determine a homography. As ``ParameterCovariance`` does for linear maps.
  func cornerDeviation(_ evaluation: Evaluation, at map: Homography) -> Double? {
    let system = normalEquations(evaluation)
    let sums = evaluation.sums
    let freedom = sums.count - Double(system.count)
    guard freedom > 0, let inverse = system.inverted() else { return nil }
    let residual = max(sums.movingVariance - sums.gain * sums.gain * sums.fixedVariance, 0)
    let variance = residual * 2 / (1 + pair.keptNoise(through: map.linearPart)) * sums.count / freedom
    let corners = pair.fixed.grid.corners
    var total = 0.0
    for corner in corners {
      let slopes = map.jacobian(at: corner)
      let moves = frame.velocities(at: corner).map { slopes * $0 }
      for (row, left) in moves.enumerated() {
        for (column, right) in moves.enumerated() {
          total += left.dot(right) * inverse[row * system.count + column]
        }
      }
    }
    let deviation = (variance * max(total, 0) / Double(corners.count)).squareRoot()
    return deviation.isFinite ? deviation : nil
  }

  /// Σ over samples of the products of what the steps change, and of these with the residual, the fixed sample and 1.
  private struct Sums {
    var products = InlineArray<64, Double>(repeating: 0)
    var residual = InlineArray<8, Double>(repeating: 0)
    var fixed = InlineArray<8, Double>(repeating: 0)
    var one = InlineArray<8, Double>(repeating: 0)
  }

  /// Adds a row, eight samples at a time.
  ///
  /// Along a row y is constant, and each step changes the residual by a sum of g·x, g·x² … with the gradient's
  /// components: of five terms, whose products are moments.
  private func add(_ row: Int, of evaluation: Evaluation, to sums: inout Sums) {
    let width = pair.fixed.width
    let first = row * width
    let (gain, offset) = (Float(evaluation.sums.gain), Float(evaluation.sums.offset))
    let lanes = SIMD8<Float>(0, 1, 2, 3, 4, 5, 6, 7)
    let start = frame.place(ofIndex: [0, Double(row)], on: pair.fixed.grid)
    let step = Float(frame.place(ofIndex: [1, Double(row)], on: pair.fixed.grid)[0] - start[0])
    // Central differences of both, half of each.
    let scale = frame.slopes(on: pair.fixed.grid) * 0.25
    let (scaleX, scaleY) = (Float(scale[0]), Float(scale[1]))
    var moments = Moments()
    pair.fixed.samples.withUnsafeBufferPointer { fixed in
      evaluation.moved.samples.withUnsafeBufferPointer { moved in
        pair.fixedWeights.withUnsafeBufferPointer { weights in
          withOptionalBuffer(evaluation.moved.mask) { mask in
            for x in stride(from: 1, to: width - 1, by: 8) {
              let count = min(width - 1 - x, 8)
              let place = first + x
              var weight = RowMoments.load(weights.baseAddress! + place, atMost: count)
              if let mask { Self.clear(&weight, mask + place, width: width, count: count) }
              guard weight != .zero else { continue }
              func load(_ plane: UnsafeBufferPointer<Float>, _ step: Int) -> SIMD8<Float> {
                RowMoments.load(plane.baseAddress! + (place + step), atMost: count)
              }
              func difference(_ step: Int) -> SIMD8<Float> {
                gain * (load(fixed, step) - load(fixed, -step)) + (load(moved, step) - load(moved, -step))
              }
              let here = load(fixed, 0)
              moments.add(
                weight * scaleX * difference(1), weight * scaleY * difference(width),
                x: Float(start[0]) + (lanes + Float(x)) * step, fixed: here,
                residual: load(moved, 0) - gain * here - offset)
            }
          }
        }
      }
    }
    moments.add(to: &sums, y: start[1])
  }

  /// Takes out the samples of which a neighbour was not seen.
  private static func clear(_ weight: inout SIMD8<Float>, _ mask: UnsafePointer<UInt8>, width: Int, count: Int) {
    for lane in 0..<count {
      let seen = mask[lane] & mask[lane - 1] & mask[lane + 1] & mask[lane - width] & mask[lane + width]
      if seen == 0 { weight[lane] = 0 }
    }
  }

  /// Sums over a row, with gx and gy the components of the weighted gradient.
  private struct Moments {
    /// Σ gx² xᵏ to k = 4, Σ gx gy xᵏ to k = 3 and Σ gy² xᵏ to k = 2.
    var xx = InlineArray<5, SIMD8<Float>>(repeating: .zero)
    var xy = InlineArray<4, SIMD8<Float>>(repeating: .zero)
    var yy = InlineArray<3, SIMD8<Float>>(repeating: .zero)
    /// Σ of the residual, the fixed sample and 1, each times gx, gx x, gx x², gy and gy x.
    var residual = InlineArray<5, SIMD8<Float>>(repeating: .zero)
    var fixed = InlineArray<5, SIMD8<Float>>(repeating: .zero)
    var one = InlineArray<5, SIMD8<Float>>(repeating: .zero)

    @inline(__always)
    mutating func add(
      _ gx: SIMD8<Float>, _ gy: SIMD8<Float>, x: SIMD8<Float>, fixed here: SIMD8<Float>, residual rest: SIMD8<Float>
    ) {
      let terms: InlineArray<5, SIMD8<Float>> = [gx, gx * x, gx * x * x, gy, gy * x]
      for index in 0..<5 {
        one[unchecked: index] += terms[unchecked: index]
        fixed[unchecked: index] += terms[unchecked: index] * here
        residual[unchecked: index] += terms[unchecked: index] * rest
      }
      xx[0] += gx * gx
      xx[1] += gx * terms[1]
      xx[2] += terms[1] * terms[1]
      xx[3] += terms[1] * terms[2]
      xx[4] += terms[2] * terms[2]
      xy[0] += gx * gy
      xy[1] += gx * terms[4]
      xy[2] += terms[1] * terms[4]
      xy[3] += terms[2] * terms[4]
      yy[0] += gy * gy
      yy[1] += gy * terms[4]
      yy[2] += terms[4] * terms[4]
    }

    func add(to sums: inout Sums, y: Double) {
      // The power of x in each term, and whether it is gx's.
      let powers: InlineArray<5, Int> = [0, 1, 2, 0, 1]
      let (xx, xy, yy) = (Self.summed(xx), Self.summed(xy), Self.summed(yy))
      var products = InlineArray<25, Double>(repeating: 0)
      for row in 0..<5 {
        for column in 0..<5 {
          let power = powers[row] + powers[column]
          products[row * 5 + column] =
            row < 3 && column < 3 ? xx[power] : row >= 3 && column >= 3 ? yy[power] : xy[power]
        }
      }
      let (residual, fixed, one) = (Self.summed(residual), Self.summed(fixed), Self.summed(one))
      // Each step as at most two of the terms, with what they are multiplied by.
      let steps: InlineArray<8, (Int, Double, Int, Double)> = [
        (0, 1, 0, 0), (3, 1, 0, 0), (1, 1, 0, 0), (0, y, 0, 0), (4, 1, 0, 0), (3, y, 0, 0), (2, 1, 4, y),
        (1, y, 3, y * y),
      ]
      for row in 0..<8 {
        let (first, a, second, b) = steps[row]
        for column in 0..<8 {
          let (third, c, fourth, d) = steps[column]
          sums.products[row * 8 + column] +=
            a * (c * products[first * 5 + third] + d * products[first * 5 + fourth])
            + b * (c * products[second * 5 + third] + d * products[second * 5 + fourth])
        }
        sums.residual[row] += a * residual[first] + b * residual[second]
        sums.fixed[row] += a * fixed[first] + b * fixed[second]
        sums.one[row] += a * one[first] + b * one[second]
      }
    }

    private static func summed<let count: Int>(_ lanes: InlineArray<count, SIMD8<Float>>) -> InlineArray<count, Double>
    {
      InlineArray { Double(lanes[$0].sum()) }
    }
  }
}
