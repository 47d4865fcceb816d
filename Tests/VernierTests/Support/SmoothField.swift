import Glibc

@testable import Vernier

/// A random texture of Gaussian blobs, defined at every point: a pair made from it has an exact truth, with no
/// interpolation in it.
struct SmoothField<let rank: Int>: Sendable {
  private struct Blob {
    var center: SIMD4<Double>
    var sharpness: Double
    var amplitude: Double
  }
  private var blobs: [Blob] = []

  /// Blobs with standard deviations in `sizes`, centred anywhere in `low`…`high` along each axis.
  init(low: Double, high: Double, blobs count: Int, sizes: ClosedRange<Double>, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<count {
      var center = SIMD4<Double>.zero
      for axis in 0..<rank { center[axis] = random.uniform(low...high) }
      let size = random.uniform(sizes)
      let amplitude = random.uniform(-100...100)
      blobs.append(Blob(center: center, sharpness: 0.5 / (size * size), amplitude: amplitude))
    }
  }

  /// A texture that fills a cube of `side` samples from the origin and a margin around it.
  static func filling(side: Int, seed: UInt64) -> Self {
    let extent = Double(side)
    let count = rank == 2 ? 260 : 420
    return Self(low: -0.4 * extent, high: 1.4 * extent, blobs: count, sizes: extent / 22...extent / 7, seed: seed)
  }

  /// The image whose sample at a physical point p is the field at `transform`(p).
  func image(on grid: Grid<rank>, through transform: Affine<rank> = .identity) -> Image<rank> {
    func simd(_ vector: Vector<rank>) -> SIMD4<Double> {
      var result = SIMD4<Double>.zero
      for axis in 0..<rank { result[axis] = vector[axis] }
      return result
    }
    let origin = simd(transform(grid.point(atIndex: .zero)))
    let steps = (0..<3).map { axis in
      axis < rank ? simd(transform(grid.point(atIndex: Vector { $0 == axis ? 1 : 0 }))) - origin : .zero
    }
    let size = grid.size
    var samples: [Float] = []
    samples.reserveCapacity(grid.count)
    for z in 0..<(rank == 3 ? size[2] : 1) {
      for y in 0..<size[1] {
        let start = origin + steps[1] * Double(y) + steps[2] * Double(z)
        for x in 0..<size[0] {
          let point = start + steps[0] * Double(x)
          var sum = 128.0
          for blob in blobs {
            let away = point - blob.center
            let exponent = (away * away).sum() * blob.sharpness
            if exponent < 14 { sum += blob.amplitude * exp(-exponent) }
          }
          samples.append(Float(sum))
        }
      }
    }
    return Image(unchecked: grid, samples: samples)
  }

  /// The field at a point.
  func value(at point: Vector<rank>) -> Float {
    var place = SIMD4<Double>.zero
    for axis in 0..<rank { place[axis] = point[axis] }
    var sum = 128.0
    for blob in blobs {
      let away = place - blob.center
      let exponent = (away * away).sum() * blob.sharpness
      if exponent < 14 { sum += blob.amplitude * exp(-exponent) }
    }
    return Float(sum)
  }

  /// A pair on two grids with `moving(T(p)) = fixed(p)`, exactly.
  func pair(
    truth: Affine<rank>, on grid: Grid<rank>, moving movingGrid: Grid<rank>? = nil
  ) throws -> (fixed: Image<rank>, moving: Image<rank>) {
    (image(on: grid), image(on: movingGrid ?? grid, through: try requireInverse(of: truth)))
  }
}
