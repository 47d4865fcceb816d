/// How well the edges of two images on one grid run parallel, whatever their contrasts.
///
///     value = (Σ ⟨∇f, ∇m⟩² / Σ |∇f|² |∇m|² − 1/rank) / (1 − 1/rank)
///
/// The weights let strong edges of both images count; directions at random give 1/rank, so that unrelated images
/// have a value near 0, and images that agree have 1.
struct EdgeAgreement {
  let value: Double

  init<let rank: Int>(_ fixed: Image<rank>, _ moved: Image<rank>) {
    let size = fixed.size
    let rows = size.dropFirst().reduce(1, *)
    let chunks = chunkRanges(rows)
    var partial = [SIMD2<Double>](repeating: .zero, count: chunks.count)
    let strides = (0..<rank).map { size.prefix($0).reduce(1, *) }
    let spacing = fixed.grid.spacing
    func valid(_ image: Image<rank>, _ index: Int) -> Bool { image.mask == nil || image.mask![index] != 0 }
    for (chunk, range) in chunks.enumerated() {
      for row in range {
        let (z, y) = rank == 3 ? row.quotientAndRemainder(dividingBy: size[1]) : (0, row)
        guard y > 0, y < size[1] - 1, rank == 2 || (z > 0 && z < size[2] - 1) else { continue }
        for x in 1..<max(size[0] - 1, 1) {
          let index = row * size[0] + x
          var inside = true
          var (ff, mm, fm) = (0.0, 0.0, 0.0)
          for axis in 0..<rank {
            let (low, high) = (index - strides[axis], index + strides[axis])
            inside =
              inside && valid(fixed, low) && valid(fixed, high) && valid(moved, low) && valid(moved, high)
            let f = Double(fixed.samples[high] - fixed.samples[low]) / spacing[axis]
            let m = Double(moved.samples[high] - moved.samples[low]) / spacing[axis]
            ff += f * f
            mm += m * m
            fm += f * m
          }
          if inside { partial[chunk] += SIMD2(fm * fm, ff * mm) }
        }
      }
    }
    let sums = partial.reduce(.zero, +)
    let chance = 1 / Double(rank)
    value = sums.y > 0 ? (sums.x / sums.y - chance) / (1 - chance) : 0
  }
}
