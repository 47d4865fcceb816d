extension LevelPair {
  /// The fixed samples that count and find moving data under a transform, up to the moving image's ``Border``.
  func coverage(under transform: Affine<rank>) -> Double {
    let map = IndexMap(transform, fixed: fixed.grid, moving: moving.grid)
    let width = fixed.size[0]
    var total = 0.0
    withOptionalBuffer(movingMask) { mask in
      let sampler = mask.map { Sampler<rank>($0, size: moving.size) }
      for row in 0..<(fixed.grid.count / width) {
        let start = map.rowStart(row, size: fixed.size)
        let range = map.inside(start: start, count: width, size: moving.size, reach: Border.reach)
        var sum: Float = 0
        for x in range where fixedWeights[row * width + x] != 0 {
          if let sampler {
            let t = Double(x)
            let at = sampler.held(
              start[0] + t * map.linear[0, 0], start[1] + t * map.linear[1, 0],
              rank == 3 ? start[rank - 1] + t * map.linear[rank - 1, 0] : 0)
            if sampler.linear(at.0, at.1, at.2) < 0.999 { continue }
          }
          sum += 1
        }
        total += Double(sum)
      }
    }
    return total
  }
}
