extension FlowField {
  /// How much id + u enlarges space around its samples, by central differences as ITK and ANTs take them.
  func folding(threads: Int) -> Folding {
    let chunks = chunkRanges(extent.z)
    var results = [(folded: Int, least: Float, most: Float)](
      repeating: (0, .infinity, -.infinity), count: chunks.count)
    results.withUnsafeMutableBufferPointer { results in
      let places = results.baseAddress!
      forEachChunk(chunks.count, threads: threads) { chunk in
        var result = (folded: 0, least: Float.infinity, most: -Float.infinity)
        for z in chunks[chunk] {
          for y in 0..<extent.y {
            for x in 0..<extent.x {
              let value = determinant(x, y, z, .central)
              if value <= 0 { result.folded += 1 }
              if value < result.least { result.least = value }
              if value > result.most { result.most = value }
            }
          }
        }
        places[chunk] = result
      }
    }
    return Folding(
      share: Double(results.reduce(0) { $0 + $1.folded }) / Double(extent.count),
      leastDeterminant: Double(results.map(\.least).min() ?? 1),
      mostDeterminant: Double(results.map(\.most).max() ?? 1))
  }

  /// Evens out what comes near to folding: the vectors around a sample whose determinant leaves `range`, by central
  /// differences or by those to one side, become the means of their neighbours, until there is none.
  ///
  /// - Parameters:
  ///   - range: of determinants that may stay.
  ///   - most: passes at most.
  func unfold(within range: ClosedRange<Float>, passes most: Int = 60, threads: Int) {
    var places = strained(range, threads: threads)
    for _ in 0..<most where !places.isEmpty {
      let around = Set(places.flatMap { neighbours(of: $0) }).sorted()
      let evened = around.map { place -> SIMD4<Float> in
        let near = neighbours(of: place)
        return near.reduce(SIMD4<Float>.zero) { $0 + vectors[$1] } / Float(near.count)
      }
      for (place, vector) in zip(around, evened) { vectors[place] = vector }
      let touched = Set(around.flatMap { neighbours(of: $0) }).sorted()
      places = touched.filter { isStrained($0, range) }
    }
  }

  private func strained(_ range: ClosedRange<Float>, threads: Int) -> [Int] {
    let chunks = chunkRanges(extent.count)
    var found = [[Int]](repeating: [], count: chunks.count)
    found.withUnsafeMutableBufferPointer { found in
      let places = found.baseAddress!
      forEachChunk(chunks.count, threads: threads) { chunk in
        places[chunk] = chunks[chunk].filter { isStrained($0, range) }
      }
    }
    return found.flatMap(\.self)
  }

  private func isStrained(_ place: Int, _ range: ClosedRange<Float>) -> Bool {
    let (z, rest) = place.quotientAndRemainder(dividingBy: extent.slice)
    let (y, x) = rest.quotientAndRemainder(dividingBy: extent.x)
    return Difference.allCases.contains { difference in
      let value = determinant(x, y, z, difference)
      return value < range.lowerBound || value > range.upperBound
    }
  }

  /// A sample and those beside it, along the axes and across.
  private func neighbours(of place: Int) -> [Int] {
    let (z, rest) = place.quotientAndRemainder(dividingBy: extent.slice)
    let (y, x) = rest.quotientAndRemainder(dividingBy: extent.x)
    var found: [Int] = []
    for c in max(z - 1, 0)...min(z + 1, extent.z - 1) {
      for b in max(y - 1, 0)...min(y + 1, extent.y - 1) {
        for a in max(x - 1, 0)...min(x + 1, extent.x - 1) { found.append((c * extent.y + b) * extent.x + a) }
      }
    }
    return found
  }

  /// Between which samples a difference is taken.
  enum Difference: CaseIterable { case central, forward, backward }

  /// The determinant of the derivatives of id + u at a sample.
  @inline(__always)
  func determinant(_ x: Int, _ y: Int, _ z: Int, _ difference: Difference) -> Float {
    let index = (z * extent.y + y) * extent.x + x
    @inline(__always)
    func slope(_ place: Int, _ count: Int, _ stride: Int) -> SIMD4<Float> {
      guard count > 1 else { return .zero }
      let isFirst = place == 0
      let isLast = place == count - 1
      let before = !isFirst && (difference != .forward || isLast) ? 1 : 0
      let after = !isLast && (difference != .backward || isFirst) ? 1 : 0
      return (vectors[index + after * stride] - vectors[index - before * stride]) / Float(before + after)
    }
    let a = slope(x, extent.x, 1) + SIMD4(1, 0, 0, 0)
    let b = slope(y, extent.y, extent.x) + SIMD4(0, 1, 0, 0)
    let c = slope(z, extent.z, extent.slice) + SIMD4(0, 0, 1, 0)
    return a.x * (b.y * c.z - b.z * c.y) - a.y * (b.x * c.z - b.z * c.x) + a.z * (b.x * c.y - b.y * c.x)
  }
}
