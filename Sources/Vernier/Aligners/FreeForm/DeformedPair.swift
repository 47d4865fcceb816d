/// A moving image seen through a free-form deformation, with its gradient: what every similarity of a free-form
/// alignment reads, and the way back from forces on samples to forces on control points.
///
/// The control points hold displacements u of the fixed image's points in physical units; the affine map follows them.
final class DeformedPair<let rank: Int> {
  let pair: LevelPair<rank>
  let threads: Int
  let lattice: SplineLattice<rank>
  private let map: IndexMap<rank>
  /// From a displacement in physical units to one in indices of the moving image.
  private let toMoving: Matrix<rank>
  /// Memory of views that nobody holds any more is used again.
  private var buffers: [View] = []

  /// The moving image as a deformation shows it.
  final class View {
    /// The moving image at each fixed sample, 0 where it has none.
    fileprivate(set) var values: [Float]
    /// 1 where the fixed sample counts and finds a moving one, else 0.
    fileprivate(set) var marks: [Float]
    /// The derivatives of `values` by the moving index.
    fileprivate var slopes: [SIMD4<Float>]
    /// The sums over the samples that count.
    fileprivate(set) var sums = GainOffsetSums()
    /// Room for the derivatives of a cost by the values.
    var forces: [Float]

    fileprivate init(count: Int) {
      values = [Float](repeating: 0, count: count)
      (marks, forces) = (values, values)
      slopes = [SIMD4<Float>](repeating: .zero, count: count)
    }
  }

  init(_ pair: LevelPair<rank>, affine: Affine<rank>, controls: Grid<rank>, threads: Int) {
    self.pair = pair
    self.threads = worthwhileThreads(threads, samples: pair.fixed.grid.count)
    lattice = SplineLattice(samplesOf: pair.fixed.grid, in: controls)
    map = IndexMap(affine, fixed: pair.fixed.grid, moving: pair.moving.grid)
    toMoving = pair.moving.grid.toIndex * affine.linear
  }

  private func unusedView() -> View {
    for index in buffers.indices where isKnownUniquelyReferenced(&buffers[index]) { return buffers[index] }
    buffers.append(View(count: pair.fixed.grid.count))
    return buffers[buffers.count - 1]
  }

  /// Looks at the moving image through the displacements of the control points.
  func view(_ nodes: [SIMD4<Float>]) -> View {
    let view = unusedView()
    var columns = InlineArray<3, SIMD4<Float>>(repeating: .zero)
    for a in 0..<rank { for b in 0..<rank { columns[b][a] = Float(toMoving[a, b]) } }
    let moved = nodes.map { columns[0] * $0.x + columns[1] * $0.y + columns[2] * $0.z }
    let chunks = lattice.chunks
    let width = pair.fixed.size[0]
    var partial = [GainOffsetSums](repeating: GainOffsetSums(), count: chunks.count)
    var step = SIMD4<Float>.zero
    for axis in 0..<rank { step[axis] = Float(map.linear[axis, 0]) }
    let depth = pair.fixed.size[1]
    withBuffers(moved, view) { nodes, values, marks, slopes in
      pair.fixed.samples.withUnsafeBufferPointer { fixed in
        pair.fixedWeights.withUnsafeBufferPointer { weights in
          pair.moving.samples.withUnsafeBufferPointer { source in
            withOptionalBuffer(pair.movingMask) { mask in
              lattice.axes[0].first.withUnsafeBufferPointer { cells in
                lattice.axes[0].weights.withUnsafeBufferPointer { splines in
                  let sampler = GradientSampler<rank>(source.baseAddress!, size: pair.moving.size)
                  let maskSampler = mask.map { Sampler<rank>($0, size: pair.moving.size) }
                  partial.withUnsafeMutableBufferPointer { partial in
                    let results = partial.baseAddress!
                    forEachChunk(chunks.count, threads: threads) { chunk in
                      var total = GainOffsetSums()
                      withUnsafeTemporaryAllocation(of: SIMD4<Float>.self, capacity: lattice.controls[0]) { row in
                        let row = row.baseAddress!
                        lattice.forEachRow(chunks[chunk]) { y, z in
                          let line = z * depth + y
                          let first = line * width
                          lattice.gather(
                            nodes, y: y, z: z, yWeights: lattice.axes[1].weights[y],
                            zWeights: lattice.axes[2].weights[z],
                            into: row)
                          let start = SIMD4<Float>(simd(map.rowStart(line, size: pair.fixed.size)))
                          for x in 0..<width {
                            let index = first + x
                            guard weights[index] != 0 else {
                              marks[index] = 0
                              values[index] = 0
                              continue
                            }
                            let corner = row + cells[x]
                            let w = splines[x]
                            let at =
                              start + step * Float(x) + corner[0] * w.x + corner[1] * w.y + corner[2] * w.z
                              + corner[3] * w.w
                            guard sampler.holds(at), isValid(at, maskSampler) else {
                              marks[index] = 0
                              values[index] = 0
                              continue
                            }
                            let (value, slope) = sampler.sample(at)
                            marks[index] = 1
                            values[index] = value
                            slopes[index] = slope
                          }
                          total += GainOffsetSums(
                            row: fixed.baseAddress! + first, values + first, marks + first, marks + first, width)
                        }
                      }
                      results[chunk] = total
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
    view.sums = partial.reduce(into: GainOffsetSums()) { $0 += $1 }
    return view
  }

  /// The derivatives of a sum over samples by the control points' displacements, from its derivatives by the moving
  /// image's values, which are the view's ``View/forces``.
  func gradient(_ view: View) -> [SIMD4<Float>] {
    let sums = view.forces.withUnsafeBufferPointer { forces in
      spread(view, squared: false) { slope, index in slope * forces[index] }
    }
    return back(sums) { sum, columns in
      var result = SIMD4<Float>.zero
      for b in 0..<rank { result[b] = (columns[b] * sum).sum() }
      return result
    }
  }

  /// Σ w² g² for each control point and component: the diagonal of the Gauss–Newton matrix of a sum of squares.
  func curvature(_ view: View) -> [SIMD4<Float>] {
    // With G = Σ w² g gᵀ taken diagonal in the moving indices.
    back(spread(view, squared: true) { slope, _ in slope * slope }) { sum, columns in
      var result = SIMD4<Float>.zero
      for b in 0..<rank { result[b] = (columns[b] * columns[b] * sum).sum() }
      return result
    }
  }

  private func back(
    _ sums: [SIMD4<Float>], _ turn: (SIMD4<Float>, InlineArray<3, SIMD4<Float>>) -> SIMD4<Float>
  ) -> [SIMD4<Float>] {
    var columns = InlineArray<3, SIMD4<Float>>(repeating: .zero)
    for a in 0..<rank { for b in 0..<rank { columns[b][a] = Float(toMoving[a, b]) } }
    return sums.map { turn($0, columns) }
  }

  @inline(__always)
  private func spread(
    _ view: View, squared: Bool, _ term: (SIMD4<Float>, Int) -> SIMD4<Float>
  ) -> [SIMD4<Float>] {
    let width = pair.fixed.size[0]
    let depth = pair.fixed.size[1]
    let controls = lattice.controls[0]
    return withoutActuallyEscaping(term) { term in
      nonisolated(unsafe) let term = term
      return view.marks.withUnsafeBufferPointer { marks in
        view.slopes.withUnsafeBufferPointer { slopes in
          lattice.axes[0].first.withUnsafeBufferPointer { cells in
            lattice.axes[0].weights.withUnsafeBufferPointer { splines in
              lattice.sums(threads: threads) { chunk, firstSlice, nodes in
                withUnsafeTemporaryAllocation(of: SIMD4<Float>.self, capacity: controls) { row in
                  let row = row.baseAddress!
                  lattice.forEachRow(chunk) { y, z in
                    for x in 0..<controls { row[x] = .zero }
                    let first = (z * depth + y) * width
                    for x in 0..<width where marks[first + x] != 0 {
                      let sum = term(slopes[first + x], first + x)
                      let corner = row + cells[x]
                      let w = squared ? splines[x] * splines[x] : splines[x]
                      corner[0] += sum * w.x
                      corner[1] += sum * w.y
                      corner[2] += sum * w.z
                      corner[3] += sum * w.w
                    }
                    var (yWeights, zWeights) = (lattice.axes[1].weights[y], lattice.axes[2].weights[z])
                    if squared { (yWeights, zWeights) = (yWeights * yWeights, zWeights * zWeights) }
                    lattice.scatter(
                      row, y: y, z: z, yWeights: yWeights, zWeights: zWeights, firstSlice: firstSlice, into: nodes)
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  @inline(__always)
  private func isValid(_ at: SIMD4<Float>, _ mask: Sampler<rank>?) -> Bool {
    guard let mask else { return true }
    return mask.linear(Double(at.x), Double(at.y), Double(at.z)) >= 0.999
  }

  private func withBuffers(
    _ nodes: [SIMD4<Float>], _ view: View,
    _ body: (
      UnsafePointer<SIMD4<Float>>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>,
      UnsafeMutablePointer<SIMD4<Float>>
    ) -> Void
  ) {
    nodes.withUnsafeBufferPointer { nodes in
      view.values.withUnsafeMutableBufferPointer { values in
        view.marks.withUnsafeMutableBufferPointer { marks in
          view.slopes.withUnsafeMutableBufferPointer { slopes in
            body(nodes.baseAddress!, values.baseAddress!, marks.baseAddress!, slopes.baseAddress!)
          }
        }
      }
    }
  }

  private func simd(_ vector: Vector<rank>) -> SIMD4<Double> {
    var result = SIMD4<Double>.zero
    for axis in 0..<rank { result[axis] = vector[axis] }
    return result
  }
}
