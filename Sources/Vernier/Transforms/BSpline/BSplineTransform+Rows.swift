extension BSplineTransform {
  public func map(_ points: inout MutableSpan<Vector<rank>>) {
    points.withUnsafeMutableBufferPointer { points in
      Ranks.open(rank, Row(transform: self, points: points), as: Void.self) { (row: Row<2>) in
        for place in row.points.indices { row.points[place] = row.transform(row.points[place]) }
      } space: { (row: Row<3>) in
        for place in row.points.indices { row.points[place] = row.transform(row.points[place]) }
      }
    }
  }

  public func map(rowFrom start: Vector<rank>, step: Vector<rank>, into points: inout MutableSpan<Vector<rank>>) {
    points.withUnsafeMutableBufferPointer { points in
      let row = Row(transform: self, start: start, step: step, points: points)
      Ranks.open(rank, row, as: Void.self) { (row: Row<2>) in
        row.fill()
      } space: { (row: Row<3>) in
        row.fill()
      }
    }
  }

  public func solve(
    rowFrom start: Vector<rank>, step: Vector<rank>, guess: Affine<rank>, into points: inout MutableSpan<Vector<rank>>
  ) {
    points.withUnsafeMutableBufferPointer { points in
      let row = Row(transform: self, start: start, step: step, guess: guess, points: points)
      Ranks.open(rank, row, as: Void.self) { (row: Row<2>) in
        row.solve()
      } space: { (row: Row<3>) in
        row.solve()
      }
    }
  }
}

/// A row of evenly spaced points and what a deformation makes of it.
private struct Row<let rank: Int> {
  let transform: BSplineTransform<rank>
  var start = Vector<rank>.zero
  var step = Vector<rank>.zero
  var guess = Affine<rank>.identity
  let points: UnsafeMutableBufferPointer<Vector<rank>>

  func solve() {
    var span = MutableSpan(_unsafeElements: points)
    transform.solveRow(from: start, step: step, guess: guess, into: &span)
  }

  func fill() {
    let controls = transform.controls
    let (first, along) = (controls.index(atPoint: start), controls.toIndex * step)
    let slant = (1..<rank).reduce(0.0) { max($0, abs(along[$1])) }
    guard slant * Double(points.count) < 1e-9 else {
      for place in points.indices { points[place] = transform(start + step * Double(place)) }
      return
    }
    // A row that runs along the control grid's first axis needs its control rows once: drawn together they are one row
    // of control points, of which each point takes four.
    var other = first
    other[0] = 1
    let width = controls.size[0]
    guard let across = SplinePlace(other, size: controls.size) else {
      for place in points.indices { points[place] = transform.affine(start + step * Double(place)) }
      return
    }
    withUnsafeTemporaryAllocation(of: SIMD4<Double>.self, capacity: width) { gathered in
      let row = gathered.baseAddress!
      transform.nodes.withUnsafeBufferPointer { across.gather($0.baseAddress!, into: row) }
      let last = controls.size[0] - 2
      for place in points.indices {
        var point = start + step * Double(place)
        let x = first[0] + along[0] * Double(place)
        if x >= 1, x <= Double(last) {
          let cell = min(Int(x), last - 1)
          let weights = CubicSpline.weights(x - Double(cell))
          let four = row + (cell - 1)
          let u = four[0] * weights.x + four[1] * weights.y + four[2] * weights.z + four[3] * weights.w
          for axis in 0..<rank { point[axis] += u[axis] }
        }
        points[place] = transform.affine(point)
      }
    }
  }
}

extension SplinePlace {
  /// Draws the control rows around this place together: what remains to be weighed along the first axis.
  ///
  /// - Parameter row: receives one control point for each along the first axis.
  fileprivate func gather(_ nodes: UnsafePointer<SIMD4<Double>>, into row: UnsafeMutablePointer<SIMD4<Double>>) {
    row.initialize(repeating: .zero, count: width)
    for z in 0..<(rank == 3 ? 4 : 1) {
      for y in 0..<4 {
        let weight = weights[2][z] * weights[1][y]
        // The place is one of the first column's.
        let line = nodes + (corner + z * slice + y * width)
        for x in 0..<width { row[x] += line[x] * weight }
      }
    }
  }
}
