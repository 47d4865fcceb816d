import Glibc

/// Keeps a free-form deformation from folding: a cost that grows steeply where the Jacobian determinant J nears 0.
///
///     Σ ψ(J) / n,   ψ(J) = J/ε − 1 − ln(J/ε) where J < ε, else 0
///
/// ψ and its first derivative are continuous. Below ε/10 its parabola goes on for it, so that what is folded can be
/// unfolded. J is looked at a few times along each axis of each control cell, between which a spline changes little: ε
/// leaves room for that.
struct FoldingBarrier<let rank: Int>: Sendable {
  private let jacobian: JacobianLattice<rank>
  private let least: Float
  private let threads: Int

  /// - Parameters:
  ///   - controls: the control grid.
  ///   - least: ε.
  init(on controls: Grid<rank>, least: Double, threads: Int) {
    let lattice = SplineLattice<rank>(
      axes: (0..<rank).map { axis in
        SplineAxis(
          start: 1 + 0.5 / Double(Self.perCell), step: 1 / Double(Self.perCell),
          count: Self.perCell * (controls.size[axis] - 3), controls: controls.size[axis])
      }, controls: controls.size)
    jacobian = JacobianLattice(lattice, controls: controls)
    self.least = Float(least)
    self.threads = worthwhileThreads(threads, samples: 8 * lattice.size.reduce(1, *))
  }

  /// Positions along each axis of a control cell.
  private static var perCell: Int { 3 }

  /// The cost and its gradient.
  func cost(_ nodes: [SIMD4<Float>]) -> (value: Double, gradient: [SIMD4<Float>]) {
    let lattice = jacobian.lattice
    let width = lattice.controls[0]
    let count = lattice.size[0]
    let total = Double(lattice.size.reduce(1, *))
    let scale = Float(1 / total)
    // A slice along the last axis writes its own sum.
    var sums = [Double](repeating: 0, count: lattice.size[rank - 1])
    let gradient = nodes.withUnsafeBufferPointer { nodes in
      lattice.axes[0].first.withUnsafeBufferPointer { cells in
        lattice.axes[0].weights.withUnsafeBufferPointer { weights in
          lattice.axes[0].slopes.withUnsafeBufferPointer { slopes in
            sums.withUnsafeMutableBufferPointer { sums in
              let places = sums.baseAddress!
              return lattice.sums(threads: threads) { chunk, firstSlice, target in
                withUnsafeTemporaryAllocation(of: SIMD4<Float>.self, capacity: 6 * width) { rows in
                  let rows = rows.baseAddress!
                  let forces = rows + 3 * width
                  lattice.forEachRow(chunk) { y, z in
                    jacobian.gather(nodes.baseAddress!, y: y, z: z, into: rows)
                    var any = false
                    var sum: Float = 0
                    for x in 0..<count {
                      let columns = jacobian.columns(
                        rows + cells[x], width: width, weights: weights[x], slopes: slopes[x])
                      let determinant = jacobian.determinant(columns)
                      guard determinant < least else { continue }
                      if !any { for place in 0..<(3 * width) { forces[place] = .zero } }
                      any = true
                      let ratio = determinant / least
                      var slope = 1 - 1 / ratio
                      if ratio >= 0.1 {
                        sum += ratio - 1 - log(ratio)
                      } else {
                        let beyond = ratio - 0.1
                        sum += Self.parabolaStart + beyond * (-9 + 50 * beyond)
                        slope = -9 + 100 * beyond
                      }
                      let rise = scale * slope / least
                      let turns = jacobian.slopes(columns)
                      for tap in 0..<4 {
                        let place = cells[x] + tap
                        forces[place] += turns[0] * (rise * slopes[x][tap])
                        forces[width + place] += turns[1] * (rise * weights[x][tap])
                        forces[2 * width + place] += turns[2] * (rise * weights[x][tap])
                      }
                    }
                    places[rank == 3 ? z : y] += Double(sum)
                    if any { scatter(forces, y: y, z: z, firstSlice: firstSlice, into: target) }
                  }
                }
              }
            }
          }
        }
      }
    }
    return (sums.reduce(0, +) / total, gradient)
  }

  /// ψ(ε/10).
  private static var parabolaStart: Float { 0.1 - 1 - log(0.1) }

  @inline(__always)
  private func scatter(
    _ forces: UnsafePointer<SIMD4<Float>>, y: Int, z: Int, firstSlice: Int,
    into target: UnsafeMutablePointer<SIMD4<Float>>
  ) {
    let lattice = jacobian.lattice
    let width = lattice.controls[0]
    let (yAxis, zAxis) = (lattice.axes[1], lattice.axes[2])
    lattice.scatter(
      forces, y: y, z: z, yWeights: yAxis.weights[y], zWeights: zAxis.weights[z], firstSlice: firstSlice, into: target)
    lattice.scatter(
      forces + width, y: y, z: z, yWeights: yAxis.slopes[y], zWeights: zAxis.weights[z], firstSlice: firstSlice,
      into: target)
    if rank == 3 {
      lattice.scatter(
        forces + 2 * width, y: y, z: z, yWeights: yAxis.weights[y], zWeights: zAxis.slopes[z], firstSlice: firstSlice,
        into: target)
    }
  }
}
