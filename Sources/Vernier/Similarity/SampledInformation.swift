import Glibc

/// Mutual information of two images by Mattes et al. (2003), with its derivatives along generators.
///
/// The joint histogram has `bins` × `bins` cells; the moving intensity is spread by a cubic B-spline window, the fixed
/// one counts whole. MI = Σ p(a, b) ln(p(a, b) / (p(a) p(b))), in nats. Samples lie on a jittered lattice that is fixed
/// for an instance, so that the value is a smooth function of the transform.
final class SampledInformation<let rank: Int> {
  private let pair: LevelPair<rank>
  private let points: SamplePoints<rank>
  private let bins: Int
  private let fixedBins: [Int32]
  private let movingShift: Float
  private let movingScale: Float
  private let basis: [[Double]]
  private let threads: Int
  private let least: Double

  /// - Parameters:
  ///   - bins: intensity bins an image, the two that the window needs at each end included; fewer for small images,
  ///     whose histogram would stay empty.
  ///   - count: samples to use at most.
  init(
    _ pair: LevelPair<rank>, generators: [Generator<rank>], about center: Vector<rank>, bins: Int, count: Int,
    seed: UInt64, threads: Int
  ) {
    self.pair = pair
    self.bins = bins
    points = SamplePoints(on: pair.fixed, count: count, seed: seed)
    self.threads = worthwhileThreads(threads, samples: points.values.count)
    basis = IndexBasis.coefficients(generators, about: center, on: pair.fixed.grid, origin: points.origin)
    let fixedRange = IntensityRange(of: pair.fixed)
    let movingRange = IntensityRange(of: pair.moving)
    let inner = Float(bins - 4)
    let fixedBins = points.values.map { value in
      Int32(min(max((value - fixedRange.low) / fixedRange.width, 0), 0.999_999) * inner) + 2
    }
    self.fixedBins = fixedBins + [Int32](repeating: 0, count: 4 * points.groups - fixedBins.count)
    movingShift = movingRange.low
    movingScale = inner / movingRange.width
    least = 0.05 * Double(points.values.count)
  }

  /// The number of samples, overlapping or not.
  var sampleTotal: Int { points.values.count }

  /// How much of both images takes part, see ``LevelPair/share(_:under:)``.
  func share(_ evaluation: Evaluation, under transform: Affine<rank>) -> Double {
    pair.share(evaluation.count / Double(sampleTotal) * pair.fixedCount, under: transform)
  }

  /// What two independent images' information would be on average, for want of samples: about the number of cells in
  /// use over twice the number of samples.
  func bias(_ evaluation: Evaluation) -> Double {
    let cells = (exp(evaluation.fixedEntropy) - 1) * (exp(evaluation.movingEntropy) - 1)
    return max(cells, 0) / (2 * evaluation.count) / 1.5
  }

  struct Evaluation {
    var information: Double
    /// Derivatives of `information` along the generators.
    var gradient: [Double]
    /// Samples that found a moving value.
    var count: Double
    /// The entropies of the two marginals, in nats.
    var fixedEntropy: Double
    var movingEntropy: Double
  }

  /// The information at `transform`, or nil where fewer than 5 % of the samples overlap.
  func evaluate(_ transform: Affine<rank>, gradient wantsGradient: Bool = true) -> Evaluation? {
    let map = IndexMap(transform, fixed: pair.fixed.grid, moving: pair.moving.grid)
    let chunks = chunkRanges(points.groups, chunks: 16)
    let cells = bins * bins
    var histograms = [Float](repeating: 0, count: cells * chunks.count)
    // For each group of four samples: moving intensities in bins (negative: no overlap), and their gradients in moving
    // indices.
    var intensities = [SIMD4<Float>](unsafeUninitializedCapacity: points.groups) { $1 = points.groups }
    let slopeCount = wantsGradient ? rank * points.groups : 0
    var slopes = [SIMD4<Float>](unsafeUninitializedCapacity: slopeCount) { $1 = slopeCount }
    let highest = Float(bins - 4) - 1e-4
    intensities.withUnsafeMutableBufferPointer { intensities in
      slopes.withUnsafeMutableBufferPointer { slopes in
        histograms.withUnsafeMutableBufferPointer { histograms in
          let (intensity, slope, histogram) = (intensities.baseAddress!, slopes.baseAddress, histograms.baseAddress!)
          pair.moving.samples.withUnsafeBufferPointer { source in
            withOptionalBuffer(pair.movingMask) { mask in
              let sampler = Sampler<rank>(source.baseAddress!, size: pair.moving.size)
              let maskSampler = mask.map { Sampler<rank>($0, size: pair.moving.size) }
              points.withLocator(map, inside: pair.moving.size) { locator in
                fixedBins.withUnsafeBufferPointer { fixedBins in
                  forEachChunk(chunks.count, threads: threads) { chunk in
                    let cell = histogram + chunk * cells
                    for group in chunks[chunk] {
                      let at = locator.positions(ofGroup: group)
                      var inside = SIMD4<Int32>(truncatingIfNeeded: unsafeBitCast(at.inside, to: SIMD4<Int64>.self))
                      if inside == SIMD4(repeating: 0) {
                        intensity[group] = SIMD4(repeating: -1)
                        continue
                      }
                      if let maskSampler {
                        let share = maskSampler.linear(at.x, at.y, at.z)
                        for lane in 0..<4 where share[lane] < 0.999 { inside[lane] = 0 }
                      }
                      let value: SIMD4<Float>
                      if wantsGradient {
                        let sampled = sampler.linearWithGradient(at.x, at.y, at.z)
                        value = (sampled.value - movingShift) * movingScale
                        let isFlat = (value .<= SIMD4(repeating: 0)) .| (value .>= SIMD4(repeating: highest))
                        let scale = SIMD4(repeating: movingScale).replacing(with: 0, where: isFlat)
                        let first = slope! + rank * group
                        first[0] = sampled.alongX * scale
                        first[1] = sampled.alongY * scale
                        if rank == 3 { first[2] = sampled.alongZ * scale }
                      } else {
                        value = (sampler.linear(at.x, at.y, at.z) - movingShift) * movingScale
                      }
                      var bounded = value.replacing(with: 0, where: value .< SIMD4(repeating: 0))
                      bounded = bounded.replacing(with: highest, where: bounded .> SIMD4(repeating: highest)) + 2
                      JointHistogram.add(
                        bounded, fixedBins: fixedBins.baseAddress! + 4 * group, where: inside, to: cell, bins: bins)
                      intensity[group] = bounded.replacing(with: -1, where: inside .== SIMD4(repeating: 0))
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
    var counts = [Double](repeating: 0, count: cells)
    for chunk in chunks.indices {
      for cell in 0..<cells { counts[cell] += Double(histograms[chunk * cells + cell]) }
    }
    let joint = JointHistogram(counts, bins: bins)
    guard joint.count >= least, joint.count > 0 else { return nil }
    var evaluation = Evaluation(
      information: joint.information, gradient: [], count: joint.count, fixedEntropy: joint.fixedEntropy,
      movingEntropy: joint.movingEntropy)
    if wantsGradient {
      let moments = gradientMoments(intensities, slopes, joint.logRatios, map: map, chunks: chunks)
      evaluation.gradient = basis.map { coefficients in
        zip(coefficients, moments).reduce(0) { $0 + $1.0 * $1.1 } / joint.count
      }
    }
    return evaluation
  }

  /// Σ over samples of (dMI/dm) · (gradient of m∘T in fixed indices)ₐ · p̃_b.
  private func gradientMoments(
    _ intensities: [SIMD4<Float>], _ slopes: [SIMD4<Float>], _ logRatios: [Float], map: IndexMap<rank>,
    chunks: [Range<Int>]
  ) -> [Double] {
    let columns = rank + 1
    let terms = rank * columns
    var partial = [Double](repeating: 0, count: terms * chunks.count)
    partial.withUnsafeMutableBufferPointer { partial in
      let sums = partial.baseAddress!
      intensities.withUnsafeBufferPointer { intensities in
        slopes.withUnsafeBufferPointer { slopes in
          logRatios.withUnsafeBufferPointer { ratios in
            points.withLocator(map, inside: pair.moving.size) { locator in
              forEachChunk(chunks.count, threads: threads) { chunk in
                // For each axis: Σ · x, Σ · y, Σ · z and Σ, four samples side by side.
                var moments = InlineArray<12, SIMD4<Double>>(repeating: .zero)
                for group in chunks[chunk] {
                  let intensity = intensities[group]
                  var rise = SIMD4<Float>(repeating: 0)
                  for lane in 0..<4 where intensity[lane] >= 0 {
                    rise[lane] = JointHistogram.rise(
                      intensity[lane], ratios.baseAddress! + Int(fixedBins[4 * group + lane]) * bins)
                  }
                  if rise == SIMD4(repeating: 0) { continue }
                  let offset = locator.offsets(ofGroup: group)
                  for axis in 0..<rank {
                    let along = SIMD4<Double>(slopes[rank * group + axis] * rise)
                    moments[4 * axis] += along * offset.x
                    moments[4 * axis + 1] += along * offset.y
                    if rank == 3 { moments[4 * axis + 2] += along * offset.z }
                    moments[4 * axis + 3] += along
                  }
                }
                for axis in 0..<rank {
                  for column in 0..<columns {
                    let place = column == rank ? 3 : column
                    sums[chunk * terms + axis * columns + column] = moments[4 * axis + place].sum()
                  }
                }
              }
            }
          }
        }
      }
    }
    var total = [Double](repeating: 0, count: terms)
    for chunk in chunks.indices {
      for column in 0..<columns {
        for a in 0..<rank {
          for axis in 0..<rank {
            total[a * columns + column] += map.linear[axis, a] * partial[chunk * terms + axis * columns + column]
          }
        }
      }
    }
    return total
  }
}
