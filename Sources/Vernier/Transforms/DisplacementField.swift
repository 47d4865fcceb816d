/// A map given by a displacement for each sample of a grid: what dense methods find and other programs exchange.
///
///     T(p) = p + u(p)
///
/// with u linear between the samples. Up to half a sample beyond the outermost ones their values go on; farther out u
/// is 0, as in ITK's `DisplacementFieldTransform`.
public struct DisplacementField<let rank: Int>: SpatialTransform {
  /// Where the displacements are given, in the fixed image's physical space.
  public let grid: Grid<rank>
  /// The displacement of each sample in physical units, x fastest; places beyond the rank are 0.
  let vectors: [SIMD4<Float>]

  /// - Parameter components: the displacements along x, y (and z), in physical units, all on one grid.
  /// - Throws: `ImageError.sampleCount` where there are not as many as the rank, or their grids differ in size.
  public init(_ components: [Image<rank>]) throws(ImageError) {
    guard components.count == rank else { throw .sampleCount(expected: rank, found: components.count) }
    grid = components[0].grid
    for other in components where other.size != grid.size {
      throw .sampleCount(expected: grid.count, found: other.grid.count)
    }
    vectors = (0..<grid.count).map { index in
      var vector = SIMD4<Float>.zero
      for axis in 0..<rank { vector[axis] = components[axis].samples[index] }
      return vector
    }
  }

  init(grid: Grid<rank>, vectors: [SIMD4<Float>]) {
    self.grid = grid
    self.vectors = vectors
  }

  /// The field of any map, at the samples of a grid.
  ///
  /// Points to which the map gives no image have no displacement.
  public init(of map: some SpatialTransform<Vector<rank>>, on grid: Grid<rank>) {
    self.grid = grid
    let width = grid.size[0]
    let step = grid.step(along: 0)
    var vectors = [SIMD4<Float>](repeating: .zero, count: grid.count)
    var row = [Vector<rank>](repeating: .zero, count: width)
    for line in 0..<(grid.count / width) {
      let start = grid.point(
        atIndex: Vector { $0 == 0 ? 0 : Double(line / (grid.size.stride(along: $0) / width) % grid.size[$0]) })
      var span = row.mutableSpan
      map.map(rowFrom: start, step: step, into: &span)
      for x in 0..<width {
        let away = row[x] - (start + step * Double(x))
        guard away.isFinite else { continue }
        for axis in 0..<rank { vectors[line * width + x][axis] = Float(away[axis]) }
      }
    }
    self.vectors = vectors
  }

  /// The displacements along x, y (and z), in physical units.
  public var components: [Image<rank>] {
    (0..<rank).map { axis in Image(unchecked: grid, samples: vectors.map { $0[axis] }) }
  }

  /// Whether every displacement is a finite number.
  public var isFinite: Bool { vectors.allSatisfy { ($0 - $0) == .zero } }

  public func callAsFunction(_ point: Vector<rank>) -> Vector<rank> {
    guard let cell = FieldCell(grid.index(atPoint: point), size: grid.size) else { return point }
    let u = vectors.withUnsafeBufferPointer { cell.value(of: $0.baseAddress!) }
    return point + Vector { u[$0] }
  }

  public func jacobian(at point: Vector<rank>) -> Matrix<rank> {
    guard let cell = FieldCell(grid.index(atPoint: point), size: grid.size) else { return .identity }
    let slopes = vectors.withUnsafeBufferPointer { cell.slopes(of: $0.baseAddress!) }
    return .identity + Matrix { row, column in slopes[column][row] } * grid.toIndex
  }

  /// The identity: nothing of a field is linear by itself.
  public var linearPart: Affine<rank> { .identity }

  public func map(rowFrom start: Vector<rank>, step: Vector<rank>, into points: inout MutableSpan<Vector<rank>>) {
    points.withUnsafeMutableBufferPointer { points in
      Ranks.open(rank, (self, start, step, points), as: Void.self) {
        (row: (DisplacementField<2>, Vector<2>, Vector<2>, UnsafeMutableBufferPointer<Vector<2>>)) in
        row.0.fill(row.3, from: row.1, step: row.2)
      } space: {
        (row: (DisplacementField<3>, Vector<3>, Vector<3>, UnsafeMutableBufferPointer<Vector<3>>)) in
        row.0.fill(row.3, from: row.1, step: row.2)
      }
    }
  }

  private func fill(_ points: UnsafeMutableBufferPointer<Vector<rank>>, from start: Vector<rank>, step: Vector<rank>) {
    let (first, along) = (grid.index(atPoint: start), grid.toIndex * step)
    vectors.withUnsafeBufferPointer { vectors in
      for place in points.indices {
        var point = start + step * Double(place)
        if let cell = FieldCell(first + along * Double(place), size: grid.size) {
          let u = cell.value(of: vectors.baseAddress!)
          for axis in 0..<rank { point[axis] += u[axis] }
        }
        points[place] = point
      }
    }
  }

  public func solve(
    rowFrom start: Vector<rank>, step: Vector<rank>, guess: Affine<rank>, into points: inout MutableSpan<Vector<rank>>
  ) {
    points.withUnsafeMutableBufferPointer { points in
      Ranks.open(rank, (self, start, step, guess, points), as: Void.self) {
        (row: (DisplacementField<2>, Vector<2>, Vector<2>, Affine<2>, UnsafeMutableBufferPointer<Vector<2>>)) in
        var span = MutableSpan(_unsafeElements: row.4)
        row.0.solveRow(from: row.1, step: row.2, guess: row.3, into: &span)
      } space: {
        (row: (DisplacementField<3>, Vector<3>, Vector<3>, Affine<3>, UnsafeMutableBufferPointer<Vector<3>>)) in
        var span = MutableSpan(_unsafeElements: row.4)
        row.0.solveRow(from: row.1, step: row.2, guess: row.3, into: &span)
      }
    }
  }
}

extension DisplacementField: Equatable {
  public static func == (left: Self, right: Self) -> Bool { left.grid == right.grid && left.vectors == right.vectors }
}

/// A place between the samples of a field: its cell's lowest corner, and how far it is from there.
private struct FieldCell<let rank: Int> {
  private var corner = 0
  private var steps = SIMD4<Int>.zero
  private var fractions = SIMD4<Double>.zero

  /// - Returns: nil where the place lies more than half a sample beyond the outermost ones.
  @inline(__always)
  init?(_ index: Vector<rank>, size: Size<rank>) {
    for axis in 0..<rank {
      let last = Double(size[axis] - 1)
      // A place that is no number is not inside either.
      let reach = Border.reach + Border.tolerance
      guard index[axis] >= -reach, index[axis] <= last + reach else { return nil }
      let inside = min(max(index[axis], 0), last)
      let cell = min(Int(inside), max(size[axis] - 2, 0))
      let stride = size.stride(along: axis)
      corner += cell * stride
      steps[axis] = size[axis] > 1 ? stride : 0
      fractions[axis] = inside - Double(cell)
    }
  }

  @inline(__always)
  func value(of vectors: UnsafePointer<SIMD4<Float>>) -> SIMD4<Double> {
    let first = plane(vectors + corner)
    guard rank == 3 else { return first }
    return first + (plane(vectors + corner + steps.z) - first) * fractions.z
  }

  @inline(__always)
  private func plane(_ corner: UnsafePointer<SIMD4<Float>>) -> SIMD4<Double> {
    let upper = between(corner, corner + steps.x)
    let lower = between(corner + steps.y, corner + (steps.y + steps.x))
    return upper + (lower - upper) * fractions.y
  }

  @inline(__always)
  private func between(_ left: UnsafePointer<SIMD4<Float>>, _ right: UnsafePointer<SIMD4<Float>>) -> SIMD4<Double> {
    let (first, second) = (SIMD4<Double>(left[0]), SIMD4<Double>(right[0]))
    return first + (second - first) * fractions.x
  }

  /// The derivatives along each axis of the grid.
  @inline(__always)
  func slopes(of vectors: UnsafePointer<SIMD4<Float>>) -> InlineArray<3, SIMD4<Double>> {
    var sums = InlineArray<3, SIMD4<Double>>(repeating: .zero)
    for z in 0..<(rank == 3 ? 2 : 1) {
      let zWeight = rank == 3 ? (z == 0 ? 1 - fractions.z : fractions.z) : 1
      for y in 0..<2 {
        let yWeight = y == 0 ? 1 - fractions.y : fractions.y
        for x in 0..<2 {
          let xWeight = x == 0 ? 1 - fractions.x : fractions.x
          let value = SIMD4<Double>(vectors[corner + x * steps.x + y * steps.y + z * steps.z])
          let (alongX, alongY): (Double, Double) = (x == 0 ? -1 : 1, y == 0 ? -1 : 1)
          sums[0] += value * (alongX * yWeight * zWeight)
          sums[1] += value * (alongY * xWeight * zWeight)
          if rank == 3 { sums[2] += value * ((z == 0 ? -1 : 1) * xWeight * yWeight) }
        }
      }
    }
    return sums
  }
}
