import Glibc

/// A Gaussian cut off at four standard deviations, along each axis in turn, borders reflected.
///
/// Works on unsafe pointers into memory that the caller keeps alive.
struct GaussianBlur {
  /// Of each axis, the last for all further ones.
  private let kernels: [[Float]]

  /// - Parameter deviation: σ in samples, positive.
  init(deviation: Double) { self.init(deviations: [deviation]) }

  /// - Parameter deviations: σ along each axis in samples; 0 leaves an axis as it is. The last is that of all further
  ///   axes.
  init(deviations: [Double]) {
    kernels = deviations.map { deviation in
      guard deviation > 0 else { return [1] }
      let radius = Int(4 * deviation + 0.5)
      let weights = (-radius...radius).map { exp(-0.5 * Double($0 * $0) / (deviation * deviation)) }
      let total = weights.reduce(0, +)
      return weights.map { Float($0 / total) }
    }
  }

  /// Blurs samples of the given size in place.
  ///
  /// - Parameter scratch: memory for as many samples.
  func apply(to samples: UnsafeMutablePointer<Float>, size: [Int], scratch: UnsafeMutablePointer<Float>) {
    let count = size.reduce(1, *)
    var (source, target) = (samples, scratch)
    for axis in size.indices {
      let kernel = kernels[min(axis, kernels.count - 1)]
      guard kernel.count > 1 else { continue }
      let step = size.prefix(axis).reduce(1, *)
      let blocks = count / (step * size[axis])
      for block in 0..<blocks {
        let start = block * step * size[axis]
        if axis == 0 {
          alongRow(kernel, source + start, into: target + start, count: size[0])
        } else {
          across(kernel, source + start, into: target + start, count: size[axis], step: step)
        }
      }
      swap(&source, &target)
    }
    if source != samples { samples.update(from: source, count: count) }
  }

  private func alongRow(
    _ kernel: [Float], _ row: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, count: Int
  ) {
    let radius = kernel.count / 2
    withUnsafeTemporaryAllocation(of: Float.self, capacity: count + 2 * radius) { padded in
      let line = padded.baseAddress!
      for place in 0..<padded.count { line[place] = row[Self.reflected(place - radius, count)] }
      Self.weigh(kernel, into: output, count: count) { UnsafePointer(line + $0) }
    }
  }

  /// Along an axis whose neighbours lie `step` samples apart, for as many lines at once.
  private func across(
    _ kernel: [Float], _ samples: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, count: Int, step: Int
  ) {
    let radius = kernel.count / 2
    for place in 0..<count {
      Self.weigh(kernel, into: output + place * step, count: step) { tap in
        samples + Self.reflected(place + tap - radius, count) * step
      }
    }
  }

  /// The weighted sum of as many rows as the kernel has weights, in their order.
  @inline(__always)
  private static func weigh(
    _ kernel: [Float], into output: UnsafeMutablePointer<Float>, count: Int, row: (Int) -> UnsafePointer<Float>
  ) {
    kernel.withUnsafeBufferPointer { kernel in
      var first = 0
      while first + 8 <= count {
        var sum = SIMD8<Float>.zero
        for tap in 0..<kernel.count {
          sum += kernel[tap] * UnsafeRawPointer(row(tap) + first).loadUnaligned(as: SIMD8<Float>.self)
        }
        UnsafeMutableRawPointer(output + first).storeBytes(of: sum, as: SIMD8<Float>.self)
        first += 8
      }
      for place in first..<max(count, first) {
        var sum: Float = 0
        for tap in 0..<kernel.count { sum += kernel[tap] * row(tap)[place] }
        output[place] = sum
      }
    }
  }

  @inline(__always)
  private static func reflected(_ index: Int, _ count: Int) -> Int {
    var place = index
    while place < 0 || place >= count { place = place < 0 ? -1 - place : 2 * count - 1 - place }
    return place
  }
}

extension Image {
  /// The image under a Gaussian cut off at four standard deviations, its borders reflected.
  ///
  /// Samples outside the mask and those that are not finite take no part and stay as they are; the others become
  ///
  ///     out(p) = Σ g(p − q) v(q) / Σ g(p − q)   over the q that take part
  ///
  /// - Parameter deviation: σ in samples along each axis; 0 gives the image itself.
  public func smoothed(deviation: Double) -> Self { smoothed(deviations: [deviation]) }

  /// The same with a deviation for each axis.
  ///
  /// - Parameter deviations: σ in samples; the last is that of all further axes.
  func smoothed(deviations: [Double]) -> Self {
    guard deviations.contains(where: { $0 > 0 }) else { return self }
    let takesPart: [Float] = samples.indices.map { samples[$0].isFinite && mask?[$0] != 0 ? 1 : 0 }
    guard takesPart.contains(0) else {
      return Self(unchecked: grid, samples: blurred(samples, deviations), mask: mask)
    }
    let sums = blurred(samples.indices.map { takesPart[$0] > 0 ? samples[$0] : 0 }, deviations)
    let shares = blurred(takesPart, deviations)
    let result = samples.indices.map { takesPart[$0] > 0 ? sums[$0] / shares[$0] : samples[$0] }
    return Self(unchecked: grid, samples: result, mask: mask)
  }

  private func blurred(_ samples: [Float], _ deviations: [Double]) -> [Float] {
    var (result, scratch) = (samples, samples)
    GaussianBlur(deviations: deviations).apply(to: &result, size: Array(size), scratch: &scratch)
    return result
  }
}
