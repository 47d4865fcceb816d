extension Image where rank == 2 {
  /// The picture with single samples that stand out from all around them replaced by the median of their neighbours.
  ///
  /// A sample counts as such where it lies beyond all but one of its eight neighbours by four times their range, by 8
  /// deviations of the noise, and by 1½ deviations of the whole picture: less does no harm. An optical system spreads a
  /// point over its neighbours, so that a star is none. Where more than one sample in a hundred stands out, they are
  /// what the picture shows, and it stays as it is.
  func withoutIsolatedSamples() -> Self {
    guard width >= 3, height >= 3 else { return self }
    var replaced: [(index: Int, value: Float)] = []
    // Few pictures have a sample for which both must be known.
    lazy var noise = 8 * noiseDeviation()
    lazy var typical = 1.5 * typicalDeviation()
    let most = samples.count / 100
    forEachOutstanding { x, y in
      guard replaced.count <= most, let around = range(around: x, y) else { return }
      let index = y * width + x
      let margin = 4 * (around.high - around.low)
      let excess = max(samples[index] - around.high, around.low - samples[index])
      guard excess > margin, excess > typical, excess > noise else { return }
      replaced.append((index, around.median))
    }
    guard !replaced.isEmpty, replaced.count <= most else { return self }
    var changed = samples
    for (index, value) in replaced { changed[index] = value }
    let first = changed.first
    guard changed.contains(where: { $0 != first }) else { return self }
    return Self(unchecked: grid, samples: changed, mask: mask)
  }

  /// Calls `body` with the samples that lie beyond all but one of their neighbours by four times their range, eight at a
  /// time, and perhaps with some that have few neighbours.
  private func forEachOutstanding(_ body: (_ x: Int, _ y: Int) -> Void) {
    // A row with a margin on either side, for eight samples at a time.
    let length = (width + 7) / 8 * 8 + 2
    // A sample that is not there or not valid is neither the lowest neighbour nor the highest, and does not stand out.
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 7 * length) { rows in
      let (lows, highs, own) = (rows.baseAddress!, rows.baseAddress! + 3 * length, rows.baseAddress! + 6 * length)
      func fill(_ row: UnsafeMutablePointer<Float>, from y: Int, otherwise absent: Float) {
        row.update(repeating: absent, count: length)
        guard y >= 0, y < height else { return }
        for x in 0..<width where isValid(y * width + x) { row[x + 1] = samples[y * width + x] }
      }
      func load(_ y: Int) {
        fill(lows + (y + 3) % 3 * length, from: y, otherwise: .infinity)
        fill(highs + (y + 3) % 3 * length, from: y, otherwise: -.infinity)
      }
      load(-1)
      load(0)
      for y in 0..<height {
        load(y + 1)
        fill(own, from: y, otherwise: .nan)
        for start in stride(from: 0, to: width, by: 8) {
          let outstanding = Self.areOutstanding(lows, highs, own, length: length, row: y % 3, at: start)
          if any(outstanding) { for lane in 0..<8 where outstanding[lane] { body(start + lane, y) } }
        }
      }
    }
  }

  /// Which of eight samples lie beyond all but one of their neighbours.
  ///
  /// - Parameters:
  ///   - lows: three rows, of which `row` holds the samples, and the others those above and below.
  ///   - highs: the same rows.
  ///   - own: the row itself.
  private static func areOutstanding(
    _ lows: UnsafePointer<Float>, _ highs: UnsafePointer<Float>, _ own: UnsafePointer<Float>, length: Int, row: Int,
    at start: Int
  ) -> SIMDMask<SIMD8<Int32>> {
    func eight(_ row: UnsafePointer<Float>, _ place: Int) -> SIMD8<Float> {
      UnsafeRawPointer(row + place).loadUnaligned(as: SIMD8<Float>.self)
    }
    // The lowest neighbour and the highest, and those next to them.
    var (lowest, low) = (SIMD8<Float>(repeating: .infinity), SIMD8<Float>(repeating: .infinity))
    var (highest, high) = (SIMD8<Float>(repeating: -.infinity), SIMD8<Float>(repeating: -.infinity))
    for line in 0..<3 {
      for column in 0..<3 where line != row || column != 1 {
        let place = line * length + start + column
        let (below, above) = (eight(lows, place), eight(highs, place))
        low = smaller(low, larger(lowest, below))
        lowest = smaller(lowest, below)
        high = larger(high, smaller(highest, above))
        highest = larger(highest, above)
      }
    }
    let (sample, margin) = (eight(own, start + 1), 4 * (high - low))
    return (sample .> high + margin) .| (sample .< low - margin)
  }

  /// Between what the neighbours of a sample lie, all but the highest and the lowest of them, since two that stand out
  /// may lie beside each other; all where there are fewer than five.
  ///
  /// - Returns: nil where too many of its neighbours are not valid, or where it lies between them.
  private func range(around x: Int, _ y: Int) -> (low: Float, high: Float, median: Float)? {
    let index = y * width + x
    let sample = samples[index]
    var neighbours = InlineArray<8, Float>(repeating: .infinity)
    var (count, above, below) = (0, 0, 0)
    for row in max(y - 1, 0)...min(y + 1, height - 1) {
      for column in max(x - 1, 0)...min(x + 1, width - 1) {
        let other = row * width + column
        guard other != index, isValid(other) else { continue }
        neighbours[count] = samples[other]
        count += 1
        if samples[other] >= sample { above += 1 }
        if samples[other] <= sample { below += 1 }
      }
    }
    guard count >= 3, above < 2 || below < 2 else { return nil }
    for last in 1..<count {
      var place = last
      while place > 0, neighbours[place - 1] > neighbours[place] {
        neighbours.swapAt(place - 1, place)
        place -= 1
      }
    }
    let outer = count >= 5 ? 1 : 0
    return (neighbours[outer], neighbours[count - 1 - outer], neighbours[count / 2])
  }

  /// A deviation of the picture that single samples do not move: the mean distance of some hundred samples from their
  /// median, without the outermost hundredth at either end; of normal ones 0.8 deviations.
  private func typicalDeviation() -> Float {
    let step = max(1, samples.count / 512)
    var some: [Float] = []
    some.reserveCapacity(samples.count / step + 1)
    for index in stride(from: 0, to: samples.count, by: step) where isValid(index) && samples[index].isFinite {
      some.append(samples[index])
    }
    guard some.count > 3 else { return 0 }
    let count = some.count
    let (low, high) = (some.select(count / 100), some.select(count - 1 - count / 100))
    let median = some.select(count / 2)
    var (sum, inner): (Float, Float) = (0, 0)
    for sample in some where low <= sample && sample <= high {
      sum += abs(sample - median)
      inner += 1
    }
    return sum / inner / 0.8
  }

  /// The deviation of the noise, by the median of the second differences along rows, which structure hardly moves.
  private func noiseDeviation() -> Float {
    var differences: [Float] = []
    // Some hundred samples say it well enough.
    let step = max(1, samples.count / 512)
    differences.reserveCapacity(samples.count / step + 1)
    for index in stride(from: 1, to: samples.count - 1, by: step) where index % width != 0 && index % width != width - 1
    {
      guard isValid(index - 1), isValid(index), isValid(index + 1) else { continue }
      let difference = samples[index - 1] - 2 * samples[index] + samples[index + 1]
      if difference.isFinite { differences.append(abs(difference)) }
    }
    guard !differences.isEmpty else { return 0 }
    // Of normal noise the median of |second difference| is 0.6745 √6 deviations.
    return differences.select(differences.count / 2) / 1.652
  }
}

// `pointwiseMin` compares lane by lane, since it looks for NaN.
@inline(__always)
private func smaller(_ one: SIMD8<Float>, _ other: SIMD8<Float>) -> SIMD8<Float> {
  one.replacing(with: other, where: other .< one)
}

@inline(__always)
private func larger(_ one: SIMD8<Float>, _ other: SIMD8<Float>) -> SIMD8<Float> {
  one.replacing(with: other, where: other .> one)
}
