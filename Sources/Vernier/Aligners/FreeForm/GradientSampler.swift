/// Linear interpolation with the interpolant's gradient at positions in single precision: the innermost kernel of a free-form alignment.
///
/// Works on unsafe pointers: the caller keeps the image alive and asks ``holds(_:)`` first.
struct GradientSampler<let rank: Int> {
  private let samples: UnsafePointer<Float>
  /// The last index along each axis.
  private let last: SIMD4<Float>
  private let lastCell: SIMD4<Int32>
  private let height: Int
  private let slice: Int

  /// - Precondition: each axis has at least 2 samples.
  init(_ samples: UnsafePointer<Float>, size: Size<rank>) {
    self.samples = samples
    var last = SIMD4<Float>.zero
    var lastCell = SIMD4<Int32>.zero
    for axis in 0..<rank {
      last[axis] = Float(size[axis] - 1)
      lastCell[axis] = Int32(size[axis] - 2)
    }
    self.last = last
    self.lastCell = lastCell
    height = size[0]
    slice = size[0] * size[1]
  }

  /// Whether a position lies within the image's ``Border``, by 10⁻³ of a sample outside at most.
  @inline(__always)
  func holds(_ at: SIMD4<Float>) -> Bool {
    let reach = Float(Border.reach) + 1e-3
    return all((at .>= -reach) .& (at .<= last + reach))
  }

  /// A position within the border, held at the outermost centres.
  @inline(__always)
  func held(_ at: SIMD4<Float>) -> SIMD4<Float> {
    at.replacing(with: 0, where: at .< 0).replacing(with: last, where: at .> last)
  }

  /// The value and its derivatives along the axes, 0 along one at whose outermost centre the position is held.
  @inline(__always)
  func sample(_ position: SIMD4<Float>) -> (value: Float, slope: SIMD4<Float>) {
    let at = held(position)
    let column = cell(at.x, lastCell.x)
    let row = cell(at.y, lastCell.y)
    let plane = rank == 3 ? cell(at.z, lastCell.z) : 0
    let (value, slope) = Sampler<rank>.linearWithGradient(
      samples + (Int(plane) &* slice &+ Int(row) &* height &+ Int(column)), steps: (1, height, slice),
      at.x - Float(column), at.y - Float(row), at.z - Float(plane))
    return (value, slope.replacing(with: 0, where: at .!= position))
  }

  /// The lower neighbour of a position within the samples.
  @inline(__always)
  private func cell(_ x: Float, _ last: Int32) -> Int32 { min(max(Int32(x), 0), last) }
}
