/// Linear interpolation with the interpolant's gradient at positions in single precision: the innermost kernel of a free-form alignment.
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
  init(_ samples: UnsafePointer<Float>, size: [Int]) {
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

  /// Whether a position lies within the samples, by 10⁻³ of one outside at most.
  @inline(__always)
  func holds(_ at: SIMD4<Float>) -> Bool { all((at .>= -1e-3) .& (at .<= most)) }

  /// The value and its derivatives along the axes.
  @inline(__always)
  func sample(_ at: SIMD4<Float>) -> (value: Float, slope: SIMD4<Float>) {
    let column = cell(at.x, lastCell.x)
    let row = cell(at.y, lastCell.y)
    let fx = at.x - Float(column)
    let fy = at.y - Float(row)
    let stepY = height
    if rank == 2 {
      let base = samples + (Int(row) &* stepY &+ Int(column))
      let (a, b, c, d) = (base[0], base[1], base[stepY], base[stepY + 1])
      let upper = a + fx * (b - a)
      let lower = c + fx * (d - c)
      let alongX = (b - a) + fy * ((d - c) - (b - a))
      return (upper + fy * (lower - upper), SIMD4(alongX, lower - upper, 0, 0))
    }
    let plane = cell(at.z, lastCell.z)
    let fz = at.z - Float(plane)
    let base = samples + (Int(plane) &* slice &+ Int(row) &* stepY &+ Int(column))
    let near = base + slice
    let dx0 = base[1] - base[0]
    let dx1 = base[stepY + 1] - base[stepY]
    let dx2 = near[1] - near[0]
    let dx3 = near[stepY + 1] - near[stepY]
    let a = base[0] + fx * dx0
    let b = base[stepY] + fx * dx1
    let c = near[0] + fx * dx2
    let d = near[stepY] + fx * dx3
    let first = a + fy * (b - a)
    let second = c + fy * (d - c)
    let front = dx0 + fy * (dx1 - dx0)
    let back = dx2 + fy * (dx3 - dx2)
    let alongY = (b - a) + fz * ((d - c) - (b - a))
    return (first + fz * (second - first), SIMD4(front + fz * (back - front), alongY, second - first, 0))
  }

  /// The lower neighbour of a position within the samples.
  @inline(__always)
  private func cell(_ x: Float, _ last: Int32) -> Int32 { min(max(Int32(x), 0), last) }
}
