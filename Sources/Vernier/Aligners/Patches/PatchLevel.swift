import Glibc

/// A small image at one resolution, in memory that is used again for the next image of its size.
///
/// Rows are `stride` floats apart, with a row of zeros above and below and zeros behind each row, so that neighbours
/// and vectors of 8 may be read without asking where the image ends.
final class PatchLevel {
  let width: Int
  let height: Int
  let stride: Int
  /// Samples of the full resolution from one sample of this level to the next.
  let scale: Double
  /// The image's centre in samples of the full resolution.
  let fullCenter: SIMD2<Double>
  private let memory: FourierBuffer
  /// Mean 0 and deviation 1 over the valid samples of the full resolution; 0 where there is no data.
  let values: UnsafeMutablePointer<Float>
  /// 1 where there is data, else 0.
  let weights: UnsafeMutablePointer<Float>
  /// 1 where all samples that linear interpolation reads to the right of and below this one are valid, else 0.
  let cells: UnsafeMutablePointer<Float>
  /// 1 where the sample and its four neighbours are valid, else 0.
  let interior: UnsafeMutablePointer<Float>
  /// Valid samples.
  private(set) var count = 0.0
  private(set) var isWhole = true

  init(width: Int, height: Int, scale: Double, fullCenter: SIMD2<Double>) {
    self.width = width
    self.height = height
    self.scale = scale
    self.fullCenter = fullCenter
    stride = (width + 7) / 8 * 8 + 8
    let plane = stride * (height + 2) + 8
    memory = FourierBuffer(reals: 4 * plane)
    values = memory.reals + stride
    weights = values + plane
    cells = weights + plane
    interior = cells + plane
  }

  /// The centre of this level's samples, in samples of the full resolution; halving an odd size moves it.
  var center: SIMD2<Double> {
    SIMD2(scale * Double(width) - 1, scale * Double(height) - 1) / 2
  }

  /// Takes the samples of an image, shifted and scaled to mean 0 and deviation 1 where there is data.
  func load(_ image: Image<2>) {
    var (count, sum, squares) = (0.0, 0.0, 0.0)
    let samples = image.samples
    for index in samples.indices where image.mask == nil || image.mask![index] != 0 {
      let sample = Double(samples[index])
      count += 1
      sum += sample
      squares += sample * sample
    }
    let mean = count > 0 ? sum / count : 0
    let deviation = count > 0 ? max(squares / count - mean * mean, 0).squareRoot() : 0
    let (shift, factor) = (Float(mean), deviation > 0 ? Float(1 / deviation) : 0)
    for y in 0..<height {
      let (line, marks) = (values + y * stride, weights + y * stride)
      for x in 0..<width {
        let index = y * width + x
        let valid = image.mask == nil || image.mask![index] != 0
        line[x] = valid ? (samples[index] - shift) * factor : 0
        marks[x] = valid ? 1 : 0
      }
    }
    self.count = count
    isWhole = image.mask == nil
    markNeighbours()
  }

  /// Takes the means of 2 × 2 samples of the next finer level; a mean needs at least three valid ones.
  func load(halving finer: PatchLevel) {
    count = 0
    isWhole = finer.isWhole
    for y in 0..<height {
      let (line, marks) = (values + y * stride, weights + y * stride)
      let (upper, lower) = (finer.values + 2 * y * finer.stride, finer.values + (2 * y + 1) * finer.stride)
      let (above, below) = (finer.weights + 2 * y * finer.stride, finer.weights + (2 * y + 1) * finer.stride)
      for x in 0..<width {
        let weight = above[2 * x] + above[2 * x + 1] + below[2 * x] + below[2 * x + 1]
        let sum = upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1]
        line[x] = weight >= 3 ? sum / weight : 0
        marks[x] = weight >= 3 ? 1 : 0
        count += weight >= 3 ? 1 : 0
      }
    }
    markNeighbours()
  }

  /// Takes the samples of another level of this size, smoothed by a Gaussian.
  ///
  /// - Parameter variance: along each axis, in samples² of the level.
  func load(smoothing other: PatchLevel, variance: Double, with blur: PatchBlur) {
    let plane = stride * height
    values.update(from: other.values, count: plane)
    weights.update(from: other.weights, count: plane)
    cells.update(from: other.cells, count: plane)
    interior.update(from: other.interior, count: plane)
    (count, isWhole) = (other.count, other.isWhole)
    blur.apply(to: values, weights: weights, of: self, variance: variance)
  }

  private func markNeighbours() {
    for y in 0..<height {
      let (marks, cell, inner) = (weights + y * stride, cells + y * stride, interior + y * stride)
      let (up, down) = (marks - stride, marks + stride)
      // In the last row and column interpolation reads beyond the image with weight 0.
      let lastRow = y == height - 1
      for x in 0..<width {
        let right = x == width - 1 ? 1 : marks[x + 1]
        let diagonal = x == width - 1 || lastRow ? 1 : down[x + 1]
        cell[x] = marks[x] * right * (lastRow ? 1 : down[x]) * diagonal
        inner[x] = marks[x] * marks[x + 1] * up[x] * down[x]
      }
      for x in 0..<width { inner[x] *= (marks - 1)[x] }
    }
  }
}

/// A small image and its coarser levels, finest first.
final class Patch {
  let levels: [PatchLevel]

  /// - Parameter coarsest: halving ends where the longest side has at most this many samples.
  init(width: Int, height: Int, coarsest: Int) {
    let center = SIMD2(Double(width - 1) / 2, Double(height - 1) / 2)
    var levels = [PatchLevel(width: width, height: height, scale: 1, fullCenter: center)]
    while let last = levels.last, max(last.width, last.height) > coarsest, min(last.width, last.height) >= 16 {
      levels.append(
        PatchLevel(width: last.width / 2, height: last.height / 2, scale: 2 * last.scale, fullCenter: center))
    }
    self.levels = levels
  }

  func load(_ image: Image<2>) {
    levels[0].load(image)
    loadCoarserLevels()
  }

  /// Takes another image of this size, smoothed; the variance is in samples² of the full resolution.
  func load(smoothing other: Patch, variance: Double, with blur: PatchBlur) {
    levels[0].load(smoothing: other.levels[0], variance: variance, with: blur)
    loadCoarserLevels()
  }

  private func loadCoarserLevels() {
    for (finer, coarser) in zip(levels, levels.dropFirst()) { coarser.load(halving: finer) }
  }
}
