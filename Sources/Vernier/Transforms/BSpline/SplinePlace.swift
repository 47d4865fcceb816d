/// A point among the control points of a cubic B-spline: which of them shape it, and by how much.
@usableFromInline
@frozen
struct SplinePlace<let rank: Int> {
  /// The first of the control points around it, in memory.
  @usableFromInline let corner: Int
  /// From one control point to the next along y and z.
  @usableFromInline let width: Int
  @usableFromInline let slice: Int
  /// The weights along each axis; for two dimensions the third is 1 at its first place.
  @usableFromInline var weights: InlineArray<3, SIMD4<Double>>
  @usableFromInline var slopeWeights: InlineArray<3, SIMD4<Double>>

  /// - Parameter index: the place in the control grid.
  /// - Returns: nil where an axis has not two control points on either side; the last such index itself still has a
  ///   place.
  @inlinable
  @inline(__always)
  init?(_ index: Vector<rank>, size: Size<rank>) {
    weights = InlineArray(repeating: SIMD4(1, 0, 0, 0))
    slopeWeights = InlineArray(repeating: .zero)
    width = size[0]
    slice = size[0] * size[1]
    var corner = 0
    var stride = 1
    for axis in 0..<rank {
      let x = index[axis]
      let last = size[axis] - 2
      // A position that is no number is not inside either.
      guard x >= 1, x <= Double(last) else { return nil }
      let cell = min(Int(x), last - 1)
      let fraction = x - Double(cell)
      weights[axis] = CubicSpline.weights(fraction)
      slopeWeights[axis] = CubicSpline.slopes(fraction)
      corner += (cell - 1) * stride
      stride *= size[axis]
    }
    self.corner = corner
  }

  @inlinable
  @inline(__always)
  func value(of nodes: UnsafePointer<SIMD4<Double>>) -> SIMD4<Double> {
    let first = plane(nodes + corner)
    guard rank == 3 else { return first }
    let along = weights[2]
    // Lanes by their names: a lane by its number is fetched through memory.
    let near = first * along.x + plane(nodes + (corner + slice)) * along.y
    return near + plane(nodes + (corner + 2 * slice)) * along.z + plane(nodes + (corner + 3 * slice)) * along.w
  }

  @inlinable
  @inline(__always)
  func plane(_ start: UnsafePointer<SIMD4<Double>>) -> SIMD4<Double> {
    let along = weights[1]
    let upper = row(start, weights[0]) * along.x + row(start + width, weights[0]) * along.y
    let lower = row(start + 2 * width, weights[0]) * along.z + row(start + 3 * width, weights[0]) * along.w
    return upper + lower
  }

  /// The derivatives along each axis of the control grid.
  @inlinable
  @inline(__always)
  func slopes(of nodes: UnsafePointer<SIMD4<Double>>) -> InlineArray<3, SIMD4<Double>> {
    var sums = InlineArray<3, SIMD4<Double>>(repeating: .zero)
    for z in 0..<(rank == 3 ? 4 : 1) {
      for y in 0..<4 {
        let start = nodes + corner + z * slice + y * width
        let along = row(start, slopeWeights[0])
        let plain = row(start, weights[0])
        sums[0] += along * (weights[2][z] * weights[1][y])
        sums[1] += plain * (weights[2][z] * slopeWeights[1][y])
        sums[2] += plain * (slopeWeights[2][z] * weights[1][y])
      }
    }
    return sums
  }

  @inlinable
  @inline(__always)
  func row(_ start: UnsafePointer<SIMD4<Double>>, _ weights: SIMD4<Double>) -> SIMD4<Double> {
    let first: SIMD4<Double> = start[0] * weights.x + start[1] * weights.y
    let last: SIMD4<Double> = start[2] * weights.z + start[3] * weights.w
    return first + last
  }
}
