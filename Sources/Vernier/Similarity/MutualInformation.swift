import Glibc

/// Mutual information of two images by Mattes et al. (2003), with its derivatives along generators.
///
/// The joint histogram has `bins` × `bins` cells; the moving intensity is spread by a cubic B-spline window, the fixed one
/// counts whole. MI = Σ p(a, b) ln(p(a, b) / (p(a) p(b))), in nats. Samples lie on a jittered lattice that is fixed for an
/// instance, so that the value is a smooth function of the transform.
final class MutualInformation<let rank: Int> {
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
  ///   - bins: intensity bins an image, the two that the window needs at each end included; fewer for small images, whose
  ///     histogram would stay empty.
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
    fixedBins = points.values.map { value in
      Int32(min(max((value - fixedRange.low) / fixedRange.width, 0), 0.999_999) * inner) + 2
    }
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

  /// What two independent images' information would be on average, for want of samples: about the number of cells in use
  /// over twice the number of samples.
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
    let total = points.values.count
    let chunks = chunkRanges(total, chunks: 16)
    let cells = bins * bins
    var histograms = [Float](repeating: 0, count: cells * chunks.count)
    // For each sample: moving intensity in bins (negative: no overlap), and its gradient in moving indices.
    var intensities = [Float](unsafeUninitializedCapacity: total) { $1 = total }
    var gradients = [SIMD4<Float>](unsafeUninitializedCapacity: wantsGradient ? total : 0) {
      $1 = wantsGradient ? total : 0
    }
    let highest = Float(bins - 4) - 1e-4
    intensities.withUnsafeMutableBufferPointer { intensities in
      gradients.withUnsafeMutableBufferPointer { gradients in
        histograms.withUnsafeMutableBufferPointer { histograms in
          let (intensity, slope, histogram) = (intensities.baseAddress!, gradients.baseAddress, histograms.baseAddress!)
          pair.moving.samples.withUnsafeBufferPointer { source in
            withOptionalBuffer(pair.movingMask) { mask in
              let sampler = Sampler<rank>(source.baseAddress!, size: pair.moving.size)
              let maskSampler = mask.map { Sampler<rank>($0, size: pair.moving.size) }
              points.withLocator(map, inside: pair.moving.size) { locator in
                fixedBins.withUnsafeBufferPointer { fixedBins in
                  forEachChunk(chunks.count, threads: threads) { chunk in
                    let cell = histogram + chunk * cells
                    for index in chunks[chunk] {
                      guard let position = locator.position(index) else {
                        intensity[index] = -1
                        continue
                      }
                      if let maskSampler, maskSampler.linear(position.x, position.y, position.z) < 0.999 {
                        intensity[index] = -1
                        continue
                      }
                      var value: Float
                      if wantsGradient {
                        let (sampled, along) = sampler.linearWithGradient(position.x, position.y, position.z)
                        value = (sampled - movingShift) * movingScale
                        slope![index] = value <= 0 || value >= highest ? .zero : along * movingScale
                      } else {
                        value = (sampler.linear(position.x, position.y, position.z) - movingShift) * movingScale
                      }
                      value = min(max(value, 0), highest) + 2
                      intensity[index] = value
                      JointHistogram.add(value, to: cell + Int(fixedBins[index]) * bins)
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
      let moments = gradientMoments(intensities, gradients, joint.logRatios, map: map, chunks: chunks)
      evaluation.gradient = basis.map { coefficients in
        zip(coefficients, moments).reduce(0) { $0 + $1.0 * $1.1 } / joint.count
      }
    }
    return evaluation
  }

  /// Σ over samples of (dMI/dm) · (gradient of m∘T in fixed indices)ₐ · p̃_b.
  private func gradientMoments(
    _ intensities: [Float], _ gradients: [SIMD4<Float>], _ logRatios: [Float], map: IndexMap<rank>,
    chunks: [Range<Int>]
  ) -> [Double] {
    let terms = rank * (rank + 1)
    var partial = [Double](repeating: 0, count: terms * chunks.count)
    var transposed = InlineArray<3, SIMD4<Float>>(repeating: .zero)
    for a in 0..<rank { for b in 0..<rank { transposed[a][b] = Float(map.linear[b, a]) } }
    partial.withUnsafeMutableBufferPointer { partial in
      let sums = partial.baseAddress!
      intensities.withUnsafeBufferPointer { intensities in
        gradients.withUnsafeBufferPointer { gradients in
          logRatios.withUnsafeBufferPointer { ratios in
            forEachChunk(chunks.count, threads: threads) { chunk in
              var x = InlineArray<3, SIMD4<Double>>(repeating: .zero)
              for index in chunks[chunk] where intensities[index] >= 0 {
                let rise = JointHistogram.rise(
                  intensities[index], ratios.baseAddress! + Int(fixedBins[index]) * bins)
                let along = gradients[index] * rise
                let offset = points.offset(index)
                for a in 0..<rank { x[a] += Double((transposed[a] * along).sum()) * offset }
              }
              for a in 0..<rank {
                for b in 0..<rank { sums[chunk * terms + a * (rank + 1) + b] = x[a][b] }
                sums[chunk * terms + a * (rank + 1) + rank] = x[a][3]
              }
            }
          }
        }
      }
    }
    var total = [Double](repeating: 0, count: terms)
    for chunk in chunks.indices { for term in 0..<terms { total[term] += partial[chunk * terms + term] } }
    return total
  }
}
