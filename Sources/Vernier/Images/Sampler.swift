/// Reads an image between its samples: the hot kernel under resampling and refinement.
///
/// Works on unsafe pointers: the caller keeps the image alive. Positions lie inside 0…size − 1: those that exceed it,
/// up to the ``Border``, are put there first, see ``held(_:_:_:)`` and ``mirrored(_:_:_:)``. What takes four positions
/// at once is transparent, since `@inline(__always)` is not heeded where the rank is made special.
struct Sampler<let rank: Int> {
  let samples: UnsafePointer<Float>
  let width: Int
  let height: Int
  let depth: Int
  /// The largest lower neighbour along each axis.
  private let lastX: Int
  private let lastY: Int
  private let lastZ: Int
  private let stepX: Int
  private let stepY: Int
  private let stepZ: Int
  private let slice: Int

  init(_ samples: UnsafePointer<Float>, size: Size<rank>) {
    self.samples = samples
    width = size[0]
    height = size[1]
    depth = rank == 3 ? size[rank - 1] : 1
    lastX = max(width - 2, 0)
    lastY = max(height - 2, 0)
    lastZ = max(depth - 2, 0)
    stepX = width > 1 ? 1 : 0
    stepY = height > 1 ? width : 0
    slice = width * height
    stepZ = depth > 1 ? slice : 0
  }

  /// A position up to half a sample beyond the outermost centres, held at them.
  @inline(__always)
  func held(_ x: Double, _ y: Double, _ z: Double) -> (Double, Double, Double) {
    (Self.held(x, width), Self.held(y, height), rank == 3 ? Self.held(z, depth) : 0)
  }

  @inline(__always)
  private static func held(_ position: Double, _ count: Int) -> Double { min(max(position, 0), Double(count - 1)) }

  /// A position up to half a sample beyond the outermost centres, mirrored at them: where a cubic spline takes its
  /// value from.
  @inline(__always)
  func mirrored(_ x: Double, _ y: Double, _ z: Double) -> (Double, Double, Double) {
    (Self.mirrored(x, width), Self.mirrored(y, height), rank == 3 ? Self.mirrored(z, depth) : 0)
  }

  @inline(__always)
  private static func mirrored(_ position: Double, _ count: Int) -> Double {
    let last = Double(count - 1)
    let inside = abs(position)
    return held(inside > last ? 2 * last - inside : inside, count)
  }

  @inline(__always)
  func nearest(_ x: Double, _ y: Double, _ z: Double) -> Float {
    let column = min(max(Int(x + 0.5), 0), width - 1)
    let row = min(max(Int(y + 0.5), 0), height - 1)
    guard rank == 3 else { return samples[row * width + column] }
    return samples[(min(max(Int(z + 0.5), 0), depth - 1) * height + row) * width + column]
  }

  /// Linear interpolation.
  @inline(__always)
  func linear(_ x: Double, _ y: Double, _ z: Double) -> Float {
    let column = min(max(Int(x), 0), lastX)
    let row = min(max(Int(y), 0), lastY)
    let fx = Float(x - Double(column))
    let fy = Float(y - Double(row))
    var base = samples + row * width + column
    if rank == 2 {
      let upper = base[0] + fx * (base[stepX] - base[0])
      let lower = base[stepY] + fx * (base[stepY + stepX] - base[stepY])
      return upper + fy * (lower - upper)
    }
    let plane = min(max(Int(z), 0), lastZ)
    let fz = Float(z - Double(plane))
    base += plane * slice
    let near = base + stepZ
    let a = base[0] + fx * (base[stepX] - base[0])
    let b = base[stepY] + fx * (base[stepY + stepX] - base[stepY])
    let c = near[0] + fx * (near[stepX] - near[0])
    let d = near[stepY] + fx * (near[stepY + stepX] - near[stepY])
    let first = a + fy * (b - a)
    let second = c + fy * (d - c)
    return first + fz * (second - first)
  }

  /// Linear interpolation at four positions.
  @_transparent
  func linear(_ x: SIMD4<Double>, _ y: SIMD4<Double>, _ z: SIMD4<Double>) -> SIMD4<Float> {
    let cells = cells(x, y, z)
    let (a, b) = (cells.edge(0, stepX), cells.edge(stepY, stepX))
    let first = a + cells.fy * (b - a)
    if rank == 2 { return first }
    let (c, d) = (cells.edge(stepZ, stepX), cells.edge(stepZ + stepY, stepX))
    let second = c + cells.fy * (d - c)
    return first + cells.fz * (second - first)
  }

  /// Linear interpolation at four positions with the interpolant's gradient along the index axes.
  @_transparent
  func linearWithGradient(
    _ x: SIMD4<Double>, _ y: SIMD4<Double>, _ z: SIMD4<Double>
  ) -> (value: SIMD4<Float>, alongX: SIMD4<Float>, alongY: SIMD4<Float>, alongZ: SIMD4<Float>) {
    let cells = cells(x, y, z)
    let ((a, rightOfA), (b, rightOfB)) = (cells.corners(0, stepX), cells.corners(stepY, stepX))
    let (slopeA, slopeB) = (rightOfA - a, rightOfB - b)
    let (upper, lower) = (a + cells.fx * slopeA, b + cells.fx * slopeB)
    let first = upper + cells.fy * (lower - upper)
    let front = slopeA + cells.fy * (slopeB - slopeA)
    if rank == 2 { return (first, front, lower - upper, .zero) }
    let ((c, rightOfC), (d, rightOfD)) = (cells.corners(stepZ, stepX), cells.corners(stepZ + stepY, stepX))
    let (slopeC, slopeD) = (rightOfC - c, rightOfD - d)
    let (upperBehind, lowerBehind) = (c + cells.fx * slopeC, d + cells.fx * slopeD)
    let second = upperBehind + cells.fy * (lowerBehind - upperBehind)
    let back = slopeC + cells.fy * (slopeD - slopeC)
    let alongY = (lower - upper) + cells.fz * ((lowerBehind - upperBehind) - (lower - upper))
    return (first + cells.fz * (second - first), front + cells.fz * (back - front), alongY, second - first)
  }

  /// The cells that four positions lie in: their lowest corners, and the positions within.
  private struct Cells {
    let p0, p1, p2, p3: UnsafePointer<Float>
    let fx, fy, fz: SIMD4<Float>

    @_transparent
    func corner(_ step: Int) -> SIMD4<Float> { SIMD4(p0[step], p1[step], p2[step], p3[step]) }

    /// The corners a step from the lowest ones, and their neighbours along x.
    @_transparent
    func corners(_ step: Int, _ stepX: Int) -> (SIMD4<Float>, SIMD4<Float>) {
      guard stepX == 1 else { return (corner(step), corner(step + stepX)) }
      // Neighbours along x lie next to each other: both are read at once.
      let (first, last) = (two(p0 + step, p1 + step), two(p2 + step, p3 + step))
      let all = SIMD8(lowHalf: first, highHalf: last)
      return (all.evenHalf, all.oddHalf)
    }

    /// Two samples from each of two places.
    @_transparent
    private func two(_ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>) -> SIMD4<Float> {
      let pairs = SIMD2(
        UnsafeRawPointer(first).loadUnaligned(as: Double.self), UnsafeRawPointer(second).loadUnaligned(as: Double.self))
      return unsafeBitCast(pairs, to: SIMD4<Float>.self)
    }

    /// Interpolates along x.
    @_transparent
    func edge(_ step: Int, _ stepX: Int) -> SIMD4<Float> {
      let (first, second) = corners(step, stepX)
      return first + fx * (second - first)
    }
  }

  @_transparent
  private func cells(_ x: SIMD4<Double>, _ y: SIMD4<Double>, _ z: SIMD4<Double>) -> Cells {
    let (column, row) = (Self.lower(x, upTo: lastX), Self.lower(y, upTo: lastY))
    let plane = rank == 3 ? Self.lower(z, upTo: lastZ) : SIMD4<Double>(repeating: 0)
    // Adding 2⁵² leaves a whole number in the last bits of the mantissa.
    let index = column + row * Double(width) + plane * Double(slice) + SIMD4(repeating: 0x1p52)
    let base = unsafeBitCast(index, to: SIMD4<Int64>.self) & SIMD4(repeating: 0xF_FFFF_FFFF_FFFF)
    return Cells(
      p0: samples + Int(base[0]), p1: samples + Int(base[1]), p2: samples + Int(base[2]), p3: samples + Int(base[3]),
      fx: SIMD4<Float>(x - column), fy: SIMD4<Float>(y - row), fz: SIMD4<Float>(z - plane))
  }

  /// The lower neighbours of positions, 0…`last`.
  @_transparent
  private static func lower(_ position: SIMD4<Double>, upTo last: Int) -> SIMD4<Double> {
    let (least, most) = (SIMD4<Double>(repeating: 0), SIMD4(repeating: Double(last)))
    let lower = position.rounded(.down)
    return lower.replacing(with: least, where: lower .< least).replacing(with: most, where: lower .> most)
  }

  /// Linear interpolation with the interpolant's gradient along the index axes.
  @inline(__always)
  func linearWithGradient(_ x: Double, _ y: Double, _ z: Double) -> (value: Float, SIMD4<Float>) {
    let column = min(max(Int(x), 0), lastX)
    let row = min(max(Int(y), 0), lastY)
    let plane = rank == 3 ? min(max(Int(z), 0), lastZ) : 0
    return Self.linearWithGradient(
      samples + (plane * slice + row * width + column), steps: (stepX, stepY, stepZ),
      Float(x - Double(column)), Float(y - Double(row)), Float(z - Double(plane)))
  }

  /// The linear interpolant within a cell, and its gradient along the index axes.
  ///
  /// - Parameters:
  ///   - base: the cell's lowest corner.
  ///   - steps: to the neighbour along each axis, in samples.
  ///   - fx: from the corner along x, in samples, 0…1; `fy` and `fz` likewise.
  @inline(__always)
  static func linearWithGradient(
    _ base: UnsafePointer<Float>, steps: (x: Int, y: Int, z: Int), _ fx: Float, _ fy: Float, _ fz: Float
  ) -> (value: Float, SIMD4<Float>) {
    if rank == 2 {
      let (a, b, c, d) = (base[0], base[steps.x], base[steps.y], base[steps.y + steps.x])
      let upper = a + fx * (b - a)
      let lower = c + fx * (d - c)
      let alongX = (b - a) + fy * ((d - c) - (b - a))
      return (upper + fy * (lower - upper), SIMD4(alongX, lower - upper, 0, 0))
    }
    let near = base + steps.z
    let dx0 = base[steps.x] - base[0]
    let dx1 = base[steps.y + steps.x] - base[steps.y]
    let dx2 = near[steps.x] - near[0]
    let dx3 = near[steps.y + steps.x] - near[steps.y]
    let a = base[0] + fx * dx0
    let b = base[steps.y] + fx * dx1
    let c = near[0] + fx * dx2
    let d = near[steps.y] + fx * dx3
    let first = a + fy * (b - a)
    let second = c + fy * (d - c)
    let front = dx0 + fy * (dx1 - dx0)
    let back = dx2 + fy * (dx3 - dx2)
    let alongY = (b - a) + fz * ((d - c) - (b - a))
    return (first + fz * (second - first), SIMD4(front + fz * (back - front), alongY, second - first, 0))
  }

  /// Cubic B-spline interpolation; `samples` are the spline's coefficients, mirrored at the borders.
  @inline(__always)
  func cubic(_ x: Double, _ y: Double, _ z: Double) -> Float {
    let column = min(max(Int(x), 0), lastX)
    let row = min(max(Int(y), 0), lastY)
    let wx = CubicSpline.weights(Float(x - Double(column)))
    let wy = CubicSpline.weights(Float(y - Double(row)))
    if rank == 2 { return cubicPlane(samples, column, row, wx, wy) }
    let plane = min(max(Int(z), 0), lastZ)
    let wz = CubicSpline.weights(Float(z - Double(plane)))
    var sum: Float = 0
    for tap in 0..<4 {
      sum += wz[tap] * cubicPlane(samples + mirrored(plane + tap - 1, depth) * slice, column, row, wx, wy)
    }
    return sum
  }

  @inline(__always)
  private func cubicPlane(
    _ base: UnsafePointer<Float>, _ column: Int, _ row: Int, _ wx: SIMD4<Float>, _ wy: SIMD4<Float>
  ) -> Float {
    var sum = SIMD4<Float>.zero
    let inner = column >= 1 && column + 2 < width
    if inner, row >= 1, row + 2 < height {
      let corner = UnsafeRawPointer(base + ((row - 1) * width + column - 1))
      for tap in 0..<4 {
        sum += wy[tap] * (corner + tap * width * 4).loadUnaligned(as: SIMD4<Float>.self)
      }
      return (sum * wx).sum()
    }
    for tap in 0..<4 {
      let line = base + mirrored(row + tap - 1, height) * width
      let values: SIMD4<Float> =
        if inner {
          UnsafeRawPointer(line + column - 1).loadUnaligned(as: SIMD4<Float>.self)
        } else {
          SIMD4(
            line[mirrored(column - 1, width)], line[column], line[mirrored(column + 1, width)],
            line[mirrored(column + 2, width)])
        }
      sum += wy[tap] * values
    }
    return (sum * wx).sum()
  }

  @inline(__always)
  private func mirrored(_ index: Int, _ count: Int) -> Int {
    var inside = index < 0 ? -index : index
    if inside >= count { inside = max(2 * (count - 1) - inside, 0) }
    return inside
  }
}
