import Glibc

/// A fixed and a moving image at one resolution, as a refinement works on them.
///
/// Intensities are shifted and scaled to mean 0 and deviation 1, so that sums in single precision stay exact enough.
struct LevelPair<let rank: Int>: Sendable {
  var fixed: Image<rank>
  var moving: Image<rank>
  /// The moving image's samples as the interpolation reads them: spline coefficients for cubic.
  var movingSource: [Float]
  var movingMask: [Float]?
  /// 1 where the fixed sample and its neighbours along each axis are inside the image and its mask, else 0.
  var fixedWeights: [Float]
  var interpolation: Interpolation

  /// The number of fixed samples that count.
  let fixedCount: Double
  /// The moving image's valid extent over the fixed image's: areas or volumes in physical units.
  let relativeExtent: Double

  /// How much of both images a transform uses, where `count` fixed samples find a moving one: the geometric mean of the
  /// fixed image's share and the moving image's, at most 1.
  ///
  /// The moving image's share keeps a transform that magnifies a small smooth patch from passing for one that uses all.
  func share(_ count: Double, under transform: Affine<rank>) -> Double {
    let fixedShare = count / max(fixedCount, 1)
    let movingShare = min(fixedShare * abs(transform.linear.determinant) / max(relativeExtent, 1e-12), 1)
    return (fixedShare * movingShare).squareRoot()
  }

  /// A share of the fixed image that a transform uses, as a share of whichever image is the smaller.
  func ofSmaller(_ share: Double, under transform: Affine<rank>) -> Double {
    max(share, min(share * abs(transform.linear.determinant) / max(relativeExtent, 1e-12), 1))
  }

  /// - Parameter comparable: whether intensities mean the same in both images, as squared differences ask; then both
  ///   are shifted and scaled alike.
  init(
    fixed: Image<rank>, moving: Image<rank>, comparable: Bool, interpolation: Interpolation, threads: Int
  ) {
    let normalization = Self.normalization(of: fixed, threads: threads)
    self.fixed = fixed.scaled(by: normalization, threads: threads)
    self.moving = moving.scaled(
      by: comparable ? normalization : Self.normalization(of: moving, threads: threads), threads: threads)
    self.interpolation = interpolation
    movingSource =
      interpolation == .cubic ? CubicSpline.coefficients(of: self.moving, threads: threads) : self.moving.samples
    movingMask = moving.mask?.map { $0 == 0 ? 0 : 1 }
    fixedWeights = Self.interiorWeights(of: fixed, threads: threads)
    fixedCount = fixedWeights.reduce(0) { $0 + Double($1) }
    relativeExtent = Self.extent(of: moving) / max(Self.extent(of: fixed), 1e-300)
  }

  private static func extent(of image: Image<rank>) -> Double {
    let count = image.mask.map { $0.count { $0 != 0 } } ?? image.grid.count
    return Double(count) * image.grid.spacing.elements.reduce(1, *)
  }

  /// The shift and scale that give the valid samples mean 0 and deviation 1.
  private static func normalization(of image: Image<rank>, threads: Int) -> (shift: Float, scale: Float) {
    let chunks = chunkRanges(image.samples.count)
    var partial = [SIMD4<Double>](repeating: .zero, count: chunks.count)
    partial.withUnsafeMutableBufferPointer { partial in
      let sums = partial.baseAddress!
      image.samples.withUnsafeBufferPointer { samples in
        withOptionalBuffer(image.mask) { mask in
          forEachChunk(chunks.count, threads: worthwhileThreads(threads, samples: samples.count)) { chunk in
            var sum = SIMD4<Double>.zero
            if let mask {
              for index in chunks[chunk] where mask[index] != 0 {
                let sample = Double(samples[index])
                sum += SIMD4(1, sample, sample * sample, 0)
              }
            } else {
              let (total, squared) = totals(samples.baseAddress!, chunks[chunk])
              sum = SIMD4(Double(chunks[chunk].count), total, squared, 0)
            }
            sums[chunk] = sum
          }
        }
      }
    }
    let sums = partial.reduce(.zero, +)
    guard sums[0] > 0 else { return (0, 1) }
    let mean = sums[1] / sums[0]
    let deviation = max(sums[2] / sums[0] - mean * mean, 0).squareRoot()
    return (Float(mean), deviation > 0 ? Float(1 / deviation) : 1)
  }

  /// The sum of samples and of their squares.
  private static func totals(_ samples: UnsafePointer<Float>, _ range: Range<Int>) -> (Double, Double) {
    var (sum, squared) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
    let vectors = range.count / 8
    for vector in 0..<vectors {
      let eight = SIMD8<Double>(RowMoments.load(samples + range.lowerBound + 8 * vector))
      sum += eight
      squared += eight * eight
    }
    var (total, totalSquared) = (sum.sum(), squared.sum())
    for index in (range.lowerBound + 8 * vectors)..<range.upperBound {
      let sample = Double(samples[index])
      total += sample
      totalSquared += sample * sample
    }
    return (total, totalSquared)
  }

  private static func interiorWeights(of image: Image<rank>, threads: Int) -> [Float] {
    let size = image.size
    let rows = size.dropFirst().reduce(1, *)
    let strides = (0..<rank).map { size.prefix($0).reduce(1, *) }
    let chunks = chunkRanges(rows)
    return [Float](unsafeUninitializedCapacity: image.grid.count) { buffer, count in
      buffer.preferHugePages()
      count = image.grid.count
      let weights = buffer.baseAddress!
      forEachChunk(chunks.count, threads: worthwhileThreads(threads, samples: count)) { chunk in
        for row in chunks[chunk] {
          let (z, y) = rank == 3 ? row.quotientAndRemainder(dividingBy: size[1]) : (0, row)
          let inner =
            (size[1] < 3 || (y > 0 && y < size[1] - 1)) && (rank < 3 || size[2] < 3 || (z > 0 && z < size[2] - 1))
          for x in 0..<size[0] {
            let index = row * size[0] + x
            var inside = inner && x > 0 && x < size[0] - 1
            if inside, let mask = image.mask {
              inside = mask[index] != 0
              for axis in 0..<rank where size[axis] > 2 {
                inside = inside && mask[index - strides[axis]] != 0 && mask[index + strides[axis]] != 0
              }
            }
            weights[index] = inside ? 1 : 0
          }
        }
      }
    }
  }
}

extension Image {
  /// The image with (sample − shift) · scale in place of each sample.
  fileprivate func scaled(by normalization: (shift: Float, scale: Float), threads: Int) -> Image<rank> {
    let chunks = chunkRanges(samples.count)
    let (shift, scale) = normalization
    let scaled = [Float](unsafeUninitializedCapacity: samples.count) { buffer, count in
      buffer.preferHugePages()
      count = samples.count
      let output = buffer.baseAddress!
      samples.withUnsafeBufferPointer { input in
        forEachChunk(chunks.count, threads: worthwhileThreads(threads, samples: count)) { chunk in
          for index in chunks[chunk] { output[index] = (input[index] - shift) * scale }
        }
      }
    }
    return Image(unchecked: grid, samples: scaled, mask: mask)
  }
}
