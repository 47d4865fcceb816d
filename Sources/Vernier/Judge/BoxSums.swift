/// Sums over boxes of one size, of every place at once: eight places at a time, one axis after the other.
enum BoxSums {
  /// The sum over the box that begins at each sample. Where the box would reach beyond the end, the value means nothing.
  ///
  /// - Parameters:
  ///   - samples: of an image, the first axis fastest.
  ///   - size: of the image, in samples.
  ///   - box: of the box along each axis, in samples.
  static func sums<let rank: Int>(of samples: [Float], size: Size<rank>, box: Size<rank>) -> [Float] {
    var sums = samples
    let count = size.reduce(1, *)
    var stride = 1
    for axis in 0..<rank {
      let line = stride * size[axis]
      if box[axis] > 1 {
        sums.withUnsafeMutableBytes { sums in
          withUnsafeTemporaryAllocation(byteCount: 4 * line, alignment: 32) { copy in
            for start in Swift.stride(from: 0, to: count, by: line) {
              let place = sums.baseAddress! + 4 * start
              copy.baseAddress!.copyMemory(from: place, byteCount: 4 * line)
              add(
                UnsafeRawPointer(copy.baseAddress!), count: line - (box[axis] - 1) * stride, step: stride,
                steps: box[axis], to: place)
            }
          }
        }
      }
      stride = line
    }
    return sums
  }

  /// For each of `count` samples the sum of it and those that follow at a distance of `step`, `steps` in all.
  private static func add(
    _ samples: UnsafeRawPointer, count: Int, step: Int, steps: Int, to sums: UnsafeMutableRawPointer
  ) {
    guard count >= 8 else {
      for place in 0..<max(count, 0) {
        var sum: Float = 0
        for number in 0..<steps {
          sum += samples.load(fromByteOffset: 4 * (place + number * step), as: Float.self)
        }
        sums.storeBytes(of: sum, toByteOffset: 4 * place, as: Float.self)
      }
      return
    }
    // The last eight may be added again.
    for start in Swift.stride(from: 0, to: count, by: 8) {
      let place = min(start, count - 8)
      var sum = SIMD8<Float>.zero
      for number in 0..<steps {
        sum += samples.loadUnaligned(fromByteOffset: 4 &* (place &+ number &* step), as: SIMD8<Float>.self)
      }
      sums.storeBytes(of: sum, toByteOffset: 4 * place, as: SIMD8<Float>.self)
    }
  }
}
