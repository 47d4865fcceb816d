/// Linear interpolation with the interpolant's gradient at positions in single precision: the innermost kernel of a
/// free-form alignment.
///
/// Works on unsafe pointers: the caller keeps the image alive and asks ``holds(_:)`` first.
struct GradientSampler<let rank: Int> {
  private let samples: UnsafePointer<Float>
  /// The last index along each axis, a little enlarged.
  private let most: SIMD4<Float>
  private let lastCell: SIMD4<Int32>
  private let height: Int
  private let slice: Int

  /// - Precondition: each axis has at least 2 samples.
  init(_ samples: UnsafePointer<Float>, size: Size<rank>) {
    self.samples = samples
    var most = SIMD4<Float>.zero
    var lastCell = SIMD4<Int32>.zero
    for axis in 0..<rank {
      most[axis] = Float(size[axis] - 1)
      lastCell[axis] = Int32(size[axis] - 2)
    }
    self.most = most + 1e-3
    self.lastCell = lastCell
    height = size[0]
    slice = size[0] * size[1]
  }

  /// Whether a position lies between the outermost centres, by 10⁻³ of a sample outside at most.
  @inline(__always)
  func holds(_ at: SIMD4<Float>) -> Bool { all((at .>= -1e-3) .& (at .<= most)) }

  /// The value and its derivatives along the axes.
  @inline(__always)
  func sample(_ at: SIMD4<Float>) -> (value: Float, slope: SIMD4<Float>) {
    let column = cell(at.x, lastCell.x)
    let row = cell(at.y, lastCell.y)
    let plane = rank == 3 ? cell(at.z, lastCell.z) : 0
    return Sampler<rank>.linearWithGradient(
      samples + (Int(plane) &* slice &+ Int(row) &* height &+ Int(column)), steps: (1, height, slice),
      at.x - Float(column), at.y - Float(row), at.z - Float(plane))
  }

  /// The lower neighbour of a position within the samples.
  @inline(__always)
  private func cell(_ x: Float, _ last: Int32) -> Int32 { min(max(Int32(x), 0), last) }
}
