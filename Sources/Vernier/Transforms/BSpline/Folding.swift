/// Whether a free-form deformation folds: the sign of its Jacobian determinant at the samples of an image.
public struct Folding: Sendable, Equatable {
  /// The share of the samples where the determinant is 0 or less, 0…1.
  public var share: Double
  /// The least determinant: 1 leaves a volume as it is, 0.5 halves it, 0 or less folds.
  public var leastDeterminant: Double
  /// The largest determinant.
  public var mostDeterminant: Double
}

extension BSplineTransform {
  /// The folding of the deformation p + u(p) alone, without the affine map, at the samples of a grid.
  ///
  /// - Parameters:
  ///   - grid: an image's, most often the fixed one's. Where its axes do not run along the control grid's, positions
  ///     along these, at the grid's spacing, stand in for its samples.
  ///   - threads: threads to use at most; the result does not depend on it.
  /// - Complexity: O(samples).
  public func folding(on grid: Grid<rank>, threads: Int = 2) -> Folding {
    Ranks.open(rank, (self, grid)) { (work: (BSplineTransform<2>, Grid<2>)) in
      measureFolding(of: work.0, on: work.1, threads: threads)
    } space: { (work: (BSplineTransform<3>, Grid<3>)) in
      measureFolding(of: work.0, on: work.1, threads: threads)
    }
  }
}

private func measureFolding<let rank: Int>(
  of transform: BSplineTransform<rank>, on grid: Grid<rank>, threads: Int
) -> Folding {
  let controls = transform.controls
  let lattice =
    grid.direction == controls.direction
    ? SplineLattice(samplesOf: grid, in: controls)
    : SplineLattice<rank>(
      axes: (0..<rank).map { axis in
        let step = grid.spacing[axis] / controls.spacing[axis]
        let count = Int(Double(controls.size[axis] - 3) / step) + 1
        return SplineAxis(start: 1, step: step, count: count, controls: controls.size[axis])
      }, controls: controls.size)
  let jacobian = JacobianLattice(lattice, controls: controls)
  let nodes = transform.nodes.map { SIMD4<Float>($0) }
  let chunks = lattice.chunks
  var results = [(folded: Int, least: Float, most: Float)](repeating: (0, .infinity, -.infinity), count: chunks.count)
  let width = lattice.controls[0]
  let count = lattice.size[0]
  nodes.withUnsafeBufferPointer { nodes in
    lattice.axes[0].first.withUnsafeBufferPointer { cells in
      lattice.axes[0].weights.withUnsafeBufferPointer { weights in
        lattice.axes[0].slopes.withUnsafeBufferPointer { slopes in
          results.withUnsafeMutableBufferPointer { results in
            let places = results.baseAddress!
            forEachChunk(chunks.count, threads: threads) { chunk in
              var result = (folded: 0, least: Float.infinity, most: -Float.infinity)
              withUnsafeTemporaryAllocation(of: SIMD4<Float>.self, capacity: 3 * width) { rows in
                let rows = rows.baseAddress!
                lattice.forEachRow(chunks[chunk]) { y, z in
                  jacobian.gather(nodes.baseAddress!, y: y, z: z, into: rows)
                  for x in 0..<count {
                    let columns = jacobian.columns(
                      rows + cells[x], width: width, weights: weights[x], slopes: slopes[x])
                    let determinant = jacobian.determinant(columns)
                    if determinant <= 0 { result.folded += 1 }
                    result.least = min(result.least, determinant)
                    result.most = max(result.most, determinant)
                  }
                }
              }
              places[chunk] = result
            }
          }
        }
      }
    }
  }
  let total = lattice.size.reduce(1, *)
  return Folding(
    share: Double(results.reduce(0) { $0 + $1.folded }) / Double(total),
    leastDeterminant: Double(results.map(\.least).min() ?? 1), mostDeterminant: Double(results.map(\.most).max() ?? 1))
}

extension Grid {
  /// The samples of the region in which a spline over these control points is defined.
  ///
  /// - Parameter count: samples to a cell along each axis.
  public func inner(samplesPerCell count: Int) -> Grid {
    let step = spacing / Double(count)
    let first = point(atIndex: Vector { _ in 1 })
    guard
      let grid = try? Grid(
        size: Size { (size[$0] - 3) * count + 1 }, spacing: step, origin: first, direction: direction)
    else { return self }
    return grid
  }
}

extension Transform {
  /// The folding of what is not linear in the map, at the samples of a grid.
  ///
  /// - Complexity: O(samples); quick for a ``BSplineTransform``, a derivative at every sample for others.
  public func folding(on grid: Grid<rank>, threads: Int = 2) -> Folding {
    if let spline = base as? BSplineTransform<rank> { return spline.folding(on: grid, threads: threads) }
    let scale = 1 / linear.linear.determinant
    let width = grid.size[0]
    let chunks = chunkRanges(grid.count / width)
    var results = [(folded: Int, least: Double, most: Double)](
      repeating: (0, .infinity, -.infinity), count: chunks.count)
    results.withUnsafeMutableBufferPointer { results in
      let places = results.baseAddress!
      forEachChunk(chunks.count, threads: threads) { chunk in
        var result = (folded: 0, least: Double.infinity, most: -Double.infinity)
        for row in chunks[chunk] {
          for x in 0..<width {
            let index = Vector<rank> {
              $0 == 0 ? Double(x) : Double(row / (grid.size.stride(along: $0) / width) % grid.size[$0])
            }
            let determinant = base.jacobian(at: grid.point(atIndex: index)).determinant * scale
            guard determinant.isFinite else { continue }
            if determinant <= 0 { result.folded += 1 }
            result.least = min(result.least, determinant)
            result.most = max(result.most, determinant)
          }
        }
        places[chunk] = result
      }
    }
    let least = results.map(\.least).min() ?? 1
    return Folding(
      share: Double(results.reduce(0) { $0 + $1.folded }) / Double(grid.count),
      leastDeterminant: least.isFinite ? least : 1, mostDeterminant: least.isFinite ? results.map(\.most).max() ?? 1 : 1
    )
  }
}
