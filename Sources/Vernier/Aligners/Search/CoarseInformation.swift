/// The mutual information of two volumes at a coarse level over a few samples: quick to look at in many places.
struct CoarseInformation {
  private let information: SampledInformation<3>
  private let generators: [Generator<3>]
  private let grid: Grid<3>
  private let threads: Int

  /// - Parameter count: samples, at most.
  init(_ pair: LevelPair<3>, about center: Vector<3>, count: Int, threads: Int) {
    generators = TransformModel.rigid.generators(center: center)
    grid = pair.fixed.grid
    information = SampledInformation(
      pair, generators: generators, about: center, bins: 16, count: count, seed: 1, threads: 1)
    self.threads = threads
  }

  /// The significance of the correlation that the information amounts to, at each transform.
  private func scores(_ transforms: [Affine<3>]) -> [Double] {
    var scores = [Double](repeating: 0, count: transforms.count)
    scores.withUnsafeMutableBufferPointer { scores in
      let places = scores.baseAddress!
      let chunks = chunkRanges(transforms.count, chunks: 64)
      forEachChunk(chunks.count, threads: threads) { chunk in
        for index in chunks[chunk] where !Activity.isCancelled { places[index] = information.score(transforms[index]) }
      }
    }
    return scores
  }

  /// The transforms with the highest scores, best first, at most `count`.
  func best(_ count: Int, of transforms: [Affine<3>]) -> [Candidate<3>] {
    let scores = scores(transforms)
    // Equal scores stay in the order in which they were proposed.
    return transforms.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }.prefix(count)
      .map { Candidate(transform: transforms[$0], score: scores[$0]) }
  }

  /// Where a short ascent over rigid motions leads from each start: the best first, those that end in nearly the same
  /// place merged.
  func settled(_ starts: [Affine<3>]) -> [Candidate<3>] {
    var optimizer = QuasiNewton()
    optimizer.iterationLimit = 12
    optimizer.tolerance = 0.05
    var ends = starts
    ends.withUnsafeMutableBufferPointer { ends in
      let places = ends.baseAddress!
      forEachChunk(starts.count, threads: threads) { index in
        places[index] =
          optimizer.minimize(from: starts[index], generators: generators, grid: grid) { transform in
            information.evaluate(transform).map { (-$0.information, $0.gradient.map { -$0 }) }
          }.transform
      }
    }
    let scores = scores(ends)
    var kept: [Candidate<3>] = []
    for index in ends.indices.sorted(by: { (scores[$1], $0) < (scores[$0], $1) }) {
      let isKnown = kept.contains {
        $0.transform.cornerDistance(to: ends[index], on: grid) < 0.1 * grid.diagonal
      }
      if !isKnown { kept.append(Candidate(transform: ends[index], score: scores[index])) }
    }
    return kept
  }
}
