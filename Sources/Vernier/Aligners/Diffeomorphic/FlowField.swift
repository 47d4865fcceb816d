import Glibc

/// A vector for each sample, in samples: displacements u of the map id + u, or the forces that lead to them.
///
/// Three places of each vector are its components along the axes of the ``FlowExtent``. The fourth is 0, or carries what
/// is smoothed along with them. The loops work on memory that is taken once.
final class FlowField: @unchecked Sendable {
  let extent: FlowExtent
  let vectors: UnsafeMutablePointer<SIMD4<Float>>

  /// A field of zeros.
  init(_ extent: FlowExtent) {
    self.extent = extent
    let memory = UnsafeMutableBufferPointer<SIMD4<Float>>.allocate(capacity: extent.count)
    memory.preferHugePages()
    memory.initialize(repeating: .zero)
    vectors = memory.baseAddress!
  }

  deinit { vectors.deallocate() }

  /// Writes (id + self) ∘ (id + step) − id into `target`: δ(x) + u(x + δ(x)).
  func composed(after step: FlowField, into target: FlowField, threads: Int) {
    let (extent, steps) = (extent, FlowSteps(extent))
    let chunks = chunkRanges(extent.y * extent.z)
    forEachChunk(chunks.count, threads: threads) { chunk in
      for row in chunks[chunk] {
        let (z, y) = row.quotientAndRemainder(dividingBy: extent.y)
        var place = SIMD4<Float>(0, Float(y), Float(z), 0)
        for index in (row * extent.x)..<((row + 1) * extent.x) {
          let move = step.vectors[index]
          target.vectors[index] = move + value(at: place + move, steps)
          place.x += 1
        }
      }
    }
  }

  /// The vector at a place between the samples, by linear interpolation; the outermost ones go on beyond.
  @inline(__always)
  func value(at place: SIMD4<Float>, _ steps: FlowSteps) -> SIMD4<Float> {
    let cell = FlowCell(place, extent)
    let right = extent.x > 1 ? 1 : 0
    @inline(__always)
    func row(_ start: UnsafeMutablePointer<SIMD4<Float>>) -> SIMD4<Float> {
      start[0] + (start[right] - start[0]) * cell.fractions.x
    }
    @inline(__always)
    func slice(_ start: UnsafeMutablePointer<SIMD4<Float>>) -> SIMD4<Float> {
      let first = row(start)
      return steps.y == 0 ? first : first + (row(start + steps.y) - first) * cell.fractions.y
    }
    let first = slice(vectors + cell.corner)
    return steps.z == 0 ? first : first + (slice(vectors + cell.corner + steps.z) - first) * cell.fractions.z
  }

  /// The same map on the next finer grid of a pyramid.
  func refined<let rank: Int>(from grid: Grid<rank>, onto finer: Grid<rank>, threads: Int) -> FlowField {
    let result = FlowField(FlowExtent(finer.size))
    let steps = FlowSteps(extent)
    let start = grid.index(atPoint: finer.origin)
    // From the first of the finer samples to the next, in indices here; and the other way round.
    var (first, step, scale) = (SIMD4<Float>.zero, SIMD4<Float>(0, 0, 0, 1), SIMD4<Float>.zero)
    for axis in 0..<rank {
      let lane = FlowExtent.lane(of: axis, rank: rank)
      first[lane] = Float(start[axis])
      step[lane] = Float(finer.spacing[axis] / grid.spacing[axis])
      scale[lane] = 1 / step[lane]
    }
    let finer = result.extent
    let chunks = chunkRanges(finer.y * finer.z)
    forEachChunk(chunks.count, threads: threads) { chunk in
      for row in chunks[chunk] {
        let (z, y) = row.quotientAndRemainder(dividingBy: finer.y)
        for x in 0..<finer.x {
          let place = first + step * SIMD4(Float(x), Float(y), Float(z), 0)
          result.vectors[row * finer.x + x] = value(at: place, steps) * scale
        }
      }
    }
    return result
  }
}

extension DisplacementField {
  /// The displacements of a flow, on the grid of its samples.
  init(_ flow: FlowField, on grid: Grid<rank>) {
    var columns = InlineArray<3, SIMD4<Float>>(repeating: .zero)
    for row in 0..<rank {
      for column in 0..<rank {
        columns[FlowExtent.lane(of: column, rank: rank)][row] = Float(grid.toPhysical[row, column])
      }
    }
    self.init(
      grid: grid,
      vectors: [SIMD4<Float>](unsafeUninitializedCapacity: grid.count) { vectors, count in
        vectors.preferHugePages()
        count = grid.count
        for index in 0..<count {
          let u = flow.vectors[index]
          vectors[index] = columns[0] * u.x + columns[1] * u.y + columns[2] * u.z
        }
      })
  }
}

extension FlowField {
  /// The flow of displacements, at their samples.
  convenience init<let rank: Int>(_ field: DisplacementField<rank>) {
    self.init(FlowExtent(field.grid.size))
    var columns = InlineArray<3, SIMD4<Float>>(repeating: .zero)
    for row in 0..<rank {
      for column in 0..<rank {
        columns[column][FlowExtent.lane(of: row, rank: rank)] = Float(field.grid.toIndex[row, column])
      }
    }
    for (place, u) in field.vectors.enumerated() {
      vectors[place] = columns[0] * u.x + columns[1] * u.y + columns[2] * u.z
    }
  }
}
